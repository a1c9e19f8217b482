import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from identity_site.embedded import locks
from identity_site.embedded.cluster import Cluster, running_server

PROJECT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder PostgreSQL's own user may pass, which pytest's `tmp_path` is not."""
    folder = Path(tempfile.mkdtemp(prefix="identity-"))
    folder.chmod(0o711)
    yield folder
    for guard_lock in folder.rglob("guard.lock"):
        wait_until(lambda lock=guard_lock: not locks.is_held(lock))
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def migrated() -> Iterator[Path]:
    """A data folder as a first start leaves it before there is an access: migrated and empty. Nobody starts on it."""
    folder = Path(tempfile.mkdtemp(prefix="identity-migrated-"))
    folder.chmod(0o711)
    made = manage("migrate", "--verbosity", "0", DATA_DIR=str(folder))
    assert (made.returncode, made.stderr) == (0, "")
    cluster = Cluster(folder=folder / "pg")
    wait_until(lambda: running_server(cluster) is None and not locks.is_held(cluster.guard_lock))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def migrated_folder(migrated: Path, open_folder: Path) -> Path:
    """A copy of it: what happens after the first start need not wait for all migrations."""
    # Its owner, who may be PostgreSQL's own user, is kept.
    subprocess.run(["cp", "--archive", str(migrated / "pg"), str(open_folder)], check=True)
    return open_folder


@pytest.fixture
def programs(open_folder: Path) -> Iterator[list["subprocess.Popen[str]"]]:
    """What a test started; whatever of it still runs at the end is killed, before its folder goes."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for program in started:
        with program:  # closes its pipes and waits for its end
            program.kill()


def wait_until(condition: Callable[[], bool], *, seconds: float = 60.0) -> None:
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, "waited in vain"
        time.sleep(0.02)


def environment(**changes: str) -> dict[str, str]:
    """An environment without anything of this test run, but with what is given."""
    ours = ("DATABASE_URL", "DATA_DIR", "SECRET_KEY", "RECEIPT_KEY", "DJANGO_SETTINGS_MODULE", "PYTEST_", "EMBEDDED_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "EMBEDDED_DURABLE": "false", **changes}


def manage(*arguments: str, **changes: str) -> "subprocess.CompletedProcess[str]":
    """Runs `manage.py` to its end."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT,
        env=environment(**changes),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
