"""What staff do in the panel, in a real browser."""

import pytest
from playwright.sync_api import Error, expect

from accounts.models import Account, Contact
from orders.models import Order
from storefronts.models import ApiClient
from storefronts.services.storefronts import change_storefront
from tests.factories import NOW, TESTS
from tests.interface.panel.orders import receive


def test_a_held_order_says_whose_it_could_be_and_why(shop, sign_in):
    for name in ("Harbor Electric", "Delta Facility"):
        shop.contact(shop.account(name), "mika@lind.test", first_name="Mika", last_name="Lind")
    receive(shop, "100024", email="Mika@Lind.test")
    page = sign_in("Support").page
    page.get_by_role("link", name="1 wait for a person").click()
    page.get_by_role("link", name="100024").click()

    story = page.get_by_role("region", name="Whose it is, and why")
    expect(story.get_by_role("heading", name="Held: two accounts have a contact with this e-mail.")).to_be_visible()
    expect(story.get_by_text("a person has to say whose the order is")).to_be_visible()
    expect(story).to_contain_text("Mika@Lind.test")
    step = story.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Account contact by e-mail"))
    candidates = step.get_by_role("listitem")
    expect(candidates).to_have_count(2)
    for candidate, name in zip(candidates.all(), ("Harbor Electric", "Delta Facility"), strict=True):
        expect(candidate).to_contain_text("Mika Lind")
        expect(candidate).to_contain_text("Undecided")
        expect(candidate).to_contain_text("Several match and differ in whose the order is")
        expect(candidate.get_by_role("link", name=name, exact=True)).to_be_visible()
    story.get_by_role("link", name="Delta Facility", exact=True).click()
    expect(page.get_by_role("heading", name="Delta Facility Active")).to_be_visible()


def test_trying_an_order_writes_nothing(shop, sign_in):
    shop.contact(shop.account("Acme"), "ana@acme.test", first_name="Ana", last_name="Alvarez")
    page = sign_in("Read only").page
    page.get_by_role("navigation").get_by_role("link", name="Try an order").click()
    page.get_by_label("E-mail").fill("ANA@acme.test")
    page.get_by_role("button", name="See whose it would be").click()
    expect(page.get_by_role("heading", name="This order belongs to the account Acme.")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value("ANA@acme.test")
    assert "acme" not in page.url
    assert not Order.objects.exists()


def test_an_account_a_child_and_a_contact(shop, sign_in):
    change_storefront(storefront=shop.storefront, url="https://shop.test", by=TESTS, at=NOW)
    page = sign_in("Account managers").page
    page.get_by_role("link", name="Accounts", exact=True).click()
    page.get_by_role("link", name="Add account").first.click()
    page.get_by_label("Business name").fill("Acme")
    page.get_by_label("First admin's e-mail").fill("ana@acme.test")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Acme Active").wait_for()
    expect(page.get_by_text("ana@acme.test").first).to_be_visible()

    page.get_by_role("link", name="Add child").click()
    expect(page.get_by_text("It stays below Acme for ever.")).to_be_visible()
    page.get_by_label("Business name").fill("Acme West")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Acme West Active").wait_for()

    page.get_by_label("Parts of this page").get_by_role("link", name="Contacts").click()
    page.get_by_text("Add another Contact").click()
    page.get_by_role("textbox", name="First name").fill("Ben")
    page.get_by_role("textbox", name="E-mail").fill("ben@acme.test")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()

    contact = Contact.objects.get()
    assert (contact.first_name, contact.email_key, contact.account.name) == ("Ben", "ben@acme.test", "Acme West")
    assert contact.account.parent == Account.objects.get(name="Acme")
    page.get_by_role("link", name="Acme", exact=True).click()
    page.get_by_role("link", name="Child accounts").click()
    expect(page.get_by_role("listitem").filter(has_text="Acme West")).to_be_visible()


def test_a_contact_is_removed_by_keyboard(shop, sign_in):
    account = shop.account("Acme")
    shop.contact(account, "ana@acme.test", first_name="Ana")
    desk = sign_in("Account managers")
    page = desk.open(f"/admin/accounts/account/{account.pk}/change/?tab=contacts")
    page.get_by_label("Remove Ana").press("Space")
    expect(page.get_by_text("This item will be deleted.")).to_be_visible()
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert not Contact.objects.exists()


def test_a_policy_is_changed_by_keyboard(shop, sign_in):
    desk = sign_in("Administrators")
    page = desk.open(f"/admin/storefronts/storefront/{shop.storefront.pk}/change/")
    up = page.get_by_role("button", name="Move “ERP customer by e-mail” up")
    up.press("Enter")
    expect(up).to_be_focused()
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_text("was changed successfully").wait_for()
    shop.storefront.refresh_from_db()
    assert shop.storefront.policy_settings()["b2b_steps"][:2] == ["erp_email", "account_contact_email"]
    page.get_by_role("link", name="Policy versions").click()
    expect(page.get_by_role("heading", name="Version 2 Current")).to_be_visible()


def test_a_key_is_shown_once(shop, sign_in):
    desk = sign_in("Administrators")
    page = desk.open("/admin/storefronts/apiclient/add/")
    page.get_by_label("Name").fill("Checkout")
    page.get_by_label("orders:write: Send and change orders").check()
    page.get_by_role("button", name="Save").click()
    key = page.locator("[data-copy]").first.get_attribute("data-copy")
    assert ApiClient.objects.get().accepts(key)
    page.get_by_role("link", name="I have copied it").click()
    page.get_by_text("Begins with").wait_for()
    assert key not in page.content()
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        page.go_back()


def test_the_account_menu_and_the_filters_open_by_keyboard(shop, sign_in):
    desk = sign_in("Read only")
    page = desk.open("/admin/accounts/account/")
    page.get_by_role("button", name="Your account").press("Enter")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Filters").press("Enter")
    expect(page.get_by_role("link", name="Roots only")).to_be_visible()
