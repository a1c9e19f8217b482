"""Orders in the panel: the list, the story of a receipt, trying an order, the tabs on other pages, and home."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account
from customers.models import Customer
from events.models import Event
from orders.models import DecisionEvidence, IdentityDecision, Order
from orders.services.personal_records import ORDERS
from tests.factories import NOW, GuestFactory
from tests.interface.panel.orders import receive

LIST = "/admin/orders/order/"
TRY = f"{LIST}try/"


def page_of(order):
    return reverse("admin:orders_order_change", args=[order.pk])


@pytest.fixture
def support(signed_in):
    return signed_in("Support")


@pytest.fixture
def two_accounts(shop):
    """Mika is a contact of two accounts, and an inactive one of a third."""
    harbor, delta = shop.account("Harbor Electric"), shop.account("Delta Facility")
    shop.contact(harbor, "mika@lind.test", first_name="Mika", last_name="Lind")
    shop.contact(delta, "mika@lind.test", first_name="Mika", last_name="Lind")
    shop.contact(shop.account("Old Mill"), "mika@lind.test", first_name="M.", last_name="Lind", active=False)
    return harbor, delta


class TestStory:
    def story(self, client, order):
        page = client.get(page_of(order))
        assert page.status_code == 200
        return page.context["story"], page.content.decode()

    def test_a_held_order_names_both_accounts_and_says_why(self, support, shop, two_accounts):
        story, text = self.story(support, receive(shop, "1", email="Mika@lind.test"))
        assert story.headline.sentence == "Held: two accounts have a contact with this e-mail."
        (step,) = story.steps
        assert (step.title, step.result, step.value) == ("Account contact by e-mail", "Undecided", "mika@lind.test")
        assert [(each.title, each.subtitle, each.verdict, each.why) for each in step.candidates] == [
            ("Harbor Electric", "Mika Lind", "Undecided", "Several match and differ in whose the order is"),
            ("Delta Facility", "Mika Lind", "Undecided", "Several match and differ in whose the order is"),
            ("Old Mill", "M. Lind", "Lost", "The contact is inactive"),
        ]
        assert story.not_asked == ("ERP customer by e-mail", "ERP customer by phone", "Own customers", "New customer")
        for account in two_accounts:
            assert reverse("admin:accounts_account_change", args=[account.pk]) in text

    def test_a_match_says_why_it_won(self, support, shop):
        shop.contact(shop.account("Acme"), "ana@acme.test", first_name="Ana", last_name="Alvarez")
        story, _text = self.story(support, receive(shop, "1", email="ana@acme.test"))
        assert story.headline.sentence == "This order belongs to the account Acme."
        assert story.headline.because == "Its contact Ana Alvarez has this e-mail, and no other account counts."
        (candidate,) = story.steps[0].candidates
        assert (candidate.verdict, candidate.why) == ("Won", "The only match")

    def test_an_erp_customer_found_by_phone(self, support, shop):
        shop.erp_customer(
            "20012", emails=["sam@lowe.test"], phones=["901-555-3302"], name="Sam Lowe", allows_orders=False
        )
        story, text = self.story(support, receive(shop, "1", email="other@lowe.test", phone="(901) 555-3302"))
        assert story.headline.sentence == "This order belongs to the ERP customer 20012 Sam Lowe."
        assert [(step.title, step.result) for step in story.steps] == [
            ("Account contact by e-mail", "No match"),
            ("ERP customer by e-mail", "No match"),
            ("ERP customer by phone", "Match"),
        ]
        assert story.warnings == (
            "The ERP allows this customer no orders",
            "Found by phone; the record has another e-mail",
        )
        assert "Copy of counterpoint-main" in text

    @pytest.mark.parametrize(
        ("email", "sentence"),
        [
            ("two@shared.test", "Held: two ERP customers have this e-mail."),
            ("boss@oldmill.test", "Held: the account is suspended."),
            ("hal@delta.test", "Held: the contact is on hold."),
            ("none@shop.test", "Held: the order brings neither a usable e-mail nor a usable phone."),
            ("nobody@knows.test", "A new customer was made for this order."),
            ("rae@people.test", "This order belongs to the customer Rae Gibson (C-"),
        ],
    )
    def test_one_sentence_for_each_outcome(self, support, shop, email, sentence):
        shop.erp_customer("1", emails=["two@shared.test"])
        shop.erp_customer("2", emails=["two@shared.test"])
        shop.contact(shop.account("Old Mill", status="suspended"), "boss@oldmill.test")
        shop.contact(shop.account("Delta"), "hal@delta.test", on_hold=True)
        shop.customer(email="rae@people.test", registered=True, first_name="Rae", last_name="Gibson")
        story, _text = self.story(support, receive(shop, "1", email=email))
        assert story.headline.sentence.startswith(sentence)

    def test_a_waiting_order(self, support, shop):
        shop.policy(assume_complete=False)
        story, _text = self.story(support, receive(shop, "1", email="nobody@knows.test", at=timezone.now()))
        assert story.headline.sentence == "Waiting: the ERP has not been read since the order arrived."
        assert story.not_asked_because == "Waits until the ERP was read anew"

    def test_an_erased_person_leaves_a_readable_story(self, support, shop):
        order = receive(shop, "1", email="rae@people.test", phone="901-555-3305")
        customer = Customer.objects.get()
        ORDERS.erase(customer=customer, at=NOW)
        story, text = self.story(support, order)
        assert story.headline.sentence == "A new customer was made for this order."
        assert [step.value for step in story.steps] == ["erased", "erased", "erased", "erased", ""]
        assert "A person named here was erased." in text

    def test_erased_candidates_keep_their_verdict(self, support, shop):
        guest = GuestFactory(email="rae@people.test", first_name="Rae", last_name="Gibson")
        order = receive(shop, "1", email="rae@people.test")
        ORDERS.erase(customer=guest, at=NOW)
        story, text = self.story(support, order)
        assert story.headline.sentence == "This order belongs to the customer someone whose name was erased."
        (candidate,) = story.steps[-1].candidates
        assert (candidate.title, candidate.verdict) == ("A person whose name was erased", "Won")
        assert "Gibson" not in text.split("ci-story")[1].split("<aside")[0]

    def test_superseded_decisions_can_be_read(self, support, shop):
        order = receive(shop, "1", email="nobody@knows.test")
        first = order.decision
        second = IdentityDecision.objects.create(
            order=order, supersedes=first, policy=first.policy, outcome=first.outcome, customer=first.customer,
            decided_at=NOW + timedelta(hours=1), decided_by="staff:4711", receipt=first.receipt,
        )  # fmt: skip
        DecisionEvidence.objects.create(decision=second)
        Order.objects.filter(pk=order.pk).update(decision=second)
        page = support.get(page_of(order)).content.decode()
        assert f"?decision={first.pk}" in page
        assert "A former staff member (4711)" in page
        earlier = support.get(page_of(order), {"decision": str(first.pk)}).content.decode()
        assert "it no longer holds" in earlier
        assert "it no longer holds" not in support.get(page_of(order), {"decision": "x"}).content.decode()

    def test_what_was_bought(self, support, shop):
        text = support.get(page_of(receive(shop, "1"))).content.decode()
        for word in ("Copper cable", "118.50 USD", "474.00 USD", "BOX-4SQ", "24.00 USD", "572.50 USD", "Memphis"):
            assert word in text, word


class TestList:
    def found(self, client, **query):
        return [order.number for order in client.get(LIST, query).context["cl"].result_list]

    @pytest.mark.parametrize("text", ["A-1", "ANA@acme.test", "cme", "acme"])
    def test_search(self, support, shop, text):
        acme = shop.account("Acme", shared_id="acme")
        shop.contact(acme, "ana@acme.test")
        receive(shop, "A-1", email="ana@acme.test")
        receive(shop, "B-1", email="cleo@zenith.test")
        assert self.found(support, q=text) == ["A-1"]

    def test_search_by_the_customer_s_shared_id(self, support, shop):
        receive(shop, "A-1", email="ana@people.test")
        receive(shop, "B-1", email="cleo@people.test")
        customer = Customer.objects.get(email="ana@people.test")
        assert self.found(support, q=customer.shared_id) == ["A-1"]
        assert self.found(support, q=customer.shared_id[:-1]) == []

    @pytest.mark.usefixtures("two_accounts")
    def test_filters(self, support, shop):
        receive(shop, "held", email="mika@lind.test")
        receive(shop, "made", email="new@people.test", kind="b2c", at=NOW - timedelta(days=30))
        assert self.found(support, outcome__exact="held") == ["held"]
        assert self.found(support, kind__exact="b2c") == ["made"]
        assert self.found(support, storefront__id__exact=shop.storefront.pk) == ["held", "made"]
        assert self.found(support, received_at__gte=(NOW - timedelta(days=1)).isoformat()) == ["held"]

    def test_an_account_and_everything_below_it(self, support, shop):
        root = shop.account("Acme", shared_id="acme")
        shop.contact(shop.account("West", parent=root), "ben@acme.test")
        shop.contact(shop.account("Zenith"), "cleo@zenith.test")
        receive(shop, "ours", email="ben@acme.test")
        receive(shop, "theirs", email="cleo@zenith.test")
        assert self.found(support, below="acme") == ["ours"]
        assert self.found(support, below="nobody") == []
        page = support.get(reverse("admin:accounts_account_change", args=[root.pk]), {"tab": "purchases"})
        assert [row["order"].number for row in page.context["orders"]] == ["ours"]

    def test_orders_of_one_customer_and_of_nobody(self, support, shop):
        cleo = shop.customer(email="cleo@home.test")
        receive(shop, "hers", email="cleo@home.test")
        receive(shop, cleo.shared_id[:50], email="other@home.test")  # a search would find it, the link must not
        assert self.found(support, customer=cleo.shared_id) == ["hers"]
        assert self.found(support, customer="nobody") == []

    def test_a_customer_s_orders(self, support, shop):
        receive(shop, "ours", email="ana@people.test")
        receive(shop, "theirs", email="cleo@people.test")
        customer = Customer.objects.get(email="ana@people.test")
        page = support.get(reverse("admin:customers_customer_change", args=[customer.pk]), {"tab": "orders"})
        assert [row["order"].number for row in page.context["orders"]] == ["ours"]


class TestTrying:
    def asked(self, client, shop, **typed):
        values = {"storefront": shop.storefront.pk, "kind": "b2b", "email": "", "phone": "", **typed}
        return client.post(TRY, values)

    @pytest.mark.usefixtures("two_accounts")
    def test_it_tells_the_story_and_writes_nothing(self, support, shop):
        events = Event.objects.count()
        page = self.asked(support, shop, email="mika@lind.test")
        assert page.context["story"].headline.sentence == "Held: two accounts have a contact with this e-mail."
        assert (Order.objects.count(), IdentityDecision.objects.count(), Customer.objects.count()) == (0, 0, 0)
        assert Event.objects.count() == events

    def test_a_customer_would_be_made_and_is_not(self, support, shop):
        page = self.asked(support, shop, email="new@people.test")
        assert page.context["story"].headline.sentence == "A new customer would be made for this order."
        assert not Customer.objects.exists()

    @pytest.mark.usefixtures("two_accounts")
    def test_the_outcome_is_that_of_a_real_order(self, support, shop):
        trial = self.asked(support, shop, email="mika@lind.test").context["story"]
        real = support.get(page_of(receive(shop, "1", email="mika@lind.test"))).context["story"]
        assert (trial.headline, trial.not_asked) == (real.headline, real.not_asked)
        told = [[replace(each, assign="") for each in step.candidates] for step in real.steps]
        assert [list(step.candidates) for step in trial.steps] == told  # a trial has nothing to assign

    @pytest.mark.usefixtures("shop")
    def test_wrong_input_stands_beside_its_field(self, support):
        page = support.post(TRY, {"storefront": "4711", "kind": "b2x", "email": "x" * 300})
        assert set(page.context["form"].errors) == {"storefront", "kind", "email"}
        assert "story" not in page.context

    def test_without_a_storefront_it_says_what_to_do(self, administrator, support):
        assert "Create a storefront" in administrator.get(TRY).content.decode()
        assert "Create a storefront" not in support.get(TRY).content.decode()


class TestHome:
    @pytest.mark.usefixtures("two_accounts")
    def test_each_number_leads_to_its_list(self, support, shop):
        now = timezone.now()
        receive(shop, "held", email="mika@lind.test", at=now)
        receive(shop, "made", email="new@people.test", at=now - timedelta(days=3))
        receive(shop, "old", email="older@people.test", at=now - timedelta(days=30))
        page = support.get("/admin/")
        rows = {row["name"]: row["cells"] for row in page.context["outcomes"]}
        assert [count for count, _url in rows["Held"]] == [1, 1]
        assert [count for count, _url in rows["New customer"]] == [0, 1]
        for cells in rows.values():
            for count, url in cells:
                assert len(support.get(url).context["cl"].result_list) == count
        waiting, _erp = page.context["waiting"]
        assert waiting["count"] == 1
        assert [row["order"].number for row in page.context["held"]] == ["held"]

    def test_nothing_yet_says_what_to_do_next(self, administrator, support):
        steps = administrator.get("/admin/").context["first_steps"]
        assert [bool(step["url"]) for step in steps] == [True, True, True, True]
        steps = support.get("/admin/").context["first_steps"]
        assert [bool(step["url"]) for step in steps] == [False, False, False, True]
        assert not Account.objects.exists()
