"""Which PostgreSQL the program uses: the one `DATABASE_URL` names, or one of its own in the data folder."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

from identity_site import environment
from identity_site.embedded.cluster import Cluster

EXAMPLE = "postgresql://user:password@host:5432/name"
PROGRAM_NAME = "b2b-customer-identity"
LARGEST_PORT = 65_535
# psycopg prepares a statement on the server when it was sent this often on one connection.
PREPARE_AFTER = 5


def database_from_url(url: str) -> dict[str, Any]:
    """Django's settings of the database at `url`; libpq's options (`?sslmode=require`) go through as they are.

    Raises ImproperlyConfigured where the URL is not one of PostgreSQL. The message never repeats the URL, which holds
    a password.
    """
    if urlsplit(url).scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"DATABASE_URL must be the address of a PostgreSQL, such as {EXAMPLE}.")
    try:
        parts: dict[str, Any] = {name: value for name, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.ProgrammingError as error:
        raise ImproperlyConfigured(
            f"DATABASE_URL cannot be read as an address such as {EXAMPLE}; "
            "special characters in a password are written as %40 and the like, and options must be ones libpq knows."
        ) from error
    name = parts.pop("dbname", "")
    if not name:
        raise ImproperlyConfigured(f"DATABASE_URL names no database: it must end like {EXAMPLE}.")
    port = parts.pop("port", "")
    check_port(port)
    parts.setdefault("connect_timeout", 10)
    return common(
        engine="django.db.backends.postgresql",
        name=name,
        user=parts.pop("user", ""),
        password=parts.pop("password", ""),
        host=parts.pop("host", ""),
        port=port,
        options=parts,
        pooled=environment.boolean("PGBOUNCER", default=False),
    )


def check_port(port: str) -> None:
    """Refuses a port that is no number from 1 to 65535; libpq takes several, separated by commas."""
    for number in port.split(",") if port else []:
        if not (number.isdecimal() and 0 < int(number) <= LARGEST_PORT):
            raise ImproperlyConfigured(f"The port in DATABASE_URL must be a number from 1 to 65535, not {number!r}.")


# They reach a shell, or a list that commas part.
UNUSABLE_IN_FOLDER_NAMES = frozenset('"$`\\,\n\r')


def embedded_database(data_dir: Path) -> dict[str, Any]:
    """Django's settings of our own PostgreSQL in `data_dir`. Nothing starts before the first connection.

    Raises ImproperlyConfigured where the folder cannot be made, or has a name PostgreSQL's own tools stumble over.
    """
    if wrong := sorted(set(str(data_dir)) & UNUSABLE_IN_FOLDER_NAMES):
        raise ImproperlyConfigured(
            f"The data folder {data_dir} has {' '.join(wrong)} in its name, which PostgreSQL cannot be started with. "
            "Name another one in DATA_DIR or --data."
        )
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"The data folder {data_dir} cannot be made: {error.strerror}. Name another one in DATA_DIR."
        ) from error
    if not os.access(data_dir, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(
            f"The data folder {data_dir} belongs to somebody else: start as its user, or name another one in DATA_DIR."
        )
    durable = environment.boolean("EMBEDDED_DURABLE", default=True)
    cluster = Cluster(folder=data_dir / "pg", database="identity", durable=durable)
    settings = common(
        engine="identity_site.embedded",
        name=cluster.database,
        user="postgres",
        password="",
        host="",  # the folder of its socket, known once it runs
        port=cluster.port,
        options={},
        pooled=False,
    )
    return {**settings, "EMBEDDED": cluster}


def common(
    *, engine: str, name: str, user: str, password: str, host: str, port: str, options: dict[str, Any], pooled: bool
) -> dict[str, Any]:
    """What both kinds share. `pooled` = behind PgBouncer in transaction mode, where no session state survives."""
    return {
        "ENGINE": engine,
        "NAME": name,
        "USER": user,
        "PASSWORD": password,
        "HOST": host,
        "PORT": port,
        # Ten minutes: long enough that almost no request pays for a connection, short enough to follow a failover.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": pooled,
        "OPTIONS": {
            "application_name": PROGRAM_NAME,
            "prepare_threshold": None if pooled else PREPARE_AFTER,
            **options,
        },
    }
