"""Start everything with one command: database, first data, web server, worker."""

import signal
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection, connections
from django.utils import timezone

from identity_site.embedded import presence
from identity_site.embedded.cluster import Cluster
from identity_site.launch import programs
from identity_site.launch.announcement import announcement, base_address, reachable_host
from identity_site.launch.claims import ClaimError, check_port, claim_folder
from identity_site.launch.first_start import ensure_access

LARGEST_PORT = 65_535
OLDEST_POSTGRESQL = 15


class Command(BaseCommand):
    help = (
        "Starts everything: a PostgreSQL of its own (or the one in DATABASE_URL), migrations, the demo on the first "
        "start, the web server and the worker. Ctrl-C ends all of it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="The address to listen on (127.0.0.1).")
        parser.add_argument("--port", type=port_number, default=8000, help="The port to listen on (8000).")
        parser.add_argument("--data", metavar="DIR", help="The data folder (DATA_DIR, else .data in the project).")
        parser.add_argument("--no-demo", action="store_true", help="Start empty: no demo on the first start.")

    def handle(self, *args: Any, **options: Any) -> None:
        data_dir: Path = settings.DATA_DIR
        refuse_late_data_option(options["data"], data_dir)
        signal.signal(signal.SIGTERM, interrupt)
        signal.signal(signal.SIGINT, interrupt)
        try:
            self.run(data_dir, host=options["host"], port=options["port"], demo=not options["no_demo"])
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
        except (ClaimError, programs.ProgramEndedError) as error:
            raise CommandError(str(error)) from error
        finally:
            connections.close_all()
            leave_embedded_database()

    def run(self, data_dir: Path, *, host: str, port: int, demo: bool) -> NoReturn:
        """Brings everything up and watches it. Ends only by an exception, KeyboardInterrupt in the orderly case."""
        claim_folder(data_dir)
        check_port(host, port)
        self.stdout.write("Preparing the database …")
        check_database()
        call_command("migrate", interactive=False, verbosity=0)
        is_external = bool(settings.DATABASE_URL)
        access = ensure_access(data_dir=data_dir, is_external=is_external, demo=demo, at=timezone.now())
        connections.close_all()
        started: list[programs.Program] = []
        try:
            started += [programs.start_web_server(host, port)]
            started += [programs.start_worker()]
            programs.await_answer(started, reachable_host(host), port)
            self.stdout.write(announcement(address=base_address(host, port), access=access))
            self.stdout.flush()
            programs.watch(started)
        finally:
            # From here on nothing may interrupt: an impatient second Ctrl-C would leave programs behind.
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            programs.end(started)


def port_number(text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) <= LARGEST_PORT):
        raise ArgumentTypeError(f"a port is a number from 1 to {LARGEST_PORT}, not {text!r}")
    return int(text)


def refuse_late_data_option(option: str | None, data_dir: Path) -> None:
    """`manage.py` has put the option into the environment before settings were read; other callers cannot use it."""
    if option and Path(option).expanduser().absolute() != data_dir:
        raise CommandError("The data folder is settled before settings are read: set DATA_DIR, or run `manage.py up`.")


def interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def check_database() -> None:
    """Starts or reaches the database. Raises CommandError, a sentence, where that fails or it is too old."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        reason = str(error).splitlines()[0]
        if settings.DATABASE_URL:
            raise CommandError(f"The database in DATABASE_URL cannot be reached: {reason}") from error
        raise CommandError(reason) from error
    major = connection.get_database_version()[0]
    if major < OLDEST_POSTGRESQL:
        raise CommandError(f"PostgreSQL {major} is too old: {OLDEST_POSTGRESQL} or newer is needed.")


def leave_embedded_database() -> None:
    """Waits until our own PostgreSQL has stopped: `up` may be the first process of a container, which ends with it."""
    cluster = connection.settings_dict.get("EMBEDDED")
    if isinstance(cluster, Cluster):
        presence.leave(cluster)
