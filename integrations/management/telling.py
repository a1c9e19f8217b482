"""How import commands tell what they did: refusals as they happen, then the counts, then the exit status."""

from django.core.management.base import CommandError, OutputWrapper

from integrations.services.reports import ImportReport, OnRefusal, Refusal

REFUSED = 1
UNREADABLE = 2


def told_refusal(stream: OutputWrapper) -> OnRefusal:
    """Writes each refusal as a line."""

    def tell_one(refusal: Refusal) -> None:
        stream.write(str(refusal))

    return tell_one


def tell(report: ImportReport, stream: OutputWrapper, *, dry_run: bool) -> None:
    """Writes the summary. Raises CommandError with exit status 1 where rows were refused."""
    stream.write(f"Read as {report.encoding}.")
    for note in report.notes:
        stream.write(f"{note}.")
    stream.write(f"{report.summary()}.{' Nothing was written: this was a dry run.' if dry_run else ''}")
    if report.refused:
        raise CommandError(f"Rows refused: {report.refused}.", returncode=REFUSED)
