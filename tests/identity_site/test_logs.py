"""A log line is one JSON object with the request it belongs to."""

import io
import json
import logging
import logging.config
from datetime import UTC, datetime

import pytest
from django.test import Client

from events.context import working_as
from identity_site.logs import logging_configuration
from storefronts.services.api_clients import create_api_client


@pytest.fixture
def lines():
    """What our configuration writes, in place of stderr."""
    stream = io.StringIO()
    configuration = logging_configuration("INFO")
    formatter_settings = configuration["formatters"]["json"]
    configurator = logging.config.DictConfigurator({"version": 1})
    handler = logging.StreamHandler(stream)
    handler.setFormatter(configurator.configure_formatter(dict(formatter_settings)))
    for name in configuration["handlers"]["stderr"]["filters"]:
        handler.addFilter(configuration["filters"][name]["()"]())
    logger = logging.getLogger("tests.logs")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)
    logger.propagate = True


def test_a_line_names_actor_and_request(lines):
    with working_as(actor="api:Qm3x", request_id="5d41"):
        logging.getLogger("tests.logs").warning("Order %s is held", "100023", extra={"order_id": 7})

    (line,) = lines()
    assert datetime.fromisoformat(line.pop("time")).utcoffset().total_seconds() == 0
    assert line == {
        "level": "WARNING",
        "logger": "tests.logs",
        "message": "Order 100023 is held",
        "request_id": "5d41",
        "actor": "api:Qm3x",
        "order_id": 7,
    }


def test_outside_a_request_there_is_no_id(lines):
    logging.getLogger("tests.logs").info("Started")

    assert [(line["request_id"], line["actor"]) for line in lines()] == [("", "system")]


def test_an_exception_stays_on_one_line(lines):
    try:
        int("two\nlines")
    except ValueError:
        logging.getLogger("tests.logs").exception("Failed")

    (line,) = lines()
    assert line["exc_info"].endswith("ValueError: invalid literal for int() with base 10: 'two\\nlines'")


def test_the_request_and_its_query_string_stay_out(lines):
    logging.getLogger("tests.logs").error("Failed", extra={"request": "<GET /?customer_email=ana@acme.example>"})

    assert "request" not in lines()[0]


def test_everything_goes_to_stderr_at_the_level_asked_for():
    configuration = logging_configuration("ERROR")

    assert configuration["root"] == {"handlers": ["stderr"], "level": "ERROR"}
    assert configuration["loggers"]["django"] == {"handlers": [], "level": "ERROR", "propagate": True}


@pytest.fixture
def lines_of_django(lines):
    logger = logging.getLogger("django.request")
    ours = logging.getLogger("tests.logs").handlers[0]
    level = logger.level
    logger.setLevel(logging.WARNING)
    logger.addHandler(ours)
    yield lines
    logger.removeHandler(ours)
    logger.setLevel(level)


def test_the_line_of_a_refused_request_names_its_caller_and_its_id(db, lines_of_django):
    made = create_api_client(
        name="shop", scopes=["webhooks:manage"], storefront=None, by="staff:opal", at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    answer = Client(SERVER_NAME="localhost").get(
        "/api/v1/orders", {"customer_email": "ana@acme.example"}, headers={"Authorization": f"Api-Key {made.key}"}
    )

    assert answer.status_code == 403
    (line,) = lines_of_django()
    assert line["request_id"] == answer.json()["request_id"] == answer.headers["X-Request-ID"]
    assert line["actor"] == f"api:{made.key.partition('.')[0]}"
    assert line["message"] == "Forbidden: /api/v1/orders"
    assert "ana@acme.example" not in json.dumps(line)


def test_the_line_of_a_request_without_key_is_anonymous(db, lines_of_django):
    answer = Client(SERVER_NAME="localhost").get("/api/v1/orders", headers={"X-Request-ID": "given-id-1"})

    assert answer.status_code == 401
    assert [(line["request_id"], line["actor"]) for line in lines_of_django()] == [("given-id-1", "anonymous")]
