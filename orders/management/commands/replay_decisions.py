from argparse import ArgumentParser
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orders.services.replay import ReplayResult, replay_decisions


class Command(BaseCommand):
    help = "Decide again from the stored facts and compare the receipts, byte by byte. Exit status 1 where one differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", help="only decisions from this moment on, as in 2026-11-01 or 2026-11-01T12:00Z")

    def handle(self, *args: Any, **options: Any) -> None:
        counts: Counter[ReplayResult] = Counter()
        for replayed in replay_decisions(since=_moment(options["since"])):
            counts[replayed.result] += 1
            if replayed.result == ReplayResult.DIFFERENT:
                self.stderr.write(f"Decision {replayed.decision} comes out differently.")
        self.stdout.write(", ".join(f"{counts[result]} {result.replace('_', ' ')}" for result in ReplayResult) + ".")
        if counts[ReplayResult.DIFFERENT]:
            raise CommandError(f"{counts[ReplayResult.DIFFERENT]} receipts differ.")


def _moment(text: str | None) -> datetime | None:
    """Without an offset it is UTC. Raises CommandError for what is no moment."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--since {text!r} is no date.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
