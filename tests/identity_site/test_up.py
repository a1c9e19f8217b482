"""`manage.py up`: one command brings everything up, one signal takes all of it away."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from identity_site.embedded import locks
from identity_site.embedded.cluster import Cluster, running_server
from identity_site.launch import programs as launched
from tests.identity_site.conftest import PROJECT, environment, manage, wait_until

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.fixture
def up(programs):
    def start(*arguments: str, **changes: str) -> "subprocess.Popen[str]":
        program = subprocess.Popen(
            [sys.executable, "manage.py", "up", *arguments],
            cwd=PROJECT,
            env=environment(**changes),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        programs.append(program)
        return program

    return start


def announced(program: "subprocess.Popen[str]") -> str:
    """Everything it prints up to the line that ends the announcement."""
    printed: list[str] = []
    for line in program.stdout:
        printed.append(line)
        if line.strip() == "Ctrl-C ends everything.":
            return "".join(printed)
    raise AssertionError("".join(printed) + program.stderr.read())


def everything_is_gone(folder: Path, port: int) -> None:
    cluster = Cluster(folder=folder / "pg")
    wait_until(lambda: is_free(port))
    wait_until(lambda: running_server(cluster) is None)
    assert not locks.is_held(folder / "up.lock")


def get(address: str, **headers: str) -> object:
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=30) as reply:
        return json.load(reply)


@pytest.fixture
def new_folder(open_folder):
    """One that `up` makes itself."""
    return open_folder / "data"


@pytest.mark.parametrize(("ending", "folder"), [(signal.SIGTERM, "new_folder"), (signal.SIGINT, "migrated_folder")])
def test_it_comes_up_and_one_signal_ends_all(up, ending, folder, request):
    folder, port = request.getfixturevalue(folder), free_port()
    program = up("--port", str(port), "--data", str(folder), "--no-demo")
    text = announced(program)

    assert get(f"http://127.0.0.1:{port}/health/live") == {"status": "ok"}
    key = re.search(r"Api-Key (\S+)'", text)[1]
    storefronts = get(f"http://127.0.0.1:{port}/api/v1/storefronts", Authorization=f"Api-Key {key}")
    assert storefronts == {"next": None, "previous": None, "results": []}
    wait_until(lambda: http_status(port, "/health/ready") == 200)

    program.send_signal(ending)

    out, error = program.communicate(timeout=60)
    # A web process that was still starting is killed in the end, and granian says so before.
    assert (program.returncode, out.splitlines()[-1]) == (0, "Stopped.")
    assert "Traceback" not in error
    everything_is_gone(folder, port)
    # `up` waits for its database, so nothing has to be waited for after it.
    assert not (folder / "pg" / "postmaster.pid").exists()


def http_status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_the_printed_call_answers_with_an_identity(up, migrated_folder):
    port = free_port()
    program = up("--port", str(port), "--data", str(migrated_folder))
    command = announced(program).partition("Try it:\n")[2].partition("\n\n")[0]

    answer = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=30, check=True)

    identity = json.loads(answer.stdout)
    assert identity["outcome"] == "account"
    program.terminate()
    program.wait(60)


def test_a_killed_up_takes_its_programs_along(up, migrated_folder):
    port = free_port()
    program = up("--port", str(port), "--data", str(migrated_folder), "--no-demo")
    announced(program)

    program.kill()

    everything_is_gone(migrated_folder, port)


def child(program, word: bytes) -> str:
    """The process id of the child of `up` whose command line has the word; empty while there is none."""
    children = Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text().split()
    return next((pid for pid in children if word in Path(f"/proc/{pid}/cmdline").read_bytes()), "")


def test_a_lost_worker_is_started_anew_and_orders_go_on_coming_in(up, migrated_folder):
    port = free_port()
    program = up("--port", str(port), "--data", str(migrated_folder), "--no-demo")
    announced(program)
    lost = child(program, b"procrastinate")

    os.kill(int(lost), signal.SIGKILL)

    give_up = time.monotonic() + 30
    while child(program, b"procrastinate") in {"", lost} and time.monotonic() < give_up:
        time.sleep(0.1)
    assert child(program, b"procrastinate") not in {"", lost}
    assert http_status(port, "/health/live") == 200
    program.terminate()
    assert program.wait(60) == 0
    everything_is_gone(migrated_folder, port)


def test_a_lost_web_server_ends_all(up, migrated_folder):
    port = free_port()
    program = up("--port", str(port), "--data", str(migrated_folder), "--no-demo")
    announced(program)

    os.kill(int(child(program, b"granian")), signal.SIGKILL)

    _out, error = program.communicate(timeout=60)
    assert program.returncode == 1
    assert error.endswith("The web server ended by itself (exit code -9), so everything was stopped.\n")
    everything_is_gone(migrated_folder, port)


def test_a_worker_that_cannot_live_ends_all(monkeypatch):
    """With pauses left out: five times it is started anew, the sixth early end is the last."""
    started = []

    class Ended:
        returncode = 3

        def poll(self):
            return self.returncode

    def start_worker():
        started.append(launched.Program(launched.WORKER, Ended(), time.monotonic()))
        return started[-1]

    monkeypatch.setattr(launched, "start_worker", start_worker)
    monkeypatch.setattr(launched.time, "sleep", lambda _: None)
    watched = [launched.Program(launched.WORKER, Ended(), time.monotonic())]
    with pytest.raises(launched.ProgramEndedError, match="The worker ended by itself"):
        launched.watch(watched)
    assert (len(started), watched) == (5, [started[-1]])


def test_a_second_copy_on_the_folder_is_a_sentence_and_harms_nothing(up, migrated_folder):
    port = free_port()
    program = up("--port", str(port), "--data", str(migrated_folder), "--no-demo")
    announced(program)

    second = manage("up", "--port", str(free_port()), "--data", str(migrated_folder))

    assert second.returncode == 1
    assert second.stderr == (
        f"CommandError: Another copy of up (process {program.pid}) runs on the data folder {migrated_folder}: stop it, "
        "or give this one a folder of its own with --data.\n"
    )
    assert http_status(port, "/health/live") == 200
    program.terminate()
    program.wait(60)


def test_a_port_in_use_is_a_sentence(open_folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        answer = manage("up", "--port", str(port), "--data", str(open_folder))

    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr == (
        f"CommandError: Port {port} on 127.0.0.1 is in use: stop what uses it, or choose another with --port.\n"
    )
    assert not (open_folder / "pg").exists()


def test_a_folder_of_another_version_is_a_sentence(open_folder):
    (open_folder / "pg").mkdir()
    (open_folder / "pg" / "PG_VERSION").write_text("16\n")

    answer = manage("up", "--port", str(free_port()), "--data", str(open_folder))

    assert answer.returncode == 1
    assert answer.stderr.startswith(f"CommandError: The database in {open_folder}/pg was made by PostgreSQL 16, this")
    assert len(answer.stderr.splitlines()) == 1


def test_an_unreachable_database_is_a_sentence(open_folder):
    port = free_port()
    answer = manage(
        "up",
        "--port",
        str(free_port()),
        DATA_DIR=str(open_folder),
        DATABASE_URL=f"postgresql://opal:secret@127.0.0.1:{port}/identity",
        SECRET_KEY="for-tests-only",
        RECEIPT_KEY="for-tests-only",
    )

    assert answer.returncode == 1
    assert answer.stderr == (
        "CommandError: The database in DATABASE_URL cannot be reached: connection failed: connection to server at "
        f'"127.0.0.1", port {port} failed: Connection refused\n'
    )


def test_a_wrong_setting_is_a_sentence(open_folder):
    answer = manage("up", "--data", str(open_folder), DEBUG="maybe")

    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr == "Error: DEBUG must be true or false (1, yes, on, 0, no, off), not 'maybe'.\n"
