"""Change identity: what staff do about whose an order is, and what the page then tells."""

import pytest
from django.urls import reverse

from accounts.models import AccountStatus
from accounts.services.accounts import change_account_status
from customers.services.customers import link_external_id
from orders.models import IdentityDecision, Order
from orders.services.personal_records import ORDERS
from tests.factories import NOW, TESTS
from tests.interface.panel.forms import filled
from tests.interface.panel.orders import receive
from tests.shop import ERP
from tests.sql_counts import pinned_sql_count


def dialog_of(order):
    return reverse("admin:orders_order_identity", args=[order.pk])


def page_of(order):
    return reverse("admin:orders_order_change", args=[order.pk])


@pytest.fixture
def support(signed_in):
    return signed_in("Support")


@pytest.fixture
def accounts(shop):
    found = {name: shop.account(name, number=number) for name, number in (("Harbor", "100"), ("Delta", "200"))}
    for account in found.values():
        shop.contact(account, "mika@lind.test", first_name="Mika", last_name="Lind")
    return found


@pytest.fixture
def held(shop, accounts):
    return receive(shop, "1", email="mika@lind.test", phone="901 555 2222")


def decide(client, order, **typed):
    """Fill the dialog as it stands and send it."""
    page = client.get(dialog_of(order))
    assert page.status_code == 200
    return client.post(dialog_of(order), filled(page, **{"reason": "They called", **typed}), follow=True)


def said(page):
    return [str(message) for message in page.context["messages"]]


def test_an_account_is_chosen_and_the_page_tells_who_decided_and_why(support, held, accounts):
    page = decide(support, held, action="assign_account", account=accounts["Delta"].pk, reason="Mika says Delta")

    assert said(page) == ["The order now belongs to Delta."]
    held.refresh_from_db()
    assert (held.outcome, held.account, held.decision.evidence.why) == ("account", accounts["Delta"], "Mika says Delta")
    story, text = page.context["story"], page.content.decode()
    assert story.headline.sentence == "This order belongs to the account Delta."
    assert story.headline.because == "A person decided so."
    (step,) = story.steps
    assert (step.title, step.result, step.sentence) == ("A person decided", "Match", "A person decided")
    assert [(each.kind, each.title, each.verdict) for each in step.candidates] == [("Account", "Delta", "Won")]
    assert "Mika says Delta" in text
    assert page.context["why_given_by"] == "Someone of Support"
    assert [each["action"] for each in page.context["earlier"]] == ["Give it to an account", ""]


def test_each_candidate_can_be_assigned_from_its_card(support, shop, held, accounts):
    story = support.get(page_of(held)).context["story"]
    links = {each.title: each.assign for each in story.steps[0].candidates}
    assert links == {
        name: f"{dialog_of(held)}?action=assign_account&account={account.pk}" for name, account in accounts.items()
    }

    form = support.get(links["Harbor"]).context["form"]
    assert (form.initial["action"], form.initial["account"]) == ("assign_account", str(accounts["Harbor"].pk))
    support.post(dialog_of(held), filled(support.get(links["Harbor"]), reason="Harbor it is"))
    held.refresh_from_db()
    assert held.account == accounts["Harbor"]
    # An earlier decision is for reading.
    first = IdentityDecision.objects.earliest("id")
    story = support.get(page_of(held), {"decision": str(first.pk)}).context["story"]
    assert {each.assign for each in story.steps[0].candidates} == {""}


def test_an_erp_candidate_is_assigned_through_who_carries_its_number(support, shop):
    for number in ("20012", "20013"):
        shop.erp_customer(number, emails=["sam@lowe.test"])
    sam = shop.customer(email="sam@elsewhere.test")
    link_external_id(customer=sam, system=ERP, external_id="20013", by=TESTS, at=NOW)
    order = receive(shop, "1", email="sam@lowe.test")

    candidates = support.get(page_of(order)).context["story"].steps[1].candidates
    assert [each.assign for each in candidates] == [
        "", f"{dialog_of(order)}?action=assign_customer&customer={sam.pk}",
    ]  # fmt: skip


def test_the_fields_of_other_actions_do_not_count(support, shop, held, accounts):
    """The browser hides them, and sends them all the same."""
    cleo = shop.customer(email="cleo@home.test")
    decide(support, held, action="hold", account=accounts["Delta"].pk, customer=cleo.pk, email="x@y.test")

    held.refresh_from_db()
    assert (held.outcome, held.reason, held.account, held.customer) == ("held", "staff_hold", None, None)
    assert held.decision.evidence.mended == {}


def test_hold_and_release(support, shop, accounts):
    order = receive(shop, "1", email="new@home.test")
    assert "release" not in dict(support.get(dialog_of(order)).context["form"].fields["action"].choices)
    page = decide(support, order, action="hold")
    assert said(page) == ["The order is held."]
    headline = page.context["story"].headline
    assert headline.sentence == "Held: held by staff."
    assert headline.because == "A person holds it, until somebody releases it or says whose it is."
    assert [(step.result, step.sentence) for step in page.context["story"].steps] == [
        ("Held", "A person holds the order"),
    ]  # fmt: skip

    page = decide(support, order, action="release")
    assert said(page) == ["The order now belongs to Mika Lind."]
    order.refresh_from_db()
    assert order.outcome == "customer"


