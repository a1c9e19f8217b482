"""What a person did lately: facts and orders, newest first, page by page; nothing of staff's, nobody else's."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.attributes import Subject, Visibility
from customers.services.address_book import OWN_ADDRESSES
from customers.services.lifecycle import change_customer
from customers.services.notes import add_note
from customers.services.profile_attributes import create_attribute
from events.recording import Fact, record
from tests.customers.shoppers import Browser, Speak, by_session, code_of
from tests.factories import NOW, TESTS, GuestFactory
from tests.orders.test_shopper_orders import Bought

HOUR = timedelta(hours=1)


@pytest.fixture
def bought(db: None) -> Bought:
    """With what else happened to Ana that day, an hour apart, after everything was bought."""
    bought = Bought()
    ana, by = bought.ana, {"by": "customer:ana"}
    record(Fact("customer.signed_in", "customer:ana"), **by, at=NOW + 2 * HOUR)
    change_customer(customer=ana, first_name="Anna", **by, at=NOW + 3 * HOUR)
    OWN_ADDRESSES.add(
        owner=ana, last_name="X", line1="1 St", city="Memphis", region="TN", postal_code="38103", country="US",
        **by, at=NOW + 4 * HOUR,
    )  # fmt: skip
    # None of these is hers to read.
    add_note(customer=ana, text="Pays late.", by=TESTS, at=NOW + 5 * HOUR)
    change_customer(customer=ana, assisted_buying_allowed=False, by=TESTS, at=NOW + 6 * HOUR)
    record(Fact("customer.signed_in", "customer:ben"), by=TESTS, at=NOW + 7 * HOUR)
    return bought


def told(browser: Browser, path: str = "me/activity", **headers: str) -> list[tuple[str, str]]:
    answer = browser.call("GET", path, **headers)
    assert answer.status_code == 200, answer.content
    return [(each["type"], each["details"].get("number", "")) for each in answer.json()["results"]]


def test_about_oneself_and_what_one_ordered_for_whom_one_acts(bought: Bought, speak: Speak) -> None:
    ana = speak(bought.ana)
    about_her = [("address_added", ""), ("profile_changed", ""), ("signed_in", "")]
    assert told(ana) == [*about_her, ("order_placed", "W-1")]
    acting = {"X-Account-Shared-Id": "acme"}
    assert told(ana, **acting) == [*about_her, ("order_placed", "W-1"), ("order_placed", "W-2")]
    answer = ana.call("GET", "me/activity")
    assert answer.json()["results"][1] == {
        "type": "profile_changed", "at": "2026-11-23T13:00:00Z", "details": {"fields": ["first_name"]},
    }  # fmt: skip
    for hidden in ("Pays late", "Anna", "note", "assisted"):
        assert hidden not in answer.content.decode()


def test_attributes_that_one_sees_are_told_by_their_keys(bought: Bought, speak: Speak) -> None:
    ana, by = bought.ana, {"by": TESTS, "at": NOW + 8 * HOUR}
    for key in ("trade", "vip", "crew"):
        create_attribute(subject=Subject.CUSTOMER, key=key, label=key, **by)
    hide = {bought.us: Visibility.HIDDEN}
    create_attribute(subject=Subject.CUSTOMER, key="score", label="Score", policies=hide, **by)
    change_customer(customer=ana, attributes={"score": "low"}, by=TESTS, at=NOW + 9 * HOUR)
    assert told(speak(ana))[0] == ("address_added", "")
    values = {"trade": "roofing", "crew": "5", "score": "high"}
    change_customer(customer=ana, attributes=values, phone="+19015550142", by=TESTS, at=NOW + 10 * HOUR)
    change_customer(customer=ana, attributes={"trade": None, "crew": "5"}, by=TESTS, at=NOW + 11 * HOUR)
    answer = speak(ana).call("GET", "me/activity")
    assert [each["details"] for each in answer.json()["results"][:2]] == [
        {"fields": ["attributes.trade"]}, {"fields": ["phone", "attributes.crew", "attributes.trade"]},
    ]  # fmt: skip
    for hidden in ("score", "roofing", "high"):
        assert hidden not in answer.content.decode()


def test_pages_of_any_size_tell_the_same_and_each_once(bought: Bought) -> None:
    # At the very same moment: two facts and two orders.
    for _turn in range(2):
        record(Fact("customer.signed_in", "customer:ana"), by="customer:ana", at=NOW)
        bought.buy(bought.ana, None, at=NOW)
    browser = by_session(bought.ana)
    whole = browser.call("GET", "me/activity").json()["results"]
    assert len(whole) == 8
    for size in range(1, 9):
        path: Any = f"me/activity?page_size={size}"
        read = []
        while path:
            with CaptureQueriesContext(connection) as captured:
                page = browser.call("GET", path).json()
            assert len(captured) == 8
            read += page["results"]
            path = page["next"] and page["next"].split("/storefront/")[1]
        assert read == whole, size


def cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "query",
    [
        "cursor=x", "cursor=%00", "cursor=" + cursor("[]"), "cursor=" + cursor("[1,true,2]"),
        "cursor=" + cursor('["2026-11-23T10:00:00",false,"1"]'),
        "cursor=" + cursor('["2026-11-23T10:00:00Z",true,"1"]'),
        "cursor=" + cursor('["0001-01-01T00:00:00+14:00",false,"1"]'), "cursor=" + "9" * 201, "page_size=0",
        "page_size=201", "type=signed_in",
    ],
)  # fmt: skip
def test_what_is_no_cursor_of_ours_is_refused(bought: Bought, query: str) -> None:
    assert by_session(bought.ana).call("GET", f"me/activity?{query}").status_code == 400


@pytest.mark.usefixtures("bought")
def test_guests_have_none(speak: Speak) -> None:
    assert code_of(speak(GuestFactory()).call("GET", "me/activity")) == (403, "registration_required")
