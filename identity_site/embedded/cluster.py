"""One PostgreSQL of our own: where its files lie, and whether it runs.

Nothing here imports Django, so that the guardian stays a small process.
"""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

# A Unix socket's whole path must fit into 107 bytes.
LONGEST_SOCKET_PATH = 100
FULL_PID_FILE = 8
PROCESSES = Path("/proc")


class ClusterError(Exception):
    """The embedded PostgreSQL cannot be used; the message is a sentence for the operator."""


@dataclass(frozen=True)
class Cluster:
    """The data folder of one embedded PostgreSQL. Its locks and logs lie beside it, in `<folder>.run`."""

    folder: Path
    database: str = "identity"
    # False trades crash safety for speed: for tests, whose data nobody keeps.
    durable: bool = True
    port: str = "5432"  # only part of the socket's name: the server listens on no network

    @property
    def run_folder(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.run")

    @property
    def draft_folder(self) -> Path:
        """Where initdb works, so that `folder` is there as a whole or not at all."""
        return self.folder.with_name(f"{self.folder.name}.new")

    @property
    def users_lock(self) -> Path:
        """Held (shared) by every process that uses the server, for as long as it lives."""
        return self.run_folder / "users.lock"

    @property
    def guard_lock(self) -> Path:
        """Held by the guardian for as long as it lives."""
        return self.run_folder / "guard.lock"

    @property
    def start_lock(self) -> Path:
        """Held while one process looks for a guardian and starts one where there is none."""
        return self.run_folder / "start.lock"

    @property
    def ready_file(self) -> Path:
        """Holds the folder of the server's socket while the guardian lives and the server answers."""
        return self.run_folder / "ready"

    @property
    def failure_file(self) -> Path:
        """Holds the sentence with which the last guardian gave up."""
        return self.run_folder / "failed"

    @property
    def server_log(self) -> Path:
        return self.run_folder / "server.log"

    @property
    def guardian_log(self) -> Path:
        return self.run_folder / "guardian.log"

    @property
    def pid_file(self) -> Path:
        return self.folder / "postmaster.pid"

    def socket_folder(self) -> Path:
        """The data folder, which only the server's user may enter; a temporary one where that is too deep."""
        socket = self.folder / f".s.PGSQL.{self.port}"
        if len(os.fsencode(socket)) <= LONGEST_SOCKET_PATH:
            return self.folder
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"pg-{name}"


@dataclass(frozen=True)
class RunningServer:
    pid: int
    # None while it starts: PostgreSQL writes its pid file line by line.
    socket_folder: Path | None
    ready: bool


def running_server(cluster: Cluster) -> RunningServer | None:
    """The server that runs on the cluster's folder, whoever started it; None where there is none.

    A pid file whose number meanwhile belongs to another program counts as none.
    """
    try:
        lines = cluster.pid_file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    if not lines or not lines[0].strip().isdecimal():
        return None
    pid = int(lines[0])
    if not is_server_of(pid, cluster):
        return None
    if len(lines) < FULL_PID_FILE:
        return RunningServer(pid=pid, socket_folder=None, ready=False)
    return RunningServer(pid=pid, socket_folder=Path(lines[4]), ready=lines[7].strip() == "ready")


def is_server_of(pid: int, cluster: Cluster) -> bool:
    """Whether the process is a PostgreSQL server on the cluster's folder."""
    if not PROCESSES.joinpath("self").exists():  # not Linux: all one can ask is whether it lives
        return is_alive(pid)
    try:
        # The command line and not the working folder: that one is closed to root in a container without SYS_PTRACE.
        arguments = PROCESSES.joinpath(str(pid), "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    if Path(os.fsdecode(arguments[0])).name != "postgres":
        return False
    if b"-D" not in arguments[:-1]:
        return True
    named = Path(os.fsdecode(arguments[arguments.index(b"-D") + 1]))
    return named.resolve() == cluster.folder.resolve()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
