#!/usr/bin/env python
"""The operator's commands: `manage.py help` lists them."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from identity_site.embedded.base import EmbeddedDatabaseError
from identity_site.launch.options import prepare_environment


def main() -> None:
    """Runs the command; what an operator can mend is a sentence, `--traceback` shows where it came from."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "identity_site.settings")
    if sys.argv[1:2] == ["up"]:
        prepare_environment(sys.argv[2:])
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, EmbeddedDatabaseError) as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main()
