"""The web server and the worker: started, watched and ended together."""

import ctypes
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

PROJECT = Path(__file__).resolve().parent.parent.parent
PAUSE_SECONDS = 0.1
START_SECONDS = 60.0
# What the web server and the worker give a request or a job that still runs; calls to the outside time out before.
GRACE_SECONDS = 10
KILL_AFTER_SECONDS = GRACE_SECONDS + 5.0
# A worker that ends sooner than this after its start, several times in a row, will not get better by itself.
LIVED_LONG_SECONDS = 60.0
MOST_EARLY_ENDS = 5
WORKER = "worker"
TELL_ME_WHEN_MY_PARENT_DIES = 1  # PR_SET_PDEATHSIG
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class ProgramEndedError(Exception):
    """One of the programs ended by itself; the message is a sentence for the operator."""


@dataclass(frozen=True)
class Program:
    name: str
    process: "subprocess.Popen[bytes]"
    started_at: float

    def refuse_ended(self) -> None:
        """Raises ProgramEndedError where it has ended."""
        code = self.process.poll()
        if code is not None:
            raise ProgramEndedError(f"The {self.name} ended by itself (exit code {code}), so everything was stopped.")


def start_web_server(host: str, port: int) -> Program:
    """Granian with one process a core and one thread each.

    One thread, because Unfold keeps the request on an object that all threads of a process share.
    """
    options = {
        "interface": "wsgi",
        "host": host,
        "port": port,
        "workers": os.cpu_count() or 1,
        "blocking-threads": 1,
        "workers-kill-timeout": GRACE_SECONDS,
        "log-level": "warning",
    }
    words = [f"--{name}={value}" for name, value in options.items()]
    return start(
        "web server", ["-m", "granian", *words, "--no-ws", "--respawn-failed-workers", "identity_site.wsgi:application"]
    )


def start_worker() -> Program:
    words = [f"--shutdown-graceful-timeout={GRACE_SECONDS}", "--delete-jobs=successful"]
    return start(WORKER, ["manage.py", "procrastinate", "worker", *words])


def start(name: str, arguments: Sequence[str]) -> Program:
    """A Python program in a session of its own: Ctrl-C in the terminal reaches `up` alone, which then ends it."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=end_with_parent,  # noqa: PLW1509 - `up` has no threads
    )
    return Program(name, process, time.monotonic())


def end_with_parent() -> None:
    """Asks Linux to send SIGTERM when `up` is killed; else its children would go on and keep the port."""
    if LIBC is not None:
        LIBC.prctl(TELL_ME_WHEN_MY_PARENT_DIES, signal.SIGTERM)


def await_answer(programs: Sequence[Program], host: str, port: int) -> None:
    """Returns once the web server answers. Raises ProgramEndedError where one of the programs ends before."""
    give_up = time.monotonic() + START_SECONDS
    while not answers(host, port):
        for program in programs:
            program.refuse_ended()
        if time.monotonic() > give_up:
            raise ProgramEndedError(f"The web server did not answer within {START_SECONDS:.0f} seconds.")
        time.sleep(PAUSE_SECONDS)


def answers(host: str, port: int) -> bool:
    """Whether something answers; which status does not matter, ALLOWED_HOSTS may refuse this host's name."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/health/live")
        connection.getresponse()
    except OSError:
        return False
    finally:
        connection.close()
    return True


def watch(programs: list[Program]) -> NoReturn:
    """Starts a worker that ended anew: it ends itself where the database restarts, and orders must go on coming in.

    Raises ProgramEndedError as soon as the web server ends by itself, or the worker again and again. The list is kept
    true for who ends the programs.
    """
    early_ends = 0
    while True:
        for place, program in enumerate(programs):
            has_ended = program.process.poll() is not None
            if has_ended and program.name == WORKER:
                ended_early = time.monotonic() - program.started_at < LIVED_LONG_SECONDS
                early_ends = early_ends + 1 if ended_early else 0
                if early_ends <= MOST_EARLY_ENDS:
                    time.sleep(early_ends)
                    programs[place] = start_worker()
                    continue
            program.refuse_ended()
        time.sleep(PAUSE_SECONDS)


def end(programs: Sequence[Program]) -> None:
    """Ends all: asks first, kills what does not listen, and what a killed program left in its session."""
    for program in programs:
        program.process.terminate()
    give_up = time.monotonic() + KILL_AFTER_SECONDS
    while any(program.process.poll() is None for program in programs) and time.monotonic() < give_up:
        time.sleep(PAUSE_SECONDS)
    for program in programs:
        with suppress(ProcessLookupError):
            os.killpg(program.process.pid, signal.SIGKILL)
        program.process.wait()
