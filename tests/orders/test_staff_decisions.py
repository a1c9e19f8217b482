"""`POST /orders/{id}/identity`: every action is a decision of its own, with a reason and a receipt."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Account, AccountStatus
from accounts.services.accounts import change_account_status
from customers import ports
from customers.models import Customer
from customers.services.customers import link_external_id
from customers.services.erp_mirror import record_catch_up
from events.models import Event
from orders import jobs
from orders.models import DecisionEvidence, IdentityDecision, Order
from orders.services.replay import ReplayResult, replay_decisions
from orders.services.waiting import decide_waiting_orders
from tests.orders.conftest import Send
from tests.shop import ERP, LONG_AGO, Shop

Act = Callable[..., Any]


@pytest.fixture
def act(api: Client) -> Act:
    """Change the identity of the newest order; gives the answer."""

    def post(action: str, *, reason: str = "Called them", **more: Any) -> Any:
        path = f"/api/v1/orders/{Order.objects.latest('id').pk}/identity"
        headers = more.pop("headers", {})
        body = {"action": action, "reason": reason, **more}
        return api.post(path, body, content_type="application/json", headers=headers)

    return post


@pytest.fixture
def ambiguous(shop: Shop, send: Send) -> dict[str, Account]:
    """An order held because two accounts have Mika as contact."""
    accounts = {name: shop.account(name, number=number) for name, number in (("Harbor", "100"), ("Delta", "200"))}
    for account in accounts.values():
        shop.contact(account, "mika@lind.example")
    assert send("1", email="mika@lind.example")["reason"] == "ambiguous"
    return accounts


def identity(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()["identity"]
    return told


def current() -> IdentityDecision:
    return Order.objects.latest("id").decision


def block(account: Account, status: AccountStatus) -> None:
    change_account_status(account=account, status=status, reason="unpaid", by="staff:opal", at=LONG_AGO)


def test_assigning_an_account_is_a_decision_with_reason_and_receipt(
    ambiguous: dict[str, Account], act: Act, api: Client
) -> None:
    first = current()
    told = identity(act("assign_account", account_shared_id=ambiguous["Delta"].shared_id, reason="  Mika said Delta "))

    assert (told["outcome"], told["reason"]) == ("account", None)
    assert told["account"] == {
        "shared_id": ambiguous["Delta"].shared_id, "account_number": "200", "name": "Delta",
    }  # fmt: skip
    assert (told["customer"], told["erp_customer_number"]) == (None, "200")
    decision = current()
    assert (decision.supersedes, decision.outcome) == (first, "account")
    assert decision.decided_by.startswith("api:")
    assert (decision.evidence.why, decision.evidence.mended) == ("Mika said Delta", {})
    receipt = api.get(told["receipt"]).json()
    (step,) = receipt["steps"]
    assert (step["step"], step["result"], step["why_code"], step["looked_for"]) == (
        "staff", "match", "person_decided", None,
    )  # fmt: skip
    (candidate,) = step["candidates"]
    assert (candidate["type"], candidate["id"], candidate["verdict"]) == (
        "account", ambiguous["Delta"].shared_id, "won",
    )  # fmt: skip
    assert candidate["label"] == "Delta"
    assert receipt["supersedes"] == str(first.pk)
    assert (receipt["reason_given"], receipt["mended"]) == ("Mika said Delta", {})
    assert "Mika" not in decision.receipt
    event = Event.objects.get(name="order.decided")
    assert event.payload == {"outcome": "account", "was": "held", "action": "assign_account"}
    assert IdentityDecision.objects.get(pk=first.pk).receipt == first.receipt


def test_the_assigned_accounts_own_contact_says_who_bought(shop: Shop, ambiguous: dict[str, Account], act: Act) -> None:
    mika = shop.customer(email="mika@lind.example", registered=True)
    ambiguous["Delta"].contacts.update(customer=mika)

    assert identity(act("assign_account", account_shared_id=ambiguous["Delta"].shared_id))["customer"] == {
        "shared_id": mika.shared_id, "reference": mika.reference,
    }  # fmt: skip
    assert identity(act("assign_account", account_shared_id=ambiguous["Harbor"].shared_id))["customer"] is None


def test_a_child_without_number_brings_its_ancestors(shop: Shop, ambiguous: dict[str, Account], act: Act) -> None:
    child = shop.account("Delta West", parent=ambiguous["Delta"])

    told = identity(act("assign_account", account_shared_id=child.shared_id))

    assert (told["account"]["account_number"], told["erp_customer_number"]) == ("", "200")
    assert current().receipt_content()["number_from"] == ambiguous["Delta"].shared_id


def test_assigning_a_customer_brings_his_number_of_this_erp_or_none(shop: Shop, send: Send, act: Act) -> None:
    send("1", email="typo@nowhere.example")
    carl, dora = shop.customer(email="carl@home.example"), shop.customer(email="dora@home.example")
    link_external_id(customer=carl, system=ERP, external_id="77", by="staff:opal", at=LONG_AGO)
    link_external_id(customer=dora, system="another", external_id="88", by="staff:opal", at=LONG_AGO)

    told = identity(act("assign_customer", customer_shared_id=carl.shared_id))
    assert (told["outcome"], told["customer"]["shared_id"], told["erp_customer_number"]) == (
        "customer", carl.shared_id, "77",
    )  # fmt: skip
    told = identity(act("assign_customer", customer_shared_id=dora.shared_id))
    assert (told["customer"]["shared_id"], told["erp_customer_number"], told["account"]) == (dora.shared_id, None, None)


def test_a_merged_customer_stands_for_his_survivor_and_the_held_one_is_a_warning(
    shop: Shop, send: Send, act: Act
) -> None:
    send("1", email="typo@nowhere.example")
    survivor = shop.customer(email="s@home.example", on_hold=True)
    loser = shop.customer(email="l@home.example")
    Customer.objects.filter(pk=loser.pk).update(merged_into=survivor)

    told = identity(act("assign_customer", customer_shared_id=loser.shared_id))

    assert told["customer"]["shared_id"] == survivor.shared_id
    assert current().receipt_content()["warnings"] == ["customer_on_hold"]


def test_hold_and_release_decide_anew(shop: Shop, send: Send, act: Act) -> None:
    acme = shop.account("Acme", number="1000")
    shop.contact(acme, "ana@acme.example")
    send("1", email="ana@acme.example")

    held = identity(act("hold"))
    assert (held["outcome"], held["reason"], held["account"], held["erp_customer_number"]) == (
        "held", "staff_hold", None, None,
    )  # fmt: skip
    released = identity(act("release"))
    assert (released["outcome"], released["account"]["shared_id"]) == ("account", acme.shared_id)
    steps = current().receipt_content()["steps"]
    assert [step["result"] for step in steps][:2] == ["match", "skipped"]  # by the rules, all steps told
    assert IdentityDecision.objects.count() == 3


@pytest.mark.parametrize("status", [AccountStatus.SUSPENDED, AccountStatus.PENDING])
def test_a_single_blocked_contact_is_released_to_its_account(
    shop: Shop, send: Send, act: Act, status: AccountStatus
) -> None:
    acme = shop.account("Acme", number="1000")
    shop.contact(acme, "ana@acme.example")
    block(acme, status)
    assert send("1", email="ana@acme.example")["reason"] == f"account_{status}"

    told = identity(act("release"))

    assert (told["outcome"], told["account"]["shared_id"], told["erp_customer_number"]) == (
        "account", acme.shared_id, "1000",
    )  # fmt: skip
    (winner,) = current().receipt_content()["steps"][0]["candidates"]
    assert (winner["verdict"], winner["why"]) == ("won", "released")


def test_a_contact_on_hold_is_released_and_a_blocked_erp_customer_however_old(shop: Shop, send: Send, act: Act) -> None:
    acme, west = shop.account("Acme", number="1000"), shop.account("West", number="2000")
    shop.contact(acme, "ana@acme.example", on_hold=True)
    assert send("1", email="ana@acme.example")["reason"] == "contact_on_hold"
    assert identity(act("release"))["account"]["shared_id"] == acme.shared_id

    shop.erp_customer("2000", emails=["buyer@west.example"])
    block(west, AccountStatus.SUSPENDED)
    assert send("2", email="buyer@west.example")["reason"] == "account_suspended"
    shop.policy(erp_max_age_seconds=900)
    told = identity(act("release"))
    assert (told["outcome"], told["account"]["shared_id"], told["erp_customer_number"]) == (
        "erp_customer", west.shared_id, "2000",
    )  # fmt: skip
    assert Customer.objects.get(shared_id=told["customer"]["shared_id"]).email == "buyer@west.example"


def test_what_nothing_of_that_kind_holds_is_not_releasable(
    shop: Shop, send: Send, ambiguous: dict[str, Account], act: Act
) -> None:
    def refused() -> tuple[int, str]:
        before = Order.objects.values().latest("id"), IdentityDecision.objects.count()
        answer = act("release")
        assert (Order.objects.values().latest("id"), IdentityDecision.objects.count()) == before
        return answer.status_code, answer.json()["code"]

    assert refused() == (409, "not_releasable")  # ambiguous
    send("2", email="nobody@new.example")
    assert refused() == (409, "not_releasable")  # decided
    send("3")
    assert refused() == (409, "not_releasable")  # no usable identifier
    acme = shop.account("Acme")
    shop.contact(acme, "ana@acme.example", on_hold=True)
    send("4", email="ana@acme.example")
    shop.contact(ambiguous["Delta"], "ana@acme.example")
    assert refused() == (409, "not_releasable")  # by now there are two


def test_creating_a_customer_takes_the_claim_as_it_is(shop: Shop, ambiguous: dict[str, Account], act: Act) -> None:
    told = identity(act("create_customer"))

    made = Customer.objects.get()
    assert (told["outcome"], told["customer"]["shared_id"], told["erp_customer_number"]) == (
        "created", made.shared_id, None,
    )  # fmt: skip
    assert (made.kind, made.email, made.first_name, made.preferred_currency) == (
        "GUEST", "mika@lind.example", "Jo", "USD",
    )  # fmt: skip
    wish = Event.objects.get(name="customer.wanted_in_erp")
    assert (wish.subject, wish.payload["wish"]) == (f"customer:{made.shared_id}", "create")


def test_a_mended_claim_is_kept_and_the_mended_values_hold_from_then_on(
    shop: Shop, send: Send, act: Act, api: Client
) -> None:
    acme = shop.account("Acme", number="1000")
    shop.contact(acme, "ana@acme.example")
    send("1", email="anna@acme.example", phone="+1 901 555 2222")

    told = identity(act("mend_claim", email="Ana@Acme.example", reason="One n too many"))

    order = Order.objects.get()
    assert told["account"]["shared_id"] == acme.shared_id
    assert (order.claim_email, order.claim_phone) == ("anna@acme.example", "+1 901 555 2222")
    assert order.decision.evidence.mended == {"email": "Ana@Acme.example"}
    assert order.decision.evidence.email_key == "ana@acme.example"
    assert "ana@" not in order.decision.receipt.lower()
    assert api.get(told["receipt"]).json()["mended"] == {"email": "Ana@Acme.example"}
    identity(act("hold"))
    assert identity(act("release"))["account"]["shared_id"] == acme.shared_id
    assert current().evidence.mended == {"email": "Ana@Acme.example"}
    # A later mend of the other leaves this one; a blank says that there is none.
    assert identity(act("mend_claim", email="", phone=""))["reason"] == "no_usable_identifier"
    assert current().evidence.mended == {"email": "", "phone": ""}


def test_a_mended_value_is_meant_even_where_the_policy_lists_it_as_placeholder(
    shop: Shop, send: Send, act: Act
) -> None:
    assert send("1", email="none@shop.example")["reason"] == "no_usable_identifier"
    assert identity(act("mend_claim", email="none@shop.example"))["outcome"] == "created"
    assert Customer.objects.get().email == "none@shop.example"


def test_resolve_again_looks_at_the_facts_of_now(shop: Shop, ambiguous: dict[str, Account], act: Act) -> None:
    ambiguous["Harbor"].contacts.update(active=False)

    told = identity(act("resolve_again"))

    assert told["account"]["shared_id"] == ambiguous["Delta"].shared_id
    assert current().receipt_content()["ruling"] == {
        "action": "resolve_again", "overrules": False, "account": None, "customer": None, "erp_number": None,
    }  # fmt: skip


def test_waiting_orders_leave_what_a_person_decided_and_heed_what_he_mended(shop: Shop, send: Send, act: Act) -> None:
    shop.policy(assume_complete=False)
    assert send("1", email="cleo@home.example")["outcome"] == "awaiting_erp"
    identity(act("hold"))
    send("2", email="clio@home.example")
    assert identity(act("mend_claim", email="cleo@home.example"))["outcome"] == "awaiting_erp"
    received = Order.objects.latest("id").received_at
    began = received + timedelta(seconds=1)
    record_catch_up(erp_system=shop.erp, began_at=began, complete=False, by="system:test", at=began)

    assert decide_waiting_orders(by=jobs.BY, at=received + timedelta(minutes=1)) == 1

    assert [(order.number, order.outcome) for order in Order.objects.order_by("number")] == [
        ("1", "held"), ("2", "created"),
    ]  # fmt: skip
    assert Customer.objects.get().email == "cleo@home.example"
    assert current().evidence.mended == {"email": "cleo@home.example"}


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"action": "hold", "reason": " "}, {"reason": "blank"}),
        ({"action": "frobnicate"}, {"action": "invalid_choice"}),
        ({"action": "assign_account"}, {"account_shared_id": "invalid"}),
        ({"action": "assign_account", "account_shared_id": "nobody"}, {"account_shared_id": "invalid"}),
        ({"action": "assign_customer", "customer_shared_id": "nobody"}, {"customer_shared_id": "invalid"}),
        (
            {"action": "hold", "account_shared_id": "x", "email": "a@b.example"},
            {"account_shared_id": "invalid", "email": "invalid"},
        ),
        ({"action": "mend_claim"}, {"email": "invalid"}),
        ({"action": "mend_claim", "email": "no address", "phone": "12"}, {"email": "invalid", "phone": "invalid"}),
        ({"action": "hold", "frob": 1}, {"frob": "unknown_field"}),
    ],
)
def test_wrong_bodies_are_told_field_by_field_and_decide_nothing(
    ambiguous: dict[str, Account], act: Act, body: dict[str, Any], wrong: dict[str, str]
) -> None:
    answer = act(**body)

    assert answer.status_code == 400
    assert {error["field"]: error["code"] for error in answer.json()["errors"]} == wrong
    assert IdentityDecision.objects.count() == 1


def test_no_order_is_given_to_a_disabled_account_or_an_anonymized_customer(
    shop: Shop, ambiguous: dict[str, Account], act: Act
) -> None:
    block(ambiguous["Delta"], AccountStatus.DISABLED)
    gone = shop.customer()
    Customer.objects.filter(pk=gone.pk).update(anonymized_at=LONG_AGO)

    answer = act("assign_account", account_shared_id=ambiguous["Delta"].shared_id)
    assert (answer.status_code, answer.json()["code"]) == (409, "account_disabled")
    assert act("assign_customer", customer_shared_id=gone.shared_id).status_code == 400
    assert IdentityDecision.objects.count() == 1


def test_an_erased_order_is_never_decided_again(shop: Shop, send: Send, act: Act) -> None:
    send("1", email="cleo@home.example")
    (records,) = [known for known in ports.registered() if known.name == "orders.orders"]
    identity(act("mend_claim", email="cleo@home.example", reason="Cleo Lind called"))
    records.erase(customer=Customer.objects.get(), at=LONG_AGO)

    answer = act("resolve_again")

    assert (answer.status_code, answer.json()["code"]) == (409, "order_erased")
    assert set(DecisionEvidence.objects.values_list("why", "mended__email")) == {("", None)}


def test_who_read_an_older_order_is_told(ambiguous: dict[str, Account], act: Act) -> None:
    first = act("hold")
    late = act("assign_account", account_shared_id=ambiguous["Delta"].shared_id, headers={"If-Match": '"1.000000"'})
    fresh = act("release", headers={"If-Match": first.headers["ETag"]})

    assert (late.status_code, late.json()["code"]) == (412, "stale")
    assert fresh.status_code == 200
    assert IdentityDecision.objects.count() == 3


def test_sent_twice_under_one_key_it_is_one_decision(ambiguous: dict[str, Account], act: Act) -> None:
    first, again = (act("hold", headers={"Idempotency-Key": "hold-1"}) for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content
    assert IdentityDecision.objects.count() == 2


def test_scope_and_storefront_decide_who_may(shop: Shop, ambiguous: dict[str, Account]) -> None:
    path = f"/api/v1/orders/{Order.objects.get().pk}/identity"
    body = {"action": "hold", "reason": "because"}

    def status(key: str) -> int:
        client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Api-Key {key}"})
        return client.post(path, body, content_type="application/json").status_code

    assert status(shop.key("orders:write", "orders:read")) == 403
    other = Shop(shop.another_storefront("eu"), shop.erp)
    assert status(other.key("identity:resolve", bound=True)) == 404
    assert IdentityDecision.objects.count() == 1
    assert status(shop.key("identity:resolve", bound=True)) == 200


def test_every_decision_of_a_person_replays_to_the_same_bytes(
    shop: Shop, ambiguous: dict[str, Account], act: Act
) -> None:
    carl = shop.customer(email="carl@home.example")
    act("assign_account", account_shared_id=ambiguous["Delta"].shared_id)
    act("assign_customer", customer_shared_id=carl.shared_id)
    act("create_customer")
    act("hold")
    act("release")
    act("mend_claim", email="carl@home.example")
    block(ambiguous["Delta"], AccountStatus.SUSPENDED)
    ambiguous["Harbor"].contacts.update(active=False)
    act("mend_claim", email="mika@lind.example")
    act("release")
    act("resolve_again")

    replayed = [each.result for each in replay_decisions()]

    assert replayed == [ReplayResult.SAME] * 10
