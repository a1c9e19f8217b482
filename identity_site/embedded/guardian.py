"""The process that starts an embedded PostgreSQL and stops it when the last program that uses it is gone.

It runs detached, as `python -m identity_site.embedded.guardian`, so that neither Ctrl-C nor the death of the program
that started it reaches the server. It learns that all users are gone from the kernel: each holds `users.lock` shared,
and once nobody does, however they went, the guardian gets it alone.
"""

import argparse
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from identity_site.embedded import binaries, locks
from identity_site.embedded.cluster import Cluster, ClusterError, is_alive, is_server_of, running_server

# How long a start is tried again: after the server alone was killed, PostgreSQL refuses while a child of it lives.
START_PATIENCE_SECONDS = 15.0
PASSING = ["already exists", "still in use"]
# Recovery after a crash may take this long before the server answers.
RECOVERY_SECONDS = 300
STOP_SECONDS = 60
PAUSE_SECONDS = 0.2
LARGEST_LOG_BYTES = 10_000_000
INITDB_OPTIONS = ["--username=postgres", "--auth=trust", "--locale=C.UTF-8", "--encoding=UTF8", "--no-instructions"]
# Above the largest process number of any system.
NO_PROCESS = 99_999_999
UNSAFE_BUT_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Guardian:
    """Starts, watches and stops the server of one cluster."""

    def __init__(self, cluster: Cluster, *, uid: int | None, gid: int | None) -> None:
        self.cluster = cluster
        self.uid = uid
        self.gid = gid
        self.server_pid: int | None = None

    def guard(self) -> None:
        """Runs the server until nobody uses it any more. Raises ClusterError where it cannot be started."""
        users = locks.open_lock(self.cluster.users_lock)
        try:
            self.serve()
            while not locks.take_now(users):
                time.sleep(PAUSE_SECONDS)
                self.look_after()
        finally:
            # Newcomers wait for users.lock meanwhile, so they never meet a server that is going down.
            self.cluster.ready_file.unlink(missing_ok=True)
            self.stop()

    def look_after(self) -> None:
        """Starts the server again where it was killed. Raises ClusterError where its folder is gone."""
        if not self.cluster.folder.exists():
            raise ClusterError(
                f"The folder {self.cluster.folder} was removed while PostgreSQL ran in it, so it was stopped."
            )
        if running_server(self.cluster) is None:
            self.serve()

    def serve(self) -> None:
        """Brings the server up, with its database, and tells the waiting programs where its socket is."""
        self.cluster.ready_file.unlink(missing_ok=True)
        if not self.cluster.folder.joinpath("PG_VERSION").exists():
            self.create()
        self.own_folder(self.cluster.folder)
        socket_folder = self.start()
        self.create_database(socket_folder)
        write_whole(self.cluster.ready_file, str(socket_folder))

    def create(self) -> None:
        """Makes the cluster in a draft folder first, so that a killed initdb leaves nothing that looks finished."""
        draft = self.cluster.draft_folder
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self.own_folder(draft)
        options = [*INITDB_OPTIONS, *([] if self.cluster.durable else ["--no-sync"])]
        answer = self.run("initdb", "--pgdata", str(draft), *options)
        if answer.returncode != 0:
            raise ClusterError(f"No database could be made in {self.cluster.folder}: {last_line(answer.stdout)}")
        draft.replace(self.cluster.folder)

    def own_folder(self, folder: Path) -> None:
        """Gives a folder that is root's, such as a copied backup, to the user the server runs as."""
        if self.uid is None or self.gid is None or folder.stat().st_uid == self.uid:
            return
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def start(self) -> Path:
        """Starts the server, or adopts the one that runs already; answers the folder of its socket."""
        give_up = time.monotonic() + START_PATIENCE_SECONDS
        while True:
            server = running_server(self.cluster)
            if server is None:
                log_start = size_of(self.cluster.server_log)
                if not self.try_start():
                    reason = self.refusal(log_start)
                    if time.monotonic() > give_up or not any(word in reason for word in PASSING):
                        raise ClusterError(
                            f"PostgreSQL does not start in {self.cluster.folder}: {reason} "
                            f"(more in {self.cluster.server_log})."
                        )
            elif server.ready and server.socket_folder:
                self.server_pid = server.pid
                return server.socket_folder
            elif time.monotonic() > give_up + RECOVERY_SECONDS:
                raise ClusterError(
                    f"PostgreSQL did not get ready in {self.cluster.folder}; see {self.cluster.server_log}."
                )
            if server is None or not server.ready:
                time.sleep(PAUSE_SECONDS)

    def try_start(self) -> bool:
        """One attempt to start the server; its messages go to the log."""
        self.forget_foreign_process()
        if size_of(self.cluster.server_log) > LARGEST_LOG_BYTES:
            self.cluster.server_log.replace(self.cluster.server_log.with_suffix(".log.1"))
        with self.cluster.server_log.open("ab") as log:
            answer = self.run(
                "pg_ctl",
                "start",
                "--wait",
                f"--timeout={RECOVERY_SECONDS}",
                *self.at_folder(),
                "-o",
                self.options(),
                log=log,
            )
        return answer.returncode == 0

    def forget_foreign_process(self) -> None:
        """Where the number in the pid file meanwhile belongs to another program, writes one that no process has.

        PostgreSQL would take that program for a server and refuse. The rest of the file must stay: by it PostgreSQL
        notices children of a killed server that still write to the folder.
        """
        try:
            pid, rest = self.cluster.pid_file.read_text(encoding="utf-8").split("\n", maxsplit=1)
        except (FileNotFoundError, ValueError):
            return
        if pid.strip().isdecimal() and is_alive(int(pid)):
            self.cluster.pid_file.write_text(f"{NO_PROCESS}\n{rest}", encoding="utf-8")

    def at_folder(self) -> list[str]:
        return ["--silent", f"--pgdata={self.cluster.folder}"]

    def options(self) -> str:
        """The server's options, for `pg_ctl -o`, which hands them to a shell."""
        chosen = {
            "listen_addresses": "",
            "unix_socket_directories": '"{}"'.format(str(self.prepare_socket_folder()).replace('"', '""')),
            "unix_socket_permissions": "0700",
            "port": self.cluster.port,
            "max_connections": "100",
            "log_checkpoints": "off",
            # Statements and details of refused rows quote what people entered.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            **({} if self.cluster.durable else UNSAFE_BUT_FAST),
        }
        return " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in chosen.items())

    def prepare_socket_folder(self) -> Path:
        """The folder of the socket, which nobody but the server's user and root may enter."""
        folder = self.cluster.socket_folder()
        if folder == self.cluster.folder:
            return folder
        folder.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0 and self.uid is not None and folder.stat().st_uid == 0:
            self.own_folder(folder)
        status = folder.lstat()
        if (
            status.st_uid != (os.geteuid() if self.uid is None else self.uid)
            or status.st_mode & 0o077
            or folder.is_symlink()
        ):
            raise ClusterError(f"The folder {folder} for PostgreSQL's socket belongs to somebody else: remove it.")
        return folder

    def refusal(self, log_start: int) -> str:
        """Why the server did not start, in the words of its log."""
        with self.cluster.server_log.open("rb") as log:
            log.seek(log_start)
            lines = log.read().decode(errors="replace").splitlines()
        fatal = [line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
        return fatal[-1] if fatal else last_line("\n".join(lines))

    def create_database(self, socket_folder: Path) -> None:
        """Makes the program's database where the cluster has none yet."""
        name = self.cluster.database
        with psycopg.connect(
            host=str(socket_folder), port=self.cluster.port, user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))

    def stop(self) -> None:
        """Stops the server if one runs: orderly, and by force where that takes too long."""
        for mode in ("fast", "immediate"):
            if running_server(self.cluster) is None:
                break
            self.run("pg_ctl", "stop", f"--mode={mode}", "--wait", f"--timeout={STOP_SECONDS}", *self.at_folder())
        # Its folder was removed under it, and its pid file with it.
        if self.server_pid is not None and is_server_of(self.server_pid, self.cluster):
            os.kill(self.server_pid, signal.SIGQUIT)

    def run(self, name: str, *arguments: str, log: Any = subprocess.PIPE) -> "subprocess.CompletedProcess[str]":
        """Runs one of PostgreSQL's programs as the server's user, apart from our environment's PG* variables."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        environment["LC_ALL"] = "C.UTF-8"  # its messages are looked at
        identity: dict[str, Any] = {} if self.uid is None else {"user": self.uid, "group": self.gid, "extra_groups": []}
        return subprocess.run(
            [str(binaries.program(name)), *arguments],
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **identity,
        )


def last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "no reason given"


def size_of(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def write_whole(path: Path, text: str) -> None:
    """Writes the file so that a reader sees all of it or none."""
    draft = path.with_name(f"{path.name}.draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m identity_site.embedded.guardian")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--uid", type=int)
    parser.add_argument("--gid", type=int)
    parser.add_argument("--not-durable", action="store_true")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> None:
    """Detaches, then guards. The lock on `guard.lock` comes as an open descriptor from the program that starts us."""
    order = parse(arguments)
    if os.fork():
        os._exit(0)  # the program that starts us waits for this one only, and has no child to look after later
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    cluster = Cluster(folder=order.folder, database=order.database, durable=not order.not_durable)
    try:
        Guardian(cluster, uid=order.uid, gid=order.gid).guard()
    except ClusterError as error:
        write_whole(cluster.failure_file, str(error))
    except Exception:  # noqa: BLE001 - whatever it is, programs wait for a word from us
        traceback.print_exc()
        sentence = f"The embedded PostgreSQL in {cluster.folder} could not be looked after; see {cluster.guardian_log}."
        write_whole(cluster.failure_file, sentence)


if __name__ == "__main__":
    main(sys.argv[1:])
