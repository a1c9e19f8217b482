"""The embedded PostgreSQL lives exactly as long as somebody uses it, however they come and go."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from identity_site.embedded import binaries, locks
from identity_site.embedded.cluster import Cluster, is_server_of, running_server
from tests.identity_site.conftest import PROJECT, environment, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def cluster(open_folder: Path) -> Cluster:
    return Cluster(folder=open_folder / "pg", durable=False)


@pytest.fixture
def start_user(cluster: Cluster, programs):
    def start() -> "subprocess.Popen[str]":
        program = subprocess.Popen(
            [sys.executable, "-m", "tests.identity_site.use_database", str(cluster.folder)],
            cwd=PROJECT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        programs.append(program)
        return program

    yield start
    for program in programs:
        program.kill()
    wait_until(lambda: not locks.is_held(cluster.guard_lock))


def server_start(program: "subprocess.Popen[str]") -> str:
    """When the server the program uses was started: tells one server from another."""
    line = program.stdout.readline().strip()
    assert line, program.stderr.read()
    return line


def leave(program: "subprocess.Popen[str]") -> None:
    program.stdin.close()
    assert program.wait(20) == 0


def refusal(program: "subprocess.Popen[str]") -> str:
    _out, error = program.communicate(timeout=60)
    assert program.returncode == 1
    return error.strip()


def is_gone(cluster: Cluster) -> bool:
    return running_server(cluster) is None and not cluster.pid_file.exists()


def guardian_pid(cluster: Cluster) -> int:
    marker = f"--folder={cluster.folder}".encode()
    for entry in Path("/proc").iterdir():
        with suppress(OSError):  # ended meanwhile, or no process at all
            if marker in (entry / "cmdline").read_bytes().split(b"\0"):
                return int(entry.name)
    raise AssertionError("no guardian")


def test_six_first_starters_at_once_share_one_server(cluster, start_user):
    users = [start_user() for _ in range(6)]

    assert len({server_start(user) for user in users}) == 1

    for user in users[:5]:
        leave(user)
    assert running_server(cluster) is not None
    leave(users[5])
    wait_until(lambda: is_gone(cluster))


def test_a_killed_starter_leaves_no_server_behind(cluster, start_user):
    starter = start_user()
    server_start(starter)

    starter.kill()

    wait_until(lambda: is_gone(cluster))


def test_a_starter_killed_while_others_use_it_ends_nothing(cluster, start_user):
    starter = start_user()
    started = server_start(starter)
    other = start_user()
    assert server_start(other) == started

    starter.kill()
    starter.wait()

    late = start_user()
    assert server_start(late) == started
    late.kill()
    leave(other)
    wait_until(lambda: is_gone(cluster))


def test_a_starter_killed_during_the_first_start_does_no_harm(cluster, start_user):
    starter = start_user()
    wait_until(cluster.guardian_log.exists)
    starter.kill()

    server_start(start_user())


def test_ctrl_c_does_not_reach_the_server(cluster, start_user):
    user = start_user()
    started = server_start(user)

    assert os.getsid(guardian_pid(cluster)) != os.getsid(0)
    assert server_start(start_user()) == started


def test_a_killed_guardian_is_replaced_and_the_server_adopted(cluster, start_user):
    first = start_user()
    started = server_start(first)
    os.kill(guardian_pid(cluster), signal.SIGKILL)
    wait_until(lambda: not locks.is_held(cluster.guard_lock))
    assert running_server(cluster) is not None

    second = start_user()

    assert server_start(second) == started
    leave(first)
    leave(second)
    wait_until(lambda: is_gone(cluster))


def test_a_killed_server_is_started_again(cluster, start_user):
    user = start_user()
    started = server_start(user)
    killed = running_server(cluster).pid
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: (server := running_server(cluster)) is not None and server.pid != killed and server.ready)

    assert server_start(start_user()) > started


def test_a_pid_that_belongs_to_another_program_by_now(cluster, start_user, programs):
    leave_first = start_user()
    server_start(leave_first)
    leave(leave_first)
    wait_until(lambda: is_gone(cluster))
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, text=True)
    programs.append(stranger)
    cluster.pid_file.write_text(f"{stranger.pid}\n{cluster.folder}\n1\n5432\n{cluster.folder}\n\n 1 0\nready   \n")
    os.chown(cluster.pid_file, cluster.folder.stat().st_uid, -1)

    assert running_server(cluster) is None
    server_start(start_user())

    assert stranger.poll() is None


def test_a_removed_folder_ends_its_server(cluster, start_user):
    user = start_user()
    server_start(user)
    pid = running_server(cluster).pid

    shutil.rmtree(cluster.folder)

    wait_until(lambda: not is_server_of(pid, cluster))
    wait_until(cluster.failure_file.exists)
    assert cluster.failure_file.read_text() == (
        f"The folder {cluster.folder} was removed while PostgreSQL ran in it, so it was stopped."
    )
    assert not cluster.folder.exists()


def test_a_folder_of_another_version_is_a_sentence(cluster, start_user):
    cluster.folder.mkdir()
    (cluster.folder / "PG_VERSION").write_text("16\n")

    assert refusal(start_user()) == (
        f"The database in {cluster.folder} was made by PostgreSQL 16, this program brings PostgreSQL "
        f"{binaries.major_version()}: carry it over with pg_dump of version 16, or name another folder in DATA_DIR "
        "(up: --data)."
    )
    assert [path.name for path in cluster.folder.iterdir()] == ["PG_VERSION"]


def test_a_folder_with_something_else_is_a_sentence(cluster, start_user):
    cluster.folder.mkdir()
    (cluster.folder / "letter.txt").write_text("Dear Ana")

    assert refusal(start_user()) == (
        f"The folder {cluster.folder} is not empty and holds no PostgreSQL: name another folder in DATA_DIR."
    )


def test_a_server_that_does_not_start_is_a_sentence_from_its_log(cluster, start_user, monkeypatch):
    user = start_user()
    server_start(user)
    leave(user)
    wait_until(lambda: is_gone(cluster))
    with (cluster.folder / "postgresql.conf").open("a") as configuration:
        configuration.write("shared_buffers = 'a lot'\n")

    assert refusal(start_user()) == (
        f"PostgreSQL does not start in {cluster.folder}: configuration file "
        f'"{cluster.folder}/postgresql.conf" contains errors (more in {cluster.server_log}).'
    )


def test_sorting_and_letters_do_not_depend_on_the_shell(cluster, start_user):
    server_start(start_user())

    with psycopg.connect(
        host=str(cluster.socket_folder()), port="5432", user="postgres", dbname="identity"
    ) as connection:
        row = connection.execute(
            "SELECT current_setting('server_encoding'), datcollate, datctype, 'É' ILIKE 'é', current_setting('fsync'), "
            "current_setting('listen_addresses') FROM pg_database WHERE datname = 'identity'"
        ).fetchone()

    assert row == ("UTF8", "C.UTF-8", "C.UTF-8", True, "off", "")


def test_only_the_servers_user_may_enter_its_folder(cluster, start_user):
    server_start(start_user())

    assert cluster.folder.stat().st_mode & 0o777 == 0o700


def test_a_deep_folder_works_too(open_folder, programs):
    deep = open_folder.joinpath(*["folder-with-a-long-name"] * 6)
    deep.mkdir(parents=True)
    cluster = Cluster(folder=deep / "pg", durable=False)
    answer = subprocess.run(
        [sys.executable, "-m", "tests.identity_site.use_database", str(cluster.folder)],
        cwd=PROJECT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (answer.returncode, answer.stderr) == (0, "")
    assert cluster.socket_folder().stat().st_mode & 0o777 == 0o700
    wait_until(lambda: is_gone(cluster))
    cluster.socket_folder().rmdir()
