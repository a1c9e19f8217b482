"""Two members of staff on what belongs to one account: the later one is told, and nobody's word is lost."""

import re
from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from accounts.models import (
    AccountAddress,
    AccountExternalId,
    Associate,
    PaymentRule,
    PriceListAssignment,
    PriceListEntry,
)
from accounts.services.addresses import ACCOUNT_ADDRESSES
from accounts.services.assignments import assign_price_list
from accounts.services.associates import change_associate, role_of
from accounts.services.external_ids import ACCOUNT_IDS
from accounts.services.payment_methods import set_payment_rules
from accounts.services.price_lists import EntryDraft, write_entries
from tests.factories import (
    NOW,
    TESTS,
    AccountAddressFactory,
    AssociateFactory,
    CustomerFactory,
    PaymentMethodFactory,
    PriceListFactory,
)

pytestmark = pytest.mark.django_db

LATER = {"by": TESTS, "at": NOW + timedelta(minutes=1)}
STALE = "Someone else changed this since you opened it."


class Opened:
    """A dialog as one member of staff has it before him."""

    def __init__(self, client, name, obj, query="", model="account"):
        self.client = client
        self.address = reverse(f"admin:accounts_{model}_{name}", args=[obj.pk]) + query
        form = client.get(self.address).context["form"]
        self.typed = {name: _sent(form[name]) for name in form.fields}

    def send(self, **typed):
        """Once to see what changes, once more to do it, where the dialog says so first."""
        self.typed |= typed
        answer = self.client.post(self.address, self.typed)
        told = re.search(r'name="told" value="(\w+)"', answer.content.decode()) if answer.status_code == 200 else None
        return self.client.post(self.address, {**self.typed, "told": told[1]}) if told else answer


def _sent(field):
    value = field.value()
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S")
    return "" if value in {None, False} else getattr(value, "pk", value)


def is_refused(answer):
    return answer.status_code == 200 and STALE in answer.content.decode()


@pytest.fixture
def methods(us):
    return [PaymentMethodFactory(storefront=us, code=code, name=code) for code in ("card", "net30")]


class TestPaymentMethods:
    def opened(self, manager, acme):
        return Opened(manager, "payment-methods", acme, "?storefront=us")

    def test_words_on_two_methods_both_stand(self, manager, acme, methods):
        card, net30 = methods
        dialog = self.opened(manager, acme)
        set_payment_rules(account=acme, words={card: True}, **LATER)
        assert dialog.send(**{f"method_{net30.pk}": "hidden"}).status_code == 302
        assert dict(PaymentRule.objects.values_list("method__code", "visible")) == {"card": True, "net30": False}

    def test_a_word_on_the_same_method_is_not_taken_back_unseen(self, manager, acme, methods):
        card, _net30 = methods
        dialog = self.opened(manager, acme)
        set_payment_rules(account=acme, words={card: True}, **LATER)
        assert is_refused(dialog.send(**{f"method_{card.pk}": "hidden"}))
        assert dict(PaymentRule.objects.values_list("method__code", "visible")) == {"card": True}

    @pytest.mark.parametrize("seen", ["", "[]", "{", '{"method_1": 5}', '{"method_1": "dream"}', "null"])
    def test_a_damaged_form_changes_nothing(self, manager, acme, methods, seen):
        answer = self.opened(manager, acme).send(**{f"method_{methods[0].pk}": "visible", "seen": seen})
        assert answer.status_code == 200
        assert not PaymentRule.objects.exists()


