"""Options of `up` that must be in the environment before the settings are read from it."""

import argparse
import os
from collections.abc import Sequence


def prepare_environment(arguments: Sequence[str]) -> None:
    """Makes `--data DIR` the environment's DATA_DIR, and logs quiet unless LOG_LEVEL says otherwise.

    The programs that `up` starts inherit both.
    """
    parser = argparse.ArgumentParser(prog="manage.py up", add_help=False, allow_abbrev=False)
    parser.add_argument("--data")
    given, _rest = parser.parse_known_args(arguments)
    if given.data:
        os.environ["DATA_DIR"] = given.data
    os.environ.setdefault("LOG_LEVEL", "WARNING")
