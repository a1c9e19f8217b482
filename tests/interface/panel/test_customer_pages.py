"""Customers and the ERP mirror in the panel: to read."""

import pytest
from django.urls import reverse

from customers.models import Customer, ErpCustomer
from customers.services.customers import link_external_id
from tests.factories import NOW, TESTS, CustomerFactory, GuestFactory
from tests.interface.panel.forms import filled
from tests.interface.panel.orders import receive

LIST = "/admin/customers/customer/"
ERP_LIST = "/admin/customers/erpcustomer/"


def found(client, address, **query):
    return client.get(address, query).context["cl"].result_list


class TestCustomers:
    @pytest.fixture
    def people(self):
        ana = CustomerFactory(email="ana@people.test", first_name="Ana", last_name="Álvarez", company="Acme")
        held = CustomerFactory(email="ben@people.test", first_name="Ben", last_name="Baker")
        merged = GuestFactory(email="ana@people.test", first_name="A.", last_name="Alvarez")
        gone = GuestFactory(first_name="Cleo", last_name="Costa")
        Customer.objects.filter(pk=held.pk).update(on_hold=True)
        Customer.objects.filter(pk=merged.pk).update(merged_into=ana)
        Customer.objects.filter(pk=gone.pk).update(anonymized_at=NOW)
        return {"ana": ana, "held": held, "merged": merged, "gone": gone}

    def test_merged_and_anonymized_ones_are_left_out_unless_asked_for(self, manager, people):
        assert found(manager, LIST) == [people["ana"], people["held"]]
        assert found(manager, LIST, state="merged") == [people["merged"]]
        assert found(manager, LIST, state="anonymized") == [people["gone"]]
        assert found(manager, LIST, state="on_hold") == [people["held"]]
        assert found(manager, LIST, state="active") == [people["ana"]]
        assert found(manager, LIST, state="inactive") == []

    @pytest.mark.parametrize("text", ["ANA@people.test", "alvarez", "ÁLVAREZ", "cme"])
    def test_search(self, manager, people, text):
        assert found(manager, LIST, q=text) == [people["ana"]]

    def test_search_by_reference_and_shared_id(self, manager, people):
        ana = people["ana"]
        assert found(manager, LIST, q=ana.reference) == [ana]
        assert found(manager, LIST, q=ana.shared_id) == [ana]

    def test_a_merged_one_names_who_stands_for_him(self, manager, people):
        page = manager.get(reverse("admin:customers_customer_change", args=[people["merged"].pk])).content.decode()
        assert "Merged into" in page
        assert reverse("admin:customers_customer_change", args=[people["ana"].pk]) in page

    def test_the_page_names_other_systems_and_accounts(self, manager, ana):
        link_external_id(customer=ana.customer, system="shop", external_id="4471", by=TESTS, at=NOW)
        address = reverse("admin:customers_customer_change", args=[ana.customer.pk])
        assert "4471" in manager.get(address).content.decode()
        tab = manager.get(address, {"tab": "accounts"})
        assert [row["account"] for row in tab.context["contacts"]] == [ana.account]

    def test_what_he_is_not_shown_is_marked_until_staff_say_that_the_email_is_his(self, manager, shop):
        ana = CustomerFactory(email="ana@home.test", email_is_own_word=True)
        order = receive(shop, "1", email="ana@home.test")
        page = reverse("admin:customers_customer_change", args=[ana.pk])
        pages = (f"{page}?tab=orders", reverse("admin:orders_order_change", args=[order.pk]))
        dialog = reverse("admin:customers_customer_email", args=[ana.pk])
        assert all("shown to him" in manager.get(each).content.decode() for each in pages)
        assert dialog in manager.get(page).content.decode()
        refused = manager.post(dialog, filled(manager.get(dialog)))
        assert (refused.status_code, Customer.objects.get().email_is_own_word) == (200, True)
        assert manager.post(dialog, filled(manager.get(dialog), reason="She called.")).status_code == 302
        assert Customer.objects.get().email_is_own_word is False
        assert not any("shown to him" in manager.get(each).content.decode() for each in pages)
        assert dialog not in manager.get(page).content.decode()
        assert manager.get(dialog).status_code == 302


@pytest.mark.usefixtures("mirror")
class TestErpCustomers:
    @pytest.fixture
    def mirror(self, shop):
        shop.erp_customer("20011", emails=["kim@brightworks.test"], phones=["901-555-3301"], name="Brightworks")
        shop.erp_customer("CASH", name="Walk-in")

    @pytest.mark.parametrize("text", ["20011", "KIM@brightworks.test", "(901) 555-3301"])
    def test_search(self, manager, text):
        assert [row.number for row in found(manager, ERP_LIST, q=text)] == ["20011"]

    def test_the_page_says_what_orders_are_matched_on(self, manager):
        row = ErpCustomer.objects.get(number="20011")
        page = manager.get(reverse("admin:customers_erpcustomer_change", args=[row.pk])).content.decode()
        for word in ("kim@brightworks.test", "+19015553301", "E-mail 1", "None yet"):
            assert word in page

    def test_a_system_customer_is_told_from_people(self, manager):
        row = ErpCustomer.objects.get(number="CASH")
        page = manager.get(reverse("admin:customers_erpcustomer_change", args=[row.pk])).content.decode()
        assert "It never matches an order" in page
