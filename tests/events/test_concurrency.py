"""Who writes on a state that is no longer so is told."""

from datetime import timedelta

import pytest

from events.concurrency import StaleError, refuse_stale
from tests.factories import NOW


@pytest.mark.parametrize("seen_at", [None, NOW])
def test_who_saw_this_state_or_does_not_mind_may_write(seen_at):
    refuse_stale(seen_at=seen_at, updated_at=NOW)


@pytest.mark.parametrize("difference", [timedelta(microseconds=1), -timedelta(microseconds=1), timedelta(days=1)])
def test_who_saw_another_is_refused(difference):
    with pytest.raises(StaleError):
        refuse_stale(seen_at=NOW + difference, updated_at=NOW)
