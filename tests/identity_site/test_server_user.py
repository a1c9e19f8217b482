"""Run by root, PostgreSQL gets a user of its own and a way to its files, and no more than a way."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from identity_site.embedded import binaries
from identity_site.embedded.cluster import Cluster, ClusterError
from identity_site.embedded.server_user import ServerUser, open_parents, prepare_the_way, server_user
from tests.identity_site.conftest import PROJECT, environment

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends PostgreSQL a user")
NOBODY = pwd.getpwnam("nobody")
STRANGER = ServerUser(name=NOBODY.pw_name, uid=NOBODY.pw_uid, gid=NOBODY.pw_gid)


def mode(path: Path) -> str:
    return oct(path.stat().st_mode & 0o777)


@as_root
def test_closed_parents_are_opened_for_passing_and_named(open_folder, capsys):
    home = open_folder / "home"
    clone = home / "clone"
    (clone / "data").mkdir(parents=True)
    home.chmod(0o700)
    clone.chmod(0o750)

    prepare_the_way(Cluster(folder=clone / "data" / "pg"), STRANGER)

    assert (mode(home), mode(clone), mode(clone / "data")) == ("0o701", "0o751", "0o755")
    assert capsys.readouterr().err == (
        f"Opened {home} and {clone} for passing through (chmod o+x, listing stays closed): PostgreSQL does not run as "
        f"root, so its user nobody must reach {clone}/data/pg and {binaries.package_folder()}.\n"
    )


@as_root
def test_an_open_way_is_left_as_it_is_without_a_word(open_folder, capsys):
    prepare_the_way(Cluster(folder=open_folder / "pg"), STRANGER)

    assert mode(open_folder) == "0o711"
    assert capsys.readouterr() == ("", "")


@as_root
def test_a_parent_the_user_owns_is_open_to_it(open_folder):
    own = open_folder / "own"
    own.mkdir(mode=0o700)
    os.chown(own, STRANGER.uid, STRANGER.gid)

    assert open_parents([own / "pg"], STRANGER) == []
    assert mode(own) == "0o700"


@as_root
def test_root_runs_it_as_a_user_of_its_own(open_folder):
    user = server_user(Cluster(folder=open_folder / "pg"))

    assert user is not None
    assert user.name == "embedded_postgres"
    assert user.uid != 0


@as_root
def test_a_folder_that_is_there_keeps_its_user(open_folder):
    folder = open_folder / "pg"
    folder.mkdir()
    os.chown(folder, STRANGER.uid, STRANGER.gid)

    assert server_user(Cluster(folder=folder)) == STRANGER


def test_somebody_elses_folder_is_a_sentence(open_folder, monkeypatch):
    folder = open_folder / "pg"
    folder.mkdir()
    owner = pwd.getpwuid(os.geteuid()).pw_name
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)

    with pytest.raises(ClusterError) as refused:
        server_user(Cluster(folder=folder))

    assert str(refused.value) == (
        f"The database folder {folder} belongs to the user {owner}: start as that user, or name another folder in "
        "DATA_DIR."
    )


@as_root
@pytest.mark.slow
def test_a_data_folder_in_a_closed_home_works(open_folder):
    home = open_folder / "home"
    (home / "data").mkdir(parents=True)
    home.chmod(0o700)

    answer = subprocess.run(
        [sys.executable, "-m", "tests.identity_site.use_database", str(home / "data" / "pg")],
        cwd=PROJECT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert answer.returncode == 0
    assert answer.stderr.startswith(f"Opened {home} for passing through (chmod o+x, listing stays closed)")
    assert mode(home) == "0o701"
