"""What only one copy of `up` may have: its data folder and its port."""

import errno
import os
import socket
from pathlib import Path

from identity_site.embedded import locks


class ClaimError(Exception):
    """Somebody else has it; the message is a sentence for the operator."""


def claim_folder(folder: Path) -> int:
    """Takes the data folder for this process and answers the lock's descriptor; the kernel gives it back at the end.

    Raises ClaimError where another copy of `up` has it, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = locks.open_lock(folder / "up.lock")
    except OSError as error:
        raise ClaimError(
            f"The data folder {folder} cannot be used: {error.strerror}. Name another one with --data."
        ) from error
    if not locks.take_now(descriptor):
        holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip()
        os.close(descriptor)
        raise ClaimError(
            f"Another copy of up (process {holder}) runs on the data folder {folder}: stop it, or give this one "
            "a folder of its own with --data."
        )
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor


def check_port(host: str, port: int) -> None:
    """Raises ClaimError where nothing could listen on the port, so that this is known before anything else starts."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise ClaimError(f"The host {host!r} is not known here: give --host an address of this machine.") from error
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise ClaimError(refusal(host, port, error)) from error


def refusal(host: str, port: int, error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"Port {port} on {host} is in use: stop what uses it, or choose another with --port."
        case errno.EACCES:
            return f"Port {port} may only be used by root: choose one above 1023 with --port."
        case _:
            return f"Nothing can listen on {host}, port {port}: {error.strerror}."
