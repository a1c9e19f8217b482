import pytest
from django.core.cache import cache

from tests.events.conftest import _empty_queue
from tests.people import acme, acme_west, ana, ben, cleo, opal, stranger, us

__all__ = ["_empty_queue", "acme", "acme_west", "ana", "ben", "cleo", "opal", "stranger", "us"]


@pytest.fixture(autouse=True)
def _nobody_tried(request: pytest.FixtureRequest) -> None:
    """Attempts are counted in a table that no model stands for."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        cache.clear()
