"""What `make soak` leaves behind: a page that says what ran, how much of it, and how it went."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "soak.md"
HEAD = """# The last soak

Written by `make soak`: the property, chaos and fuzz tests at full size, seeded. `make test` runs a tenth of each. What
they are and how to read them: [test at length](../how-to/test-at-length.md).

"""


@dataclass(eq=False)  # pytest keeps its plugins in sets
class SoakReport:
    """A plugin of pytest that collects the results of a run and writes the page at its end.

    Generated tests that share a name share a row.
    """

    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    reports: list[pytest.TestReport] = field(default_factory=list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.failed:
            self.reports.append(report)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A run of some of the tests alone leaves the page as it is."""
        chosen = session.config.args_source is pytest.Config.ArgsSource.ARGS or session.config.getoption("keyword")
        if self.reports and not chosen:
            PAGE.write_text(HEAD + self._sentence() + "\n".join(self._table()) + "\n")

    def _sentence(self) -> str:
        minutes = (datetime.now(UTC) - self.began).total_seconds() / 60
        passed = sum(report.passed for report in self.reports)
        return f"{self.began:%Y-%m-%d}: {passed} of {len(self.reports)} passed, in {minutes:.0f} minutes.\n\n"

    def _table(self) -> Iterator[str]:
        yield "| test | result | times | seconds | what it did |"
        yield "|---|---|---|---|---|"
        alike: dict[tuple[str, str], list[pytest.TestReport]] = {}
        for report in self.reports:
            alike.setdefault((report.nodeid.removeprefix("tests/").partition("[")[0], report.outcome), []).append(
                report
            )
        for (name, outcome), reports in alike.items():
            told = "; ".join(f"{name}: {value}" for report in reports for name, value in report.user_properties)
            seconds = sum(report.duration for report in reports)
            yield f"| `{name}` | {outcome} | {len(reports)} | {seconds:.0f} | {told} |"
