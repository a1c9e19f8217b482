"""The user PostgreSQL runs as. It refuses to run as root, so root lends it a user of its own and a way to its files."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from identity_site.embedded import binaries
from identity_site.embedded.cluster import Cluster, ClusterError

NAME = "embedded_postgres"
FALLBACK_NAME = "nobody"


@dataclass(frozen=True)
class ServerUser:
    name: str
    uid: int
    gid: int


def server_user(cluster: Cluster) -> ServerUser | None:
    """Whom the server must run as; None = as we do. A folder that is there already keeps its owner.

    Raises ClusterError where the folder belongs to somebody we cannot become.
    """
    owner = cluster.folder.stat().st_uid if cluster.folder.exists() else None
    if os.geteuid() != 0:
        if owner is not None and owner != os.geteuid():
            raise ClusterError(
                f"The database folder {cluster.folder} belongs to the user {user_name(owner)}: start as that user, or "
                "name another folder in DATA_DIR."
            )
        return None
    entry = pwd.getpwuid(owner) if owner and is_known(owner) else unprivileged_entry()
    return ServerUser(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def user_name(uid: int) -> str:
    return pwd.getpwuid(uid).pw_name if is_known(uid) else str(uid)


def is_known(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def unprivileged_entry() -> pwd.struct_passwd:
    """A system user made for this, or `nobody` where none can be made. initdb wants one the password file knows."""
    if NAME not in known_names() and (useradd := shutil.which("useradd")):
        command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]
        subprocess.run(command, capture_output=True, check=False)
    for name in (NAME, FALLBACK_NAME):
        if name in known_names():
            return pwd.getpwnam(name)
    raise ClusterError(
        f"PostgreSQL does not run as root, and there is no user {NAME} or {FALLBACK_NAME} to run it as: start "
        "as another user, or name a PostgreSQL of your own in DATABASE_URL."
    )


def known_names() -> set[str]:
    return {entry.pw_name for entry in pwd.getpwall()}


def prepare_the_way(cluster: Cluster, user: ServerUser) -> None:
    """Sees to it that the user can run PostgreSQL's programs and enter the data folder.

    Closed parents (a clone in root's home) are opened for passing through, never for listing, and named on stderr.
    Raises ClusterError where that does not suffice.
    """
    opened = open_parents([cluster.folder, *binaries.shipped_folders()], user)
    if opened:
        names = " and ".join(str(path) for path in opened)
        sys.stderr.write(
            f"Opened {names} for passing through (chmod o+x, listing stays closed): PostgreSQL does not run as root, "
            f"so its user {user.name} must reach {cluster.folder} and {binaries.package_folder()}.\n"
        )
    if can_run_programs(user):
        return
    # Installed under a umask of 077: the package's own files are closed too. They are public software.
    for path in everything_in(binaries.shipped_folders()):
        mode = path.stat().st_mode
        path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))
    if not can_run_programs(user):
        raise ClusterError(
            f"PostgreSQL does not run as root, and its user {user.name} cannot run the programs in "
            f"{binaries.package_folder()}: move the installation to a folder others may enter, or name a PostgreSQL of "
            "your own in DATABASE_URL."
        )


def open_parents(targets: Iterable[Path], user: ServerUser) -> list[Path]:
    """Adds o+x to every parent the user cannot pass, outermost first, and answers which those were."""
    opened: list[Path] = []
    for target in targets:
        for parent in sorted({*target.parents, *target.resolve().parents}):
            if may_pass(parent.stat(), user):
                continue
            try:
                parent.chmod(stat.S_IMODE(parent.stat().st_mode) | stat.S_IXOTH)
            except OSError as error:
                raise ClusterError(
                    f"PostgreSQL's user {user.name} cannot pass the folder {parent} on the way to {target}, and it "
                    f"cannot be opened: {error.strerror}. Name another folder in DATA_DIR or a DATABASE_URL."
                ) from error
            opened.append(parent)
    return opened


def may_pass(status: os.stat_result, user: ServerUser) -> bool:
    """Whether the user may pass through the folder on its way to something inside."""
    if status.st_uid == user.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == user.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def can_run_programs(user: ServerUser) -> bool:
    """Whether the user gets as far as PostgreSQL telling its version, and may look into its folders."""
    command = [str(binaries.program("initdb")), "--version"]
    try:
        answer = subprocess.run(
            command, user=user.uid, group=user.gid, extra_groups=[], cwd="/", capture_output=True, check=False
        )
    except OSError:
        return False
    return answer.returncode == 0 and all(may_read(path.stat(), user) for path in binaries.shipped_folders())


def may_read(status: os.stat_result, user: ServerUser) -> bool:
    """Whether others, as the server's user is, may read the file or list and pass the folder."""
    needed = stat.S_IROTH | (stat.S_IXOTH if stat.S_ISDIR(status.st_mode) else 0)
    return status.st_uid == user.uid or status.st_mode & needed == needed


def everything_in(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield folder
        yield from folder.rglob("*")
