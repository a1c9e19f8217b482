"""Customers in the browser: made, stopped, written about; a contact becomes one; two people on one form."""

import pytest
from django.core import mail
from playwright.sync_api import expect

from customers.models import Customer, CustomerMail
from customers.services.lifecycle import change_customer
from interface.models import SupportRequest
from storefronts.services.storefronts import change_storefront
from tests.customers.shoppers import run_jobs
from tests.factories import NOW, TESTS


def make(page) -> None:
    page.get_by_role("navigation").get_by_role("link", name="Customers", exact=True).click()
    page.get_by_role("link", name="Add customer").first.click()
    page.get_by_label("First name").fill("Ana")
    page.get_by_label("Last name").fill("Alvarez")


def test_one_is_made_and_what_is_missing_is_said_with_everything_typed_kept(shop, sign_in):
    change_storefront(storefront=shop.storefront, url="https://shop.test", by=TESTS, at=NOW)
    page = sign_in("Account managers").page
    make(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("A registered customer has one.")).to_have_count(2)
    expect(page.get_by_label("Last name")).to_have_value("Alvarez")
    assert not Customer.objects.exists()

    page.locator("#id_email").fill("ana@acme.test")
    page.locator("#id_preferred_currency").fill("USD")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Ana Alvarez Registered Active")).to_be_visible()
    page.get_by_role("link", name="Mail", exact=True).click()
    expect(page.get_by_role("cell", name="Link to set a password")).to_be_visible()
    assert CustomerMail.objects.get().kind == "password_link"


@pytest.mark.parametrize(
    ("switches", "subjects"),
    [
        ((), ["Your password for Tools US"]),
        (("Active", "On hold"), ["Your account at Tools US is being prepared", "Your account at Tools US is active"]),
        (("Active",), ["Your password for Tools US", "Your account at Tools US is active"]),
        (("On hold",), ["Your password for Tools US", "Your account at Tools US is active"]),
    ],
)
def test_each_row_of_the_table_of_mails(shop, sign_in, switches, subjects):
    change_storefront(storefront=shop.storefront, url="https://shop.test", by=TESTS, at=NOW)
    page = sign_in("Account managers").page
    make(page)
    page.locator("#id_email").fill("ana@acme.test")
    page.locator("#id_preferred_currency").fill("USD")
    for switch in switches:
        page.get_by_text(switch, exact=True).click()
    page.get_by_text("Mail a random initial password").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Ana Alvarez Registered")).to_be_visible()
    assert [letter.subject for letter in mail.outbox] == subjects[:1]
    if switches:
        page.get_by_role("link", name="Change state").click()
        for switch in switches:
            page.get_by_text(switch, exact=True).click()
        page.get_by_label("Reason").fill("Everything is in order")
        page.get_by_role("button", name="Change state").click()
        expect(page.get_by_text("The state was changed.")).to_be_visible()
        run_jobs()
    assert [letter.subject for letter in mail.outbox] == subjects


def test_one_is_stopped_with_a_reason_that_the_timeline_tells(shop, sign_in):
    shop.customer(email="ana@acme.test", registered=True, first_name="Ana", last_name="Alvarez")
    page = sign_in("Account managers").page
    page.goto(page.url + "customers/customer/")
    page.get_by_role("link", name="C-").first.click()
    page.get_by_role("link", name="Change state").click()
    page.get_by_text("On hold", exact=True).click()
    page.get_by_label("Reason").fill("Unpaid invoices")
    page.get_by_role("button", name="Change state").click()
    expect(page.get_by_text("The state was changed.")).to_be_visible()
    page.get_by_role("link", name="Timeline").click()
    expect(page.get_by_text("Unpaid invoices")).to_be_visible()
    expect(page.get_by_text("Account managers in the panel")).to_be_visible()
    assert Customer.objects.get().on_hold


def test_a_stale_form_is_a_clear_conflict_and_loses_nothing(shop, sign_in):
    ana = shop.customer(email="ana@acme.test", registered=True, first_name="Ana")
    page = sign_in("Account managers").page
    page.goto(page.url + f"customers/customer/{ana.pk}/details/")
    page.get_by_label("Phone").fill("901-555-2201")
    change_customer(customer=ana, last_name="Alvarez", by=TESTS, at=NOW)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Someone else changed this since you opened it.")).to_be_visible()
    expect(page.get_by_label("Phone")).to_have_value("901-555-2201")
    ana.refresh_from_db()
    assert (ana.last_name, ana.phone) == ("Alvarez", "")


def test_an_address_and_a_note(shop, sign_in):
    ana = shop.customer(email="ana@acme.test", registered=True, first_name="Ana")
    page = sign_in("Account managers").page
    page.goto(page.url + f"customers/customer/{ana.pk}/change/?tab=addresses")
    page.get_by_role("link", name="Add address").click()
    for label, text in {
        "Last name": "Alvarez", "Street": "1 Main St", "City": "Memphis", "State or region": "TN", "Postal code": "123",
    }.items():  # fmt: skip
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This is not one of this country.")).to_be_visible()
    expect(page.get_by_label("Street")).to_have_value("1 Main St")
    page.get_by_label("Postal code").fill("38103")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The address was saved.")).to_be_visible()
    assert ana.addresses.get().default_billing
    page.get_by_role("link", name="Add note").first.click()
    page.get_by_label("Note").fill("Calls on Mondays")
    page.get_by_role("button", name="Add note").click()
    page.get_by_role("link", name="Notes").click()
    expect(page.get_by_text("Calls on Mondays")).to_be_visible()


def test_a_contact_becomes_a_customer_with_a_role(shop, sign_in):
    acme = shop.account("Acme")
    shop.contact(acme, "ana@acme.test", first_name="Ana", last_name="Alvarez")
    page = sign_in("Account managers").page
    page.goto(page.url + f"accounts/account/{acme.pk}/change/?tab=contacts")
    page.get_by_role("link", name="Convert to customer").click()
    page.get_by_label("Role on this account").select_option(label="Buyer")
    page.get_by_text("Nothing yet").click()
    page.get_by_role("button", name="Convert to customer").click()
    expect(page.get_by_role("heading", name="Ana Alvarez Registered Active")).to_be_visible()
    expect(page.get_by_text("buyer", exact=True)).to_be_visible()
    customer = Customer.objects.get()
    assert (customer.companies, acme.contacts.get().customer) == ("Acme", customer)


def test_help_is_asked_from_any_page(shop, sign_in):
    page = sign_in("Read only").page
    page.goto(page.url + "orders/order/?q=nothing")
    page.get_by_role("button", name="Your account").click()
    page.get_by_role("link", name="Ask for help").click()
    page.get_by_label("What is the matter").fill("The list is empty")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The list is empty").first).to_be_visible()
    asked = SupportRequest.objects.get()
    assert (asked.page, asked.author_email) == ("/admin/orders/order/?q=nothing", "read@merchant.test")
