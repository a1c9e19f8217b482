"""More of an account's life in the browser: fields, people, prices, payments, search, and two people at once."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from accounts.models import (
    Account,
    AccountAddress,
    AccountExternalId,
    Associate,
    Contact,
    PaymentMethod,
    PaymentRule,
    PriceList,
    PriceListAssignment,
    Role,
)
from accounts.services.accounts import create_child
from accounts.services.assignments import assign_price_list
from accounts.services.associates import remove_associate
from accounts.services.payment_methods import set_payment_rules
from accounts.services.price_lists import set_base_price_list
from accounts.services.roles import create_role
from customers.attributes import Subject
from customers.services.profile_attributes import create_attribute
from customers.services.segments import create_segment
from tests.factories import (
    NOW,
    TESTS,
    AccountAddressFactory,
    AccountFactory,
    AssociateFactory,
    PaymentMethodFactory,
    PriceListFactory,
    StorefrontFactory,
)
from tests.interface.panel.orders import receive

SURE = re.compile("Yes, I.m sure")
LATER = {"by": TESTS, "at": NOW + timedelta(minutes=1)}


@pytest.fixture
def acme(shop):
    """Managed by Ana, with a region below."""
    ana = shop.customer(email="ana@acme.test", registered=True, first_name="Ana", last_name="Alvarez")
    root = AccountFactory(shared_id="acme", name="Acme", admin=ana, phone="901-555-0100", postal_code="38103")
    AccountFactory(shared_id="acme-west", name="Acme West", parent=root)
    return root


def address_of(account, tab=""):
    return f"/admin/accounts/account/{account.pk}/change/?tab={tab}"


def test_fields_segments_attributes_and_ids_of_other_systems(acme, sign_in):
    create_segment(code="gold", name="Gold customers", by=TESTS, at=NOW)
    create_attribute(subject=Subject.ACCOUNT, key="fleet", label="Fleet size", by=TESTS, at=NOW)
    desk = sign_in("Account managers")
    page = desk.open(address_of(acme, "details"))
    page.get_by_label("Tax ID").fill("DE 123")
    page.get_by_label("Gold customers").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    desk.open(address_of(acme, "attributes"))
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Fleet size").fill("12 lorries")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Add an ID").click()
    page.get_by_label("System").fill("bigcommerce-us")
    page.get_by_label("ID", exact=True).fill("77")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The ID was saved.")).to_be_visible()
    acme.refresh_from_db()
    assert (acme.tax_id, acme.segments, acme.attributes) == ("DE 123", ["gold"], {"fleet": "12 lorries"})
    assert AccountExternalId.objects.values_list("system", "external_id").get() == ("bigcommerce-us", "77")
    desk.open("/admin/accounts/account/?segment=gold")
    expect(page.get_by_role("link", name="Acme", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Acme West", exact=True)).to_have_count(0)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("acme-west", ["Acme West"]),
        ("cme", ["Acme", "Acme West"]),
        ("555-01", ["Acme"]),
        ("72201", ["Acme West"]),  # of its address book
        ("S-77", ["Acme West"]),
        ("acme-wes", []),
    ],
)
def test_search_by_id_name_phone_postal_code_and_number(acme, shop, sign_in, text, found):
    west = Account.objects.get(shared_id="acme-west")
    Account.objects.filter(pk=west.pk).update(erp_system=shop.erp.code, account_number="S-77")
    AccountAddressFactory(account=west, city="Little Rock", region="AR", postal_code="72201")
    page = sign_in("Read only").open("/admin/accounts/account/")
    page.get_by_role("textbox", name="Search").or_(page.locator("#searchbar")).first.fill(text)
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")
    expect(page.locator("#result_list tbody tr")).to_have_count(len(found))
    for name in found:
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()


def test_what_accounts_lack_is_shown_and_filtered(acme, sign_in):
    AccountAddressFactory(account=acme)
    desk = sign_in("Read only")
    page = desk.open("/admin/accounts/account/?lacks=empty_address_book")
    expect(page.get_by_role("link", name="Acme West", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Acme", exact=True)).to_have_count(0)
    page.get_by_role("link", name="Acme West", exact=True).click()
    readiness = page.locator("section").filter(has=page.get_by_role("heading", name="Readiness"))
    for lack in ("Empty address book", "No visible payment method", "No price list", "Not in the ERP"):
        expect(readiness.get_by_text(lack, exact=True)).to_be_visible()
    expect(readiness.get_by_text("No admin", exact=True)).to_have_count(0)


def test_any_number_of_contacts_two_of_them_known_to_the_erp(acme, shop, sign_in):
    for number in range(3):
        shop.contact(acme, f"c{number}@acme.test", first_name=f"Contact {number}")
    page = sign_in("Account managers").open(address_of(acme, "contacts"))
    page.locator("#id_contacts-0-erp_slot").select_option(label="Slot 1")
    page.locator("#id_contacts-1-erp_slot").select_option(label="Slot 1")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Another contact of this account fills this ERP slot.")).to_be_visible()
    assert not Contact.objects.filter(erp_slot__isnull=False).exists()
    page.locator("#id_contacts-1-erp_slot").select_option(label="Slot 2")
    page.locator("#id_contacts-1-type").select_option("billing")
    page.locator("#id_contacts-2-on_hold").check(force=True)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert list(Contact.objects.order_by("email").values_list("erp_slot", "type", "active", "on_hold")) == [
        (1, "other", True, False),
        (2, "billing", True, False),
        (None, "other", True, True),
    ]


def test_an_associate_from_then_until_then_and_an_admin_from_above(acme, shop, sign_in):
    shop.customer(email="ben@acme.test", registered=True, first_name="Ben", last_name="Baker")
    west = Account.objects.get(shared_id="acme-west")
    page = sign_in("Account managers").open(address_of(west, "associates"))
    expect(page.get_by_text("Nobody may act for this account")).to_be_visible()
    above = page.locator("section").filter(has=page.get_by_role("heading", name="Admins from above"))
    expect(above).to_contain_text("Ana Alvarez")
    page.get_by_role("link", name="Add associate").click()
    page.get_by_label("E-mail").fill("ben@acme.test")
    page.get_by_label("Role").select_option(label="Buyer")
    page.get_by_label("From").fill("2027-02-01T08:00:00")
    page.get_by_label("Until").fill("2027-01-01T08:00:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The end is after the beginning.")).to_be_visible()
    page.get_by_label("Until").fill("2027-03-01T08:00:00")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Associates").click()
    expect(page.get_by_role("row", name=re.compile("Ben Baker"))).to_contain_text("Begins later")
    ben = Associate.objects.get(account=west)
    assert (ben.valid_from, ben.valid_until) == (
        datetime(2027, 2, 1, 8, tzinfo=UTC),
        datetime(2027, 3, 1, 8, tzinfo=UTC),
    )

    page.get_by_role("link", name="Add associate").click()
    page.get_by_label("E-mail").fill("ben@acme.test")
    page.get_by_label("Role").select_option(label="Buyer")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This person is an associate of the account already.")).to_be_visible()


def test_who_is_the_last_admin_is_not_deactivated(acme, sign_in):
    ana = acme.associates.get().customer
    page = sign_in("Account managers").open(f"/admin/customers/customer/{ana.pk}/state/")
    page.get_by_text("Active", exact=True).click()
    page.get_by_label("Reason").fill("Left")
    page.get_by_role("button", name="Change state").click()
    expect(page.get_by_text("Acme would have no admin any more.")).to_be_visible()
    ana.refresh_from_db()
    assert ana.active is True


def test_a_new_default_address_unmarks_the_old_and_removing_it_leaves_none(acme, sign_in):
    for label in ("Office", "Dock"):
        AccountAddressFactory(account=acme, label=label)
    desk = sign_in("Account managers")
    page = desk.open(address_of(acme, "addresses"))
    dock = page.locator("section").filter(has_text="Dock")
    dock.get_by_role("link", name="Edit").click()
    page.get_by_text("Default for shipping").click()
    page.get_by_label("Postal code").fill("nonsense")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This is not one of this country.")).to_be_visible()
    page.get_by_label("Postal code").fill("38104")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The address was saved.")).to_be_visible()
    defaults = AccountAddress.objects.order_by("label").values_list("label", "default_shipping", "default_billing")
    assert list(defaults) == [("Dock", True, False), ("Office", False, True)]
    desk.open(address_of(acme, "addresses"))
    dock.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("The address was removed.")).to_be_visible()
    assert list(defaults.all()) == [("Office", False, True)]


def test_a_percentage_list_for_one_storefront_from_then_until_then(acme, shop, sign_in):
    base = PriceListFactory(code="BASE", name="Catalogue", prices={"SAW-10": "19.90"})
    set_base_price_list(storefront=shop.storefront, price_list=base, by=TESTS, at=NOW)
    StorefrontFactory(code="eu", name="Europe", currency="EUR")
    desk = sign_in("Account managers")
    page = desk.open("/admin/accounts/pricelist/add/")
    page.get_by_label("Name").fill("A fifth off")
    page.get_by_label("Code").fill("P20")
    page.get_by_label("Currency").fill("USD")
    page.get_by_label("Kind").select_option("percentage")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Say how many percent.")).to_be_visible()
    page.get_by_label("Percent off").fill("20")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("was added successfully")).to_be_visible()

    desk.open(address_of(acme, "price-list"))
    page.get_by_role("link", name="Assign price list").last.click()
    page.get_by_label("Storefront").select_option(label=shop.storefront.name)
    page.get_by_label("Price list").select_option(label="A fifth off")
    page.get_by_label("From").fill("2020-01-01T00:00:00")
    page.get_by_label("Until").fill("2090-01-01T00:00:00")
    page.get_by_role("button", name="Show what changes").click()
    expect(
        page.get_by_text("2 accounts. Acme: Catalogue → A fifth off; Acme West: Catalogue → A fifth off")
    ).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The price list was assigned.")).to_be_visible()
    given = PriceListAssignment.objects.get()
    assert (given.storefront, given.valid_until) == (shop.storefront, datetime(2090, 1, 1, tzinfo=UTC))

    desk.open(address_of(acme, "price-list"))
    page.get_by_role("link", name="Assign price list").last.click()
    page.get_by_label("Storefront").select_option(label=shop.storefront.name)
    page.get_by_label("Price list").select_option(label="Catalogue")
    page.get_by_label("From").fill("2080-01-01T00:00:00")
    for button in ("Show what changes", "Save"):
        page.get_by_role("button", name=button).click()
    expect(page.get_by_text("A fifth off is assigned at that time.")).to_be_visible()
    assert PriceListAssignment.objects.get() == given

    desk.open(f"/admin/accounts/pricelist/{PriceList.objects.get(code='P20').pk}/change/?tab=users")
    expect(page.get_by_role("row", name=re.compile("Acme"))).to_contain_text(f"2 {shop.storefront.code}")
    desk.open(address_of(acme, "price-list"))
    page.get_by_role("link", name="Take away A fifth off").click()
    expect(page.get_by_text("A fifth off → Catalogue").first).to_be_visible()
    page.get_by_role("button", name="Take away").click()
    expect(page.get_by_text("The price list was taken away.")).to_be_visible()
    assert not PriceListAssignment.objects.exists()


def test_the_pencil_shows_the_list_an_account_has_and_takes_it_away(acme, sign_in):
    trade = PriceListFactory(code="P20", name="Trade")
    assign_price_list(account=acme, price_list=trade, by=TESTS, at=NOW)
    page = sign_in("Account managers").open("/admin/accounts/account/")
    page.get_by_title("Assign a price list to Acme", exact=True).click()
    place = page.get_by_role("dialog")
    expect(place.locator("#id_price_list")).to_have_value(str(trade.pk))
    place.locator("#id_price_list").select_option(label="None of its own")
    place.get_by_role("button", name="Show what changes").click()
    expect(place.get_by_text("Acme: Trade → —")).to_be_visible()
    expect(place.locator("#id_price_list")).to_have_value("")
    place.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name=re.compile("^Acme Active"))).not_to_contain_text("Trade")
    assert not PriceListAssignment.objects.exists()


def test_a_payment_method_and_a_role_are_made_used_and_removed(acme, shop, sign_in):
    desk = sign_in("Administrators")
    page = desk.open("/admin/accounts/paymentmethod/add/")
    page.get_by_label("Storefront").select_option(label=shop.storefront.name)
    page.get_by_label("Name").fill("On account")
    page.get_by_label("Code").fill("net30")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    method = PaymentMethod.objects.get()
    assert (method.code, method.active, method.visible_by_default) == ("net30", True, False)

    set_payment_rules(account=acme, words={method: True}, by=TESTS, at=NOW)
    desk.open(f"/admin/accounts/paymentmethod/{method.pk}/delete/")
    expect(page.get_by_text("What 1 account says of it")).to_be_visible()
    page.get_by_role("button", name=SURE).click()
    expect(page.get_by_text("was deleted successfully")).to_be_visible()
    assert (PaymentMethod.objects.count(), PaymentRule.objects.count()) == (0, 0)

    role = create_role(code="approver", name="Approver", by=TESTS, at=NOW)
    person = shop.customer(email="b@acme.test", registered=True)
    associate = AssociateFactory(account=acme, role="approver", customer=person)
    desk.open(f"/admin/accounts/role/{role.pk}/delete/")
    page.get_by_role("button", name=SURE).click()
    expect(page.get_by_text("1 associates have the role; give them another one first.")).to_be_visible()
    remove_associate(associate=associate, by=TESTS, at=NOW)
    desk.open(f"/admin/accounts/role/{role.pk}/delete/")
    page.get_by_role("button", name=SURE).click()
    expect(page.get_by_text("was deleted successfully")).to_be_visible()
    assert not Role.objects.filter(code="approver").exists()


def test_a_price_list_that_somebody_has_stays(acme, sign_in):
    trade = PriceListFactory(code="P20", name="Trade", prices={"SAW-10": "9.90"})
    given = assign_price_list(account=acme, price_list=trade, by=TESTS, at=NOW)
    desk = sign_in("Account managers")
    page = desk.open(f"/admin/accounts/pricelist/{trade.pk}/delete/")
    expect(page.get_by_text("1 price", exact=True)).to_be_visible()
    page.get_by_role("button", name=SURE).click()
    expect(page.get_by_text("Accounts, other lists or storefronts have it")).to_be_visible()
    assert PriceList.objects.get() == trade
    given.delete()
    desk.open(f"/admin/accounts/pricelist/{trade.pk}/delete/")
    page.get_by_role("button", name=SURE).click()
    expect(page.get_by_text("was deleted successfully")).to_be_visible()
    assert not PriceList.objects.exists()


def test_two_on_the_payment_methods_of_one_account(acme, shop, sign_in):
    card, _ = (PaymentMethodFactory(storefront=shop.storefront, code=code, name=code) for code in ("card", "net30"))
    page = sign_in("Account managers").open("/admin/accounts/paymentmethod/matrix/")
    page.get_by_title("Payment methods of Acme", exact=True).click()
    place = page.get_by_role("dialog")
    place.get_by_label("net30").select_option("visible")
    set_payment_rules(account=acme, words={card: True}, **LATER)
    for button in ("Show what changes", "Save"):
        place.get_by_role("button", name=button).click()
    expect(page.get_by_role("row", name=re.compile("^Acme Visible Set here Visible Set here"))).to_be_visible()
    assert dict(PaymentRule.objects.values_list("method__code", "visible")) == {"card": True, "net30": True}


def test_two_on_one_tree(acme, sign_in):
    """Both add a child to it: one while the other is still typing."""
    page = sign_in("Account managers").open(f"/admin/accounts/account/add/?parent={acme.shared_id}")
    page.get_by_label("Business name").fill("Acme East")
    create_child(parent=acme, name="Acme North", **LATER)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Acme East Active")).to_be_visible()
    names = Account.objects.filter(parent=acme).order_by("lft").values_list("name", flat=True)
    assert sorted(names) == ["Acme East", "Acme North", "Acme West"]


def test_purchases_are_those_of_the_subtree(acme, shop, sign_in):
    west = Account.objects.get(shared_id="acme-west")
    shop.contact(acme, "jo@acme.test")
    shop.contact(west, "wes@acme.test")
    shop.contact(AccountFactory(name="Stranger"), "cleo@stranger.test")
    for number, email in enumerate(("jo@acme.test", "wes@acme.test", "cleo@stranger.test"), start=1):
        receive(shop, f"10{number}", email=email)
    desk = sign_in("Read only")
    page = desk.open(address_of(acme, "purchases"))
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_label("Order number, e-mail, or shared ID").fill("wes@acme.test")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("102")
    desk.open(address_of(west, "purchases"))
    expect(page.locator("tbody tr")).to_have_count(1)
