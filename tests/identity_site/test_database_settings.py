"""DATABASE_URL: what becomes of it, and the sentence for each way it can be wrong."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from identity_site.database import database_from_url, embedded_database
from identity_site.embedded.cluster import Cluster

EXAMPLE = "postgresql://user:password@host:5432/name"
UNREADABLE = (
    f"DATABASE_URL cannot be read as an address such as {EXAMPLE}; special characters in a password are written as %40 "
    "and the like, and options must be ones libpq knows."
)


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch):
    monkeypatch.delenv("PGBOUNCER", raising=False)
    monkeypatch.delenv("EMBEDDED_DURABLE", raising=False)


def test_every_part_of_the_url_arrives():
    settings = database_from_url(
        "postgresql://opal:p%40ss@db.example:6432/identity?sslmode=require&target_session_attrs=any"
    )

    assert settings == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "identity",
        "USER": "opal",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "6432",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": False,
        "OPTIONS": {
            "application_name": "b2b-customer-identity",
            "prepare_threshold": 5,
            "connect_timeout": 10,
            "sslmode": "require",
            "target_session_attrs": "any",
        },
    }


def test_a_socket_folder_is_a_host():
    settings = database_from_url("postgres://postgres@/identity?host=/run/postgresql")

    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == ("/run/postgresql", "", "identity")


def test_behind_pgbouncer_nothing_relies_on_the_session(monkeypatch):
    monkeypatch.setenv("PGBOUNCER", "true")

    settings = database_from_url(EXAMPLE)

    assert settings["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert settings["OPTIONS"]["prepare_threshold"] is None


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://opal:secret@host/name", f"DATABASE_URL must be the address of a PostgreSQL, such as {EXAMPLE}."),
        ("host=localhost dbname=x", f"DATABASE_URL must be the address of a PostgreSQL, such as {EXAMPLE}."),
        ("postgresql://opal:sec%ret@host/name", UNREADABLE),
        ("postgresql://opal:secret@host/name?ssl=yes", UNREADABLE),
        ("postgresql://opal:secret@host:5432", f"DATABASE_URL names no database: it must end like {EXAMPLE}."),
        (
            "postgresql://opal:secret@host:99999/name",
            "The port in DATABASE_URL must be a number from 1 to 65535, not '99999'.",
        ),
        (
            "postgresql://opal:secret@host:five/name",
            "The port in DATABASE_URL must be a number from 1 to 65535, not 'five'.",
        ),
    ],
)
def test_a_wrong_url_is_a_sentence_without_the_password(url, sentence):
    with pytest.raises(ImproperlyConfigured) as refused:
        database_from_url(url)

    assert str(refused.value) == sentence
    assert "secret" not in sentence


def test_without_a_url_the_database_lies_in_the_data_folder(tmp_path):
    settings = embedded_database(tmp_path / "data")

    assert settings["ENGINE"] == "identity_site.embedded"
    assert settings["EMBEDDED"] == Cluster(folder=tmp_path / "data" / "pg", database="identity", durable=True)
    assert (settings["NAME"], settings["USER"], settings["HOST"], settings["PORT"]) == (
        "identity",
        "postgres",
        "",
        "5432",
    )
    # Reading settings starts nothing: it makes the folder and no more.
    assert list((tmp_path / "data").iterdir()) == []


def test_a_data_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    folder = tmp_path / "file" / "data"

    with pytest.raises(ImproperlyConfigured) as refused:
        embedded_database(folder)

    assert str(refused.value) == (
        f"The data folder {folder} cannot be made: Not a directory. Name another one in DATA_DIR."
    )


def test_a_deep_folder_has_its_socket_elsewhere(tmp_path):
    deep = Path("/", *["folder"] * 20)

    assert Cluster(folder=Path("/srv/data/pg")).socket_folder() == Path("/srv/data/pg")
    assert Cluster(folder=deep).socket_folder().parent != deep
    assert len(str(Cluster(folder=deep).socket_folder())) < 100


@pytest.mark.parametrize("name", ['a"b', "a$(touch pwned)b", "a`b", "a\\b", "a,b", "a\nb"])
def test_a_folder_name_that_a_shell_would_read_is_refused_and_not_made(tmp_path, name):
    with pytest.raises(ImproperlyConfigured, match="in its name, which PostgreSQL cannot be started with"):
        embedded_database(tmp_path / name)
    assert list(tmp_path.iterdir()) == []
