"""What `make soak` leaves behind: a page that says what ran, how much of it, and how it went."""

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
    """A plugin of pytest that collects the results of a run and writes the page at its end."""

    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    rows: list[str] = field(default_factory=list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and not report.failed:
            return
        told = "; ".join(f"{name}: {value}" for name, value in report.user_properties)
        name = report.nodeid.removeprefix("tests/").replace("|", "/")
        self.rows.append(f"| `{name}` | {report.outcome} | {report.duration:.0f} | {told} |")

    def pytest_sessionfinish(self) -> None:
        if not self.rows:
            return
        seconds = (datetime.now(UTC) - self.began).total_seconds()
        passed = sum("| passed |" in row for row in self.rows)
        sentence = f"{self.began:%Y-%m-%d}: {passed} of {len(self.rows)} passed, in {seconds / 60:.0f} minutes.\n\n"
        table = ["| test | result | seconds | what it did |", "|---|---|---|---|", *self.rows]
        PAGE.write_text(HEAD + sentence + "\n".join(table) + "\n")
