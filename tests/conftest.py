"""The tests' PostgreSQL: one of their own in a temporary folder, or the one `DATABASE_URL` names.

This runs before the settings are read, which is why pyproject.toml leaves naming them to this file. Workers of xdist
inherit the environment and so share the server; each has a database of its own in it.
"""

import os
import shutil
import tempfile
from pathlib import Path

import django
import pytest
from django.conf import settings

from identity_site.embedded import presence
from tests import sizes
from tests.soaking import SoakReport

# What a developer has set for a program of their own must not decide about tests.
OURS_ALONE = ["ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "DEBUG", "HTTPS", "LOG_LEVEL", "MAX_BODY_BYTES", "STATIC_ROOT"]
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ

if not IS_WORKER:
    for name in OURS_ALONE:
        os.environ.pop(name, None)
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="identity-tests-")
    # Run by root, PostgreSQL has a user of its own, who must be able to pass.
    Path(os.environ["DATA_DIR"]).chmod(0o711)
    os.environ["EMBEDDED_DURABLE"] = "false"
    os.environ["DJANGO_SETTINGS_MODULE"] = "identity_site.settings"

DATABASE = settings.DATABASES["default"]  # reads the settings, so that pytest-django finds them configured
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # real ones are slow on purpose
django.setup()  # before the conftest of a folder named on the command line is read


def pytest_configure(config: pytest.Config) -> None:
    """Keeps the server up from the first worker's start to the last one's end."""
    if sizes.IS_SOAK and not IS_WORKER:
        config.pluginmanager.register(SoakReport(), "soak-report")
    if "EMBEDDED" in DATABASE and not IS_WORKER:
        DATABASE["EMBEDDED"].run_folder.mkdir(exist_ok=True)
        presence.take_place(DATABASE["EMBEDDED"])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Waits for the server to stop, and leaves nothing behind."""
    if IS_WORKER:
        return
    if "EMBEDDED" in DATABASE:
        presence.leave(DATABASE["EMBEDDED"])
    shutil.rmtree(settings.DATA_DIR)