class TestPriceLists:
    @pytest.fixture
    def p20(self):
        return PriceListFactory(code="P20", name="Trade")

    @pytest.fixture
    def p10(self):
        return PriceListFactory(code="P10", name="Contractors")

    def test_the_pencil_shows_what_the_account_has(self, manager, acme, p20):
        assigned = assign_price_list(account=acme, price_list=p20, by=TESTS, at=NOW)
        dialog = Opened(manager, "price-list", acme, "?now=1")
        assert (dialog.typed["price_list"], dialog.typed["assignment"]) == (p20.pk, assigned.pk)

    def test_an_assignment_that_was_changed_meanwhile_is_not_overwritten(self, manager, acme, p10, p20):
        assigned = assign_price_list(account=acme, price_list=p20, by=TESTS, at=NOW)
        dialog = Opened(manager, "price-list", acme, f"?assignment={assigned.pk}")
        end = NOW + timedelta(days=3000)
        assign_price_list(account=acme, price_list=p20, valid_until=end, **LATER)
        assert is_refused(dialog.send(price_list=p10.pk))
        assert PriceListAssignment.objects.values_list("price_list__code", "valid_until").get() == ("P20", end)

    def test_one_that_was_taken_away_meanwhile_does_not_come_back(self, manager, acme, p10, p20):
        assigned = assign_price_list(account=acme, price_list=p20, by=TESTS, at=NOW)
        dialog = Opened(manager, "price-list", acme, f"?assignment={assigned.pk}")
        assigned.delete()
        answer = dialog.send(price_list=p10.pk)
        assert "Someone else removed this since you opened it." in answer.content.decode()
        assert not PriceListAssignment.objects.exists()

    def test_a_change_keeps_the_beginning_to_the_microsecond(self, manager, acme, p10, p20):
        begins = NOW + timedelta(days=1, microseconds=123456)
        assigned = assign_price_list(account=acme, price_list=p20, valid_from=begins, by=TESTS, at=NOW)
        dialog = Opened(manager, "price-list", acme, f"?assignment={assigned.pk}")
        answer = dialog.send(price_list=p10.pk, valid_from="2031-01-01T00:00:00", storefront="")
        assert answer.status_code == 302
        assert PriceListAssignment.objects.values_list("price_list__code", "valid_from").get() == ("P10", begins)

    def test_taking_away_what_was_changed_meanwhile(self, manager, acme, p10, p20):
        assigned = assign_price_list(account=acme, price_list=p20, by=TESTS, at=NOW)
        dialog = Opened(manager, "price-list-removal", acme, f"?assignment={assigned.pk}")
        assign_price_list(account=acme, price_list=p10, **LATER)
        assert is_refused(dialog.send())
        assert PriceListAssignment.objects.get().price_list == p10


class TestPrices:
    @pytest.fixture
    def entry(self):
        return PriceListFactory(prices={"SAW-10": "19.90"}).entries.get()

    def reprice(self, entry):
        row = EntryDraft(sku="SAW-10", unit_price="17.50")
        write_entries(price_list=entry.price_list, rows=[row], **LATER)

    @pytest.mark.parametrize("name", ["entry", "entry-removal"])
    def test_one_that_was_changed_meanwhile_stays(self, manager, entry, name):
        dialog = Opened(manager, name, entry.price_list, f"?entry={entry.pk}", model="pricelist")
        self.reprice(entry)
        assert is_refused(dialog.send())
        assert str(PriceListEntry.objects.get().unit_price) == "17.5000"

    def test_a_change_is_of_that_one(self, manager, entry):
        dialog = Opened(manager, "entry", entry.price_list, f"?entry={entry.pk}", model="pricelist")
        assert dialog.send(unit_price="18.00", sku="DRILL", min_quantity="7").status_code == 302
        assert PriceListEntry.objects.values_list("sku", "min_quantity").get() == ("SAW-10", 1)
        assert str(PriceListEntry.objects.get().unit_price) == "18.0000"


def test_an_associate_who_was_changed_meanwhile_is_not_removed(manager, acme):
    associate = AssociateFactory(account=acme, customer=CustomerFactory(), role="buyer")
    dialog = Opened(manager, "associate-removal", acme, f"?associate={associate.pk}")
    change_associate(associate=associate, role=role_of("catalog-browser"), **LATER)
    assert is_refused(dialog.send())
    assert Associate.objects.filter(pk=associate.pk).exists()


def test_an_address_that_was_changed_meanwhile_is_not_removed(manager, acme):
    address = AccountAddressFactory(account=acme)
    dialog = Opened(manager, "address-removal", acme, f"?address={address.pk}")
    ACCOUNT_ADDRESSES.change(address=address, label="Dock", **LATER)
    assert is_refused(dialog.send())
    assert AccountAddress.objects.get().label == "Dock"


def test_an_id_that_was_changed_meanwhile_stays(manager, acme):
    dialog = Opened(manager, "external-id", acme)
    ACCOUNT_IDS.set(owner=acme, ids={"bc": "77"}, **LATER)
    assert is_refused(dialog.send(system="bc", external_id="78"))
    assert AccountExternalId.objects.get().external_id == "77"
