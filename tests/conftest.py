"""The tests' PostgreSQL: one of their own in a temporary folder, or the one `DATABASE_URL` names.

This runs before the settings are read, which is why pyproject.toml leaves naming them to this file. Each worker of
xdist has a folder and a server of its own: what PostgreSQL says of running transactions is about a whole server, and
feeds and locks would meet those of another worker's tests. On the server of `DATABASE_URL` tests run one by one.
"""

import os
import shutil
import tempfile
from pathlib import Path

import django
import pytest
from django.conf import settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from identity_site.embedded import presence
from tests import sizes
from tests.soaking import SoakReport

# What a developer has set for a program of their own must not decide about tests.
OURS_ALONE = ["ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "DEBUG", "HTTPS", "LOG_LEVEL", "MAX_BODY_BYTES", "STATIC_ROOT"]
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ

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

# A change that passed passes again: chance has its place in `make soak`, and a busy machine decides nothing.
hypothesis_settings.register_profile(
    "suite",
    deadline=None,
    database=None,
    derandomize=not sizes.IS_SOAK,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)
hypothesis_settings.load_profile("suite")


def pytest_configure(config: pytest.Config) -> None:
    """Keeps the server up from the first test to the last one. Who only hands tests out to workers needs none."""
    hands_out = not IS_WORKER and config.getoption("dist", "no") != "no"
    if hands_out and "EMBEDDED" not in DATABASE:
        raise pytest.UsageError("On the server of DATABASE_URL tests run one by one: leave out -n.")
    if hands_out:
        # Workers inherit the environment, and would read the settings before their own folder is named here.
        del os.environ["DJANGO_SETTINGS_MODULE"]
    if sizes.IS_SOAK and not IS_WORKER:
        config.pluginmanager.register(SoakReport(), "soak-report")
    if "EMBEDDED" in DATABASE and not hands_out:
        DATABASE["EMBEDDED"].run_folder.mkdir(exist_ok=True)
        presence.take_place(DATABASE["EMBEDDED"])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Waits for the server to stop, and leaves nothing behind."""
    if "EMBEDDED" in DATABASE:
        presence.leave(DATABASE["EMBEDDED"])
    shutil.rmtree(settings.DATA_DIR)
