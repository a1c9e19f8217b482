"""Shoppers and staff come in by two doors, also where both are one person."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from customers.models import Customer, CustomerKind, User
from customers.services.access import FirstAccess, give_initial_password
from customers.services.customers import CustomerDraft, create_customer
from customers.services.staff import create_staff_user
from tests.customers.shoppers import PASSWORD, Browser, code_of
from tests.customers.signing_in import ANA, OTHER, ana, change, shop
from tests.factories import NOW, TESTS

__all__ = ["ana", "shop"]

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("both")
class TestTwoDoors:
    """Someone who is both staff and customer: each door opens its own side only."""

    @pytest.fixture
    def both(self):
        staff = create_staff_user(email=ANA, password=PASSWORD, groups=["Administrators"], by=TESTS, at=NOW, name="Ana")
        draft = CustomerDraft(kind=CustomerKind.REGISTERED, email=ANA, preferred_currency="USD")
        create_customer(draft=draft, access=FirstAccess(), by=TESTS, at=NOW)
        return staff

    def test_one_user_two_sides(self, both):
        assert User.objects.get() == both
        assert Browser().sign_in(ANA).status_code == 200

    def test_nobody_takes_a_member_of_staff_over_through_his_customer(self):
        customer = Customer.objects.get()
        with pytest.raises(ValidationError) as refused:
            change(customer, email="evil@evil.test")
        assert refused.value.error_dict["email"][0].code == "staff_email"
        with pytest.raises(ValidationError) as refused:
            give_initial_password(customer=customer, password=OTHER, by="staff:12", at=NOW)
        assert refused.value.error_dict["initial_password"][0].code == "staff_password"
        staff = User.objects.get()
        assert (staff.email, staff.check_password(PASSWORD)) == (ANA, True)

    def test_a_shoppers_session_never_opens_the_panel(self):
        browser = Browser()
        browser.sign_in(ANA)
        panel = Client(SERVER_NAME="localhost")
        panel.cookies["sessionid"] = browser.token
        answer = panel.get("/admin/customers/customer/")
        assert (answer.status_code, answer["Location"]) == (302, "/admin/login/?next=/admin/customers/customer/")

    def test_a_session_of_the_panel_is_no_shoppers_token(self):
        panel = Client(SERVER_NAME="localhost")
        assert panel.post("/staff/login/", {"login": ANA, "password": PASSWORD}).status_code == 302
        assert panel.get("/admin/").status_code == 200
        token = panel.cookies["sessionid"].value
        assert code_of(Browser().call("GET", "me", **{"X-Session-Token": token})) == (401, "session_ended")
        assert Browser().call("GET", "auth/session", **{"X-Session-Token": token}).status_code == 401

    def test_a_customers_hold_leaves_staff_work_alone(self):
        change(Customer.objects.get(), on_hold=True)
        assert code_of(Browser().sign_in(ANA)) == (400, "on_hold")
        panel = Client(SERVER_NAME="localhost")
        assert panel.post("/staff/login/", {"login": ANA, "password": PASSWORD}).status_code == 302
        assert panel.get("/admin/").status_code == 200


def test_staff_alone_are_no_customers_and_customers_no_staff(ana):
    create_staff_user(email="opal@merchant.test", password=PASSWORD, by=TESTS, at=NOW)
    assert code_of(Browser().sign_in("opal@merchant.test")) == (400, "email_password_mismatch")
    refused = Client(SERVER_NAME="localhost").post("/staff/login/", {"login": ANA, "password": PASSWORD})
    assert refused.status_code == 200
    assert "not correct" in refused.content.decode()