def test_a_blocked_account_is_released(support, shop):
    acme = shop.account("Acme")
    shop.contact(acme, "ana@acme.test")
    change_account_status(account=acme, status=AccountStatus.SUSPENDED, reason="unpaid", by=TESTS, at=NOW)
    order = receive(shop, "1", email="ana@acme.test")

    page = decide(support, order, action="release")

    assert page.context["story"].headline.because == "It was held, and a person released it."
    assert page.context["story"].steps[0].candidates[0].why == "A person released it"


def test_what_is_mended_stands_beside_what_the_order_says(support, held, accounts, shop):
    shop.contact(accounts["Delta"], "mika.lind@lind.test")
    page = decide(support, held, action="mend_claim", email="mika.lind@lind.test")

    assert page.context["claim"] == [
        ("E-mail", "mika@lind.test"),
        ("Phone", "901 555 2222"),
        ("Name", "Mika Lind"),
        ("E-mail, mended", "mika.lind@lind.test"),
    ]
    held.refresh_from_db()
    assert (held.account, held.decision.evidence.mended) == (accounts["Delta"], {"email": "mika.lind@lind.test"})
    again = support.get(dialog_of(held)).context["form"]
    assert (again.initial["email"], again.initial["phone"]) == ("mika.lind@lind.test", "901 555 2222")


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"action": "assign_account"}, "account", "Say which one."),
        ({"action": "assign_customer"}, "customer", "Say which one."),
        ({"action": "mend_claim"}, "email", "Mend the e-mail, the phone, or both."),
        ({"action": "mend_claim", "email": "no address"}, "email", "This is no e-mail address."),
        ({"action": "hold", "reason": "  "}, "reason", "This field is required."),
        ({"action": None}, "action", "This field is required."),
        ({"action": "assign_account", "account": "x"}, "account", "Select a valid choice."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(support, held, typed, field, sentence):
    page = decide(support, held, **{"reason": "Typed with care", **typed})

    assert page.status_code == 200
    (error,) = page.context["form"].errors[field]
    assert error.startswith(sentence)
    if "reason" not in typed:
        assert "Typed with care" in page.content.decode()
    assert IdentityDecision.objects.count() == 1


def test_no_order_is_given_to_a_disabled_account(support, held, accounts):
    change_account_status(account=accounts["Delta"], status=AccountStatus.DISABLED, reason="gone", by=TESTS, at=NOW)

    page = decide(support, held, action="assign_account", account=accounts["Delta"].pk)

    assert page.context["form"].errors["account"] == ["The account is disabled: no order is given to it."]


def test_two_at_one_order(support, signed_in, held, accounts):
    """The second has read what is no longer so: she is told, and keeps what she typed."""
    late = support.get(dialog_of(held))
    decide(signed_in("Administrators"), held, action="hold")

    page = support.post(
        dialog_of(held), filled(late, action="assign_account", account=accounts["Delta"].pk, reason="Mine")
    )

    assert page.context["form"].non_field_errors()[0].startswith("Someone else changed this")
    assert "Mine" in page.content.decode()
    assert Order.objects.get().reason == "staff_hold"


def test_who_may(signed_in, held):
    for group in ("Account managers", "Read only"):
        client = signed_in(group)
        assert client.get(dialog_of(held)).status_code == 403
        assert client.post(dialog_of(held), {"action": "hold", "reason": "x"}).status_code == 403
        page = client.get(page_of(held))
        assert "Change identity" not in page.content.decode()
        assert {each.assign for each in page.context["story"].steps[0].candidates} == {""}
    assert "Change identity" in signed_in("Support").get(page_of(held)).content.decode()
    assert IdentityDecision.objects.count() == 1


def test_odd_addresses_are_no_fault(support, held):
    for query in ("action=frob", "account=x", "account=999999", "action=hold&account=1&customer=٣"):
        assert support.get(f"{dialog_of(held)}?{query}").status_code == 200


def test_an_erased_order_says_so(support, shop):
    order = receive(shop, "1", email="new@home.test")
    decide(support, order, action="hold", reason="Mika called")
    order.refresh_from_db()
    ORDERS.erase(customer=order.decisions.earliest("id").customer, at=NOW)

    page = decide(support, order, action="resolve_again")

    assert [str(each) for each in page.context["form"].non_field_errors()] == [
        "A person whom this order names was erased. It is never decided again.",
    ]  # fmt: skip
    assert support.get(page_of(order)).status_code == 200


def test_a_pinned_identity_is_told(support, shop, accounts):
    shop.policy(b2b_steps=["pinned", "account_contact_email", "create"])
    shop.contact(accounts["Delta"], "solo@lind.test")
    receive(shop, "1", email="solo@lind.test", external_id="77")

    story = support.get(page_of(receive(shop, "2", external_id="77"))).context["story"]

    assert story.headline.sentence == "This order belongs to the account Delta."
    assert story.headline.because == "Earlier orders of this customer of the shop were theirs."
    (step,) = story.steps
    assert (step.title, step.looked_for, step.result) == ("Pinned identity", "the shop's customer id", "Match")
    assert [(each.kind, each.title, each.matched_on) for each in step.candidates] == [
        ("Account", "Delta", "Shop's customer id"),
    ]  # fmt: skip


def test_the_dialog_takes_few_statements(support, held, accounts):
    address = f"{dialog_of(held)}?action=assign_account&account={accounts['Delta'].pk}"
    support.get(address)
    with pinned_sql_count("GET /admin/orders/order/{id}/identity/"):
        support.get(address)
