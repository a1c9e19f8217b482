"""Deciding whose an order is, in a real browser."""

import pytest
from playwright.sync_api import expect

from orders.models import Order
from tests.interface.panel.orders import receive


@pytest.fixture
def held(shop):
    """Mika is a contact of two accounts."""
    for name in ("Harbor Electric", "Delta Facility"):
        shop.contact(shop.account(name), "mika@lind.test", first_name="Mika", last_name="Lind")
    return receive(shop, "100024", email="mika@lind.test")


def open_dialog(page, desk):
    page.goto(f"{desk.address}/admin/orders/order/{Order.objects.get().pk}/change/")
    page.get_by_role("link", name="Change identity").click()


def test_an_account_is_searched_and_given_the_order(held, sign_in):
    desk = sign_in("Support")
    page = desk.page
    open_dialog(page, desk)
    expect(page.get_by_role("textbox", name="E-mail")).to_be_hidden()
    page.get_by_label("Give it to an account").check()
    page.locator("#id_account + .select2").click()
    page.locator(".select2-search__field").fill("delta")
    page.get_by_role("option", name="Delta Facility").click()
    page.get_by_label("Reason").fill("Mika said so")
    page.get_by_role("button", name="Decide").click()

    expect(page.get_by_role("heading", name="This order belongs to the account Delta Facility.")).to_be_visible()
    expect(page.get_by_text("The order now belongs to Delta Facility.")).to_be_visible()
    expect(page.get_by_text("Mika said so")).to_be_visible()
    assert Order.objects.get().account.name == "Delta Facility"


def test_a_candidate_is_assigned_from_its_card(held, sign_in):
    desk = sign_in("Support")
    page = desk.page
    page.goto(f"{desk.address}/admin/orders/order/{held.pk}/change/")
    page.get_by_role("link", name="Assign Harbor Electric").click()
    expect(page.get_by_label("Give it to an account")).to_be_checked()
    expect(page.locator("#id_account + .select2")).to_contain_text("Harbor Electric")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("This field is required.")).to_be_visible()
    page.get_by_label("Reason").fill("Harbor it is")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("heading", name="This order belongs to the account Harbor Electric.")).to_be_visible()


def test_a_claim_is_mended(shop, held, sign_in):
    shop.contact(shop.account("Old Mill"), "mika@mill.test")
    desk = sign_in("Support")
    page = desk.page
    open_dialog(page, desk)
    page.get_by_label("Mend the e-mail or phone").check()
    expect(page.get_by_role("textbox", name="E-mail")).to_have_value("mika@lind.test")
    page.get_by_role("textbox", name="E-mail").fill("mika@mill.test")
    page.get_by_label("Reason").fill("Wrong firm")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("heading", name="This order belongs to the account Old Mill.")).to_be_visible()
    expect(page.get_by_text("E-mail, mended")).to_be_visible()
    assert Order.objects.get().claim_email == "mika@lind.test"


def test_hold_release_and_a_second_person(held, sign_in):
    desk = sign_in("Support")
    page = desk.page
    open_dialog(page, desk)
    late = page.context.new_page()
    open_dialog(late, desk)
    page.get_by_label("Hold it").check()
    page.get_by_label("Reason").fill("Ask Mika")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("heading", name="Held: held by staff.")).to_be_visible()

    late.get_by_label("Make a new customer").check()
    late.get_by_label("Reason").fill("Nobody knows him")
    late.get_by_role("button", name="Decide").click()
    expect(late.get_by_text("Someone else changed this since you opened it")).to_be_visible()
    expect(late.get_by_label("Reason")).to_have_value("Nobody knows him")
    assert Order.objects.get().reason == "staff_hold"

    page.get_by_role("link", name="Change identity").click()
    page.get_by_label("Release it").check()
    page.get_by_label("Reason").fill("Mika called back")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("heading", name="Held: two accounts have a contact with this e-mail.")).to_be_visible()
