"""Accounts in the browser: people, addresses, prices, payments and the tree, as staff work with them."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from playwright.sync_api import expect

from accounts.models import (
    Account,
    AccountAddress,
    AccountNote,
    Associate,
    PaymentRule,
    PriceList,
    PriceListAssignment,
    Role,
)
from accounts.services.accounts import change_account
from storefronts.services.storefronts import change_storefront
from tests.factories import NOW, TESTS, AccountFactory, AssociateFactory, PaymentMethodFactory, PriceListFactory


@pytest.fixture
def acme(shop):
    """Managed by Ana, with a region and a store below."""
    ana = shop.customer(email="ana@acme.test", registered=True, first_name="Ana", last_name="Alvarez")
    root = AccountFactory(shared_id="acme", name="Acme", admin=ana)
    west = AccountFactory(name="Acme West", parent=root)
    AccountFactory(name="Acme Phoenix Store", parent=west)
    return root


def page_of(desk, account, tab=""):
    return desk.open(f"/admin/accounts/account/{account.pk}/change/?tab={tab}")


def test_associates_are_added_changed_and_the_last_admin_stays(shop, acme, sign_in):
    shop.customer(email="ben@acme.test", registered=True, first_name="Ben", last_name="Baker")
    page = page_of(sign_in("Account managers"), acme, "associates")
    page.get_by_role("link", name="Add associate").click()
    page.get_by_label("E-mail").fill("nobody@acme.test")
    page.get_by_label("Role").select_option(label="Buyer")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("No registered customer has this e-mail.")).to_be_visible()
    shop.customer(email="claims@acme.test", registered=True, email_is_own_word=True)
    page.get_by_label("E-mail").fill("claims@acme.test")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Whoever registered with this e-mail has not confirmed it.")).to_be_visible()
    page.get_by_label("E-mail").fill("BEN@acme.test")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The associate was saved.")).to_be_visible()

    page.get_by_role("link", name="Associates").click()
    page.get_by_role("link", name="Change Ana Alvarez").click()
    page.get_by_label("Role").select_option(label="Buyer")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Acme would have no admin any more.")).to_be_visible()
    assert Associate.objects.get(customer__first_name="Ana").role.code == "buyer-admin"

    page.goto(page.url.replace("/associate/", "/change/").partition("?")[0] + "?tab=associates")
    page.get_by_role("link", name="Remove Ben Baker").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("The associate was removed.")).to_be_visible()
    assert list(Associate.objects.values_list("customer__first_name", flat=True)) == ["Ana"]


def test_who_is_the_last_admin_is_not_put_on_hold(shop, acme, sign_in):
    ana = acme.associates.get().customer
    page = sign_in("Account managers").open(f"/admin/customers/customer/{ana.pk}/state/")
    page.get_by_text("On hold", exact=True).click()
    page.get_by_label("Reason").fill("Asked to")
    page.get_by_role("button", name="Change state").click()
    expect(page.get_by_text("Acme would have no admin any more.")).to_be_visible()
    ana.refresh_from_db()
    assert ana.on_hold is False


def test_an_account_is_suspended_in_the_same_step(acme, sign_in):
    page = page_of(sign_in("Account managers"), acme, "associates")
    page.get_by_role("link", name="Remove Ana Alvarez").click()
    page.get_by_text("Suspend the account if it loses its last admin").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", name="Acme Suspended")).to_be_visible()


def test_addresses_are_pasted_from_a_spreadsheet_all_or_none(acme, sign_in):
    page = page_of(sign_in("Account managers"), acme, "addresses")
    page.get_by_role("link", name="Paste from a spreadsheet").click()
    good = "ID\tCompany\tStreet\tCity\tState\tPostal code\tCountry\nhq\tAcme\t1 Main St\tMemphis\tTN\t38103\tUS"
    page.locator("#id_rows").fill(good + "\ndock\tAcme\t2 Dock Rd\tMemphis\tTN\tnonsense\tUS")
    page.get_by_role("button", name="Save them").click()
    expect(page.get_by_text("Row 3: postal_code: This is not one of this country.")).to_be_visible()
    expect(page.locator("#id_rows")).to_have_value(re.compile("nonsense"))
    assert not AccountAddress.objects.exists()

    page.locator("#id_rows").fill(good)
    page.get_by_role("button", name="Save them").click()
    expect(page.get_by_text("1 address was saved.")).to_be_visible()
    page.get_by_role("link", name="Address book").click()
    expect(page.get_by_text("Default for billing")).to_be_visible()
    assert AccountAddress.objects.get().code == "hq"


def test_a_price_list_is_made_pasted_and_assigned_in_the_list(shop, acme, sign_in):
    desk = sign_in("Account managers")
    page = desk.open("/admin/")
    page.get_by_role("link", name="Price lists", exact=True).click()
    page.get_by_role("link", name="Add price list").first.click()
    page.get_by_label("Name").fill("Contractors")
    page.get_by_label("Code").fill("P10")
    page.get_by_label("Currency").fill("USD")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Prices").click()
    page.get_by_role("link", name="Paste from a spreadsheet").click()
    page.locator("#id_rows").fill("SKU\tPrice\nSAW-10\t19,90\nDRILL\t1,234")
    page.get_by_role("button", name="Save them").click()
    expect(page.get_by_text("Row 3: “1,234” cannot be read here.")).to_be_visible()
    assert not PriceList.objects.get().entries.exists()
    page.locator("#id_rows").fill("SKU\tPrice\nSAW-10\t19,90\nDRILL\t1,234.00")
    page.get_by_role("button", name="Save them").click()
    expect(page.get_by_text("2 prices are new, 0 changed, 0 stay, 0 were removed.")).to_be_visible()

    desk.open("/admin/accounts/account/")
    page.get_by_title("Assign a price list to Acme West").click()
    place = page.get_by_role("dialog")
    place.locator("#id_price_list").select_option(label="Contractors")
    place.get_by_role("button", name="Show what changes").click()
    expect(
        place.get_by_text("2 accounts. Acme West: — → Contractors; Acme Phoenix Store: — → Contractors")
    ).to_be_visible()
    assert not PriceListAssignment.objects.exists()
    place.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name=re.compile("Acme Phoenix Store.*Contractors"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^Acme Active"))).not_to_contain_text("Contractors")
    assert PriceListAssignment.objects.get().account.name == "Acme West"

    page.get_by_role("link", name="Acme Phoenix Store", exact=True).click()
    page.get_by_text("Why").first.click()
    expect(page.get_by_text("Acme West: Contractors")).to_be_visible()


def test_the_status_changes_in_the_list_with_a_reason(acme, sign_in):
    page = sign_in("Account managers").open("/admin/accounts/account/")
    page.get_by_title("Change the status of Acme West").click()
    place = page.get_by_role("dialog")
    place.locator("#id_status").select_option("suspended")
    place.get_by_role("button", name="Save").click()
    expect(place.get_by_text("This field is required.")).to_be_visible()
    place.locator("#id_reason").fill("Unpaid")
    place.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name=re.compile("Acme West Suspended"))).to_be_visible()


def test_who_is_signed_out_meanwhile_is_asked_to_sign_in_on_a_page_of_its_own(context, acme, sign_in):
    page = sign_in("Account managers").open("/admin/accounts/account/")
    page.get_by_title("Change the status of Acme West").click()
    place = page.get_by_role("dialog")
    place.locator("#id_status").select_option(label="Suspended")
    place.locator("#id_reason").fill("unpaid invoices")
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    place.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert set(Account.objects.values_list("status", flat=True)) == {"active"}


def test_a_pencil_leads_to_the_sign_in_page_where_the_session_ended(context, acme, sign_in):
    page = sign_in("Account managers").open("/admin/accounts/account/")
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_title("Change the status of Acme West").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_payment_methods_are_seen_hidden_and_inherited(shop, acme, sign_in):
    PaymentMethodFactory(storefront=shop.storefront, code="net30", name="On account", visible_by_default=True)
    desk = sign_in("Account managers")
    page = desk.open("/admin/accounts/paymentmethod/matrix/")
    page.get_by_title("Payment methods of Acme West").click()
    place = page.get_by_role("dialog")
    place.locator("select").first.select_option("hidden")
    place.get_by_role("button", name="Show what changes").click()
    expect(place.get_by_text("2 accounts no longer see On account.")).to_be_visible()
    place.get_by_role("button", name="Save").click()
    store = page.get_by_role("row", name=re.compile("Acme Phoenix Store"))
    expect(store).to_contain_text("Hidden from Acme West")
    expect(store).to_contain_text("sees none")
    assert [(rule.account.name, rule.visible) for rule in PaymentRule.objects.all()] == [("Acme West", False)]

    page_of(desk, Account.objects.get(name="Acme Phoenix Store"), "payment-methods")
    expect(page.get_by_text("Its buyers see no payment method here")).to_be_visible()
    page.get_by_text("Why").last.click()
    expect(page.get_by_text("The method's default: visible")).to_be_visible()


def test_the_tree_opens_branch_by_branch_and_is_searched(acme, sign_in):
    page = page_of(sign_in("Read only"), acme, "children")
    expect(page.get_by_role("link", name="Acme Phoenix Store")).to_have_count(0)
    page.get_by_role("button", name="Accounts below Acme West").click()
    expect(page.get_by_role("link", name="Acme Phoenix Store")).to_be_visible()
    page.get_by_label("Find an account below this one").fill("phoenix")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("listitem").filter(has_text="Acme Phoenix Store")).to_contain_text("Acme West")


def test_deleting_says_what_goes_and_asks_for_the_name(acme, sign_in):
    AssociateFactory(account=Account.objects.get(name="Acme West"))
    page = page_of(sign_in("Account managers"), Account.objects.get(name="Acme West"))
    page.get_by_role("link", name="Delete").click()
    page.get_by_label("Type the account's name").fill("Acme West")
    page.get_by_role("button", name="Show what changes").click()
    expect(page.get_by_text("Goes: 2 accounts")).to_be_visible()
    expect(page.get_by_text("Goes: 1 associate")).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("2 accounts were deleted.")).to_be_visible()
    assert list(Account.objects.values_list("name", flat=True)) == ["Acme"]


def test_notes_attributes_and_the_timeline(acme, sign_in):
    page = page_of(sign_in("Account managers"), acme)
    page.get_by_role("link", name="Add note").click()
    page.get_by_label("Note").fill("Pays late.")
    page.get_by_role("button", name="Add note").click()
    page.get_by_role("link", name="Timeline").click()
    expect(page.get_by_text("Note: Created")).to_be_visible()
    expect(page.get_by_text("Pays late.")).to_be_visible()
    assert AccountNote.objects.get().author.startswith("staff:")


def test_a_role_is_made_and_a_built_in_one_is_read_only(shop, sign_in):
    desk = sign_in("Administrators")
    page = desk.open("/admin/accounts/role/add/")
    page.get_by_label("Name").fill("Approver")
    page.get_by_label("Code").fill("approver")
    page.get_by_text("See prices").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    assert Role.objects.get(code="approver").permissions == ["prices.view"]
    desk.open(f"/admin/accounts/role/{Role.objects.get(code='buyer').pk}/change/")
    expect(page.get_by_role("button", name="Save")).to_have_count(0)


def test_two_people_on_one_account_lose_nothing(acme, sign_in):
    page = page_of(sign_in("Account managers"), acme, "details")
    page.get_by_label("Phone").fill("901-555-0100")
    change_account(account=acme, email="office@acme.test", by=TESTS, at=NOW + timedelta(minutes=1))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Someone else changed this since you opened it.")).to_be_visible()
    expect(page.get_by_label("Phone")).to_have_value("901-555-0100")
    acme.refresh_from_db()
    assert (acme.phone, acme.email) == ("", "office@acme.test")


def test_purchases_are_narrowed_on_the_page(shop, acme, sign_in):
    change_storefront(storefront=shop.storefront, url="https://shop.test", by=TESTS, at=NOW)
    PriceListFactory()
    page = page_of(sign_in("Support"), acme, "purchases")
    expect(page.get_by_text("No orders yet")).to_be_visible()
    page.get_by_label("Order number, e-mail, or shared ID").fill("100023")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_text("No purchase fits.")).to_be_visible()
