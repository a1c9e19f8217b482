"""One copy of `up` a data folder, one program a port."""

import os
import socket

import pytest

from identity_site.launch.claims import ClaimError, check_port, claim_folder


def test_the_folder_is_taken_once(tmp_path):
    first = claim_folder(tmp_path)

    with pytest.raises(ClaimError) as refused:
        claim_folder(tmp_path)

    assert str(refused.value) == (
        f"Another copy of up (process {os.getpid()}) runs on the data folder {tmp_path}: stop it, or give this one a "
        "folder of its own with --data."
    )
    os.close(first)
    os.close(claim_folder(tmp_path))


def test_a_folder_that_is_missing_is_made(tmp_path):
    os.close(claim_folder(tmp_path / "new" / "data"))

    assert (tmp_path / "new" / "data" / "up.lock").read_text() == str(os.getpid())


def test_a_port_in_use():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(ClaimError) as refused:
            check_port("127.0.0.1", port)

    assert str(refused.value) == (
        f"Port {port} on 127.0.0.1 is in use: stop what uses it, or choose another with --port."
    )
    check_port("127.0.0.1", port)


def test_a_host_nobody_knows():
    with pytest.raises(ClaimError) as refused:
        check_port("nowhere.invalid", 8000)

    assert str(refused.value) == (
        "The host 'nowhere.invalid' is not known here: give --host an address of this machine."
    )


def test_an_address_of_another_machine():
    with pytest.raises(ClaimError) as refused:
        check_port("192.0.2.1", 8000)  # RFC 5737: an address for documentation

    assert str(refused.value) == "Nothing can listen on 192.0.2.1, port 8000: Cannot assign requested address."
