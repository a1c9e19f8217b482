"""A program's place at the embedded PostgreSQL: taken with the first connection, given back when the program ends."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from identity_site.embedded import binaries, locks
from identity_site.embedded.cluster import Cluster, ClusterError
from identity_site.embedded.server_user import ServerUser, prepare_the_way, server_user

PROJECT = Path(__file__).resolve().parent.parent.parent
PAUSE_SECONDS = 0.02
# A guardian says itself when it gives up; this is for one that hangs.
PATIENCE_SECONDS = 600.0
# How long a leaving program waits for the server to end; the guardian goes on by itself.
LEAVE_SECONDS = 30.0

places: dict[Path, int] = {}
one_thread = threading.Lock()


def use(cluster: Cluster) -> Path:
    """Sees to it that the server runs for as long as this process lives, and answers the folder of its socket.

    Any number of processes may call this at once; the first one starts the guardian. Later calls in one process only
    look whether the guardian is still there. Raises ClusterError, a sentence, where the server cannot be started.
    """
    with one_thread:
        try:
            cluster.run_folder.mkdir(parents=True, exist_ok=True)
            take_place(cluster)
            return await_server(cluster)
        except OSError as error:
            raise ClusterError(
                f"The database folder {cluster.folder} cannot be used: {error.strerror} ({error.filename}). Start as "
                "the user it belongs to, or name another folder in DATA_DIR."
            ) from error


def take_place(cluster: Cluster) -> None:
    if cluster.folder in places:
        return
    descriptor = locks.open_lock(cluster.users_lock)
    # A guardian that is stopping the server holds it alone: then this waits until it is done.
    locks.share(descriptor)
    places[cluster.folder] = descriptor


def await_server(cluster: Cluster) -> Path:
    """The socket's folder, once the guardian has said it; starts a guardian wherever there is none."""
    known_failure = failure(cluster)
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up:
        with locks.held(cluster.start_lock):
            if not locks.is_held(cluster.guard_lock):
                if (news := failure(cluster)) != known_failure and news:
                    raise ClusterError(news[0])
                start_guardian(cluster)
            elif cluster.ready_file.exists():
                return Path(cluster.ready_file.read_text(encoding="utf-8"))
        time.sleep(PAUSE_SECONDS)
    raise ClusterError(f"PostgreSQL in {cluster.folder} did not get ready; see {cluster.server_log}.")


def failure(cluster: Cluster) -> tuple[str, int] | None:
    """The sentence with which a guardian gave up, and when it did, so that an old failure is told from a new one."""
    try:
        return cluster.failure_file.read_text(encoding="utf-8"), cluster.failure_file.stat().st_mtime_ns
    except FileNotFoundError:
        return None


def start_guardian(cluster: Cluster) -> None:
    """Starts a guardian that holds `guard.lock` from its first moment on. Call it under `start.lock`."""
    refuse_unusable(cluster)
    user = server_user(cluster)
    if user:
        prepare_the_way(cluster, user)
    cluster.ready_file.unlink(missing_ok=True)
    guard = locks.open_lock(cluster.guard_lock)
    try:
        # The lock belongs to the open file: the guardian inherits it with the descriptor, no gap in between.
        if not locks.take_now(guard):
            return
        with cluster.guardian_log.open("wb") as log:
            answer = subprocess.run(
                guardian_command(cluster, user),
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[guard],
                start_new_session=True,
                check=False,
            )
    finally:
        os.close(guard)
    if answer.returncode != 0:
        raise ClusterError(
            f"The guardian of PostgreSQL in {cluster.folder} does not start; see {cluster.guardian_log}."
        )


def guardian_command(cluster: Cluster, user: ServerUser | None) -> list[str]:
    module = "identity_site.embedded.guardian"
    command = [sys.executable, "-m", module, f"--folder={cluster.folder}", f"--database={cluster.database}"]
    if user:
        command += [f"--uid={user.uid}", f"--gid={user.gid}"]
    if not cluster.durable:
        command += ["--not-durable"]
    return command


def refuse_unusable(cluster: Cluster) -> None:
    """Raises ClusterError for a folder of another version of PostgreSQL, and for one that holds something else."""
    version_file = cluster.folder / "PG_VERSION"
    if not version_file.exists():
        if cluster.folder.exists() and any(cluster.folder.iterdir()):
            raise ClusterError(
                f"The folder {cluster.folder} is not empty and holds no PostgreSQL: name another folder in DATA_DIR."
            )
        return
    found = version_file.read_text(encoding="ascii").strip()
    ours = binaries.major_version()
    if found != ours:
        raise ClusterError(
            f"The database in {cluster.folder} was made by PostgreSQL {found}, this program brings PostgreSQL {ours}: "
            f"carry it over with pg_dump of version {found}, or name another folder in DATA_DIR (up: --data)."
        )


def leave(cluster: Cluster) -> None:
    """Gives the place back; where nobody else uses the server, waits until it has stopped.

    Ending the process gives the place back as well. This is for who must know that the server is gone: a program that
    is the first in its container, and takes everything with it, or one that removes the folder.
    """
    descriptor = places.pop(cluster.folder, None)
    if descriptor is None:
        return
    alone = locks.take_now(descriptor)
    os.close(descriptor)
    give_up = time.monotonic() + LEAVE_SECONDS
    while alone and has_guardian(cluster) and time.monotonic() < give_up:
        time.sleep(PAUSE_SECONDS)


def has_guardian(cluster: Cluster) -> bool:
    """Whether a guardian lives. Looking takes its lock for a moment, so it must not be done while one starts."""
    with locks.held(cluster.start_lock):
        return locks.is_held(cluster.guard_lock)
