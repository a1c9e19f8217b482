"""Staff sign in on pages of their own; a second factor is there, and can be asked of everyone."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from tests.customers.test_sign_in import totp
from tests.interface.panel.conftest import member_of

PASSWORD = "correct horse battery staple"
EMAIL = "support@merchant.test"
LOGIN = "/staff/login/"


@pytest.fixture
def support(db):
    cache.clear()
    return member_of("Support")


@pytest.fixture
def browser(support):
    return Client(SERVER_NAME="localhost")


def sign_in(browser: Client, password: str = PASSWORD, **query: str):
    return browser.post(LOGIN, {"login": EMAIL, "password": password}, query_params=query)


def test_one_is_led_back_to_where_one_wanted_to_go(browser):
    assert browser.get("/admin/orders/order/")["Location"] == "/admin/login/?next=/admin/orders/order/"
    login = browser.get("/admin/login/?next=/admin/orders/order/")["Location"]
    assert login == f"{LOGIN}?next=%2Fadmin%2Forders%2Forder%2F"
    page = browser.get(login)
    assert (page.status_code, "Sign in to the panel" in page.content.decode()) == (200, True)
    assert sign_in(browser, next="/admin/orders/order/")["Location"] == "/admin/orders/order/"
    assert browser.get("/admin/orders/order/").status_code == 200


def test_elsewhere_one_is_not_led(browser):
    assert sign_in(browser, next="https://evil.test/")["Location"] == "/admin/"


def test_wrong_passwords_are_counted(browser):
    for number in range(5):
        assert "not correct" in sign_in(browser, f"wrong {number}").content.decode()
    assert "Too many failed" in sign_in(browser).content.decode()
    assert browser.get("/admin/").status_code == 302


def test_signing_out_ends_the_session(browser):
    sign_in(browser)
    assert browser.post("/admin/logout/")["Location"] == LOGIN
    assert browser.get("/admin/").status_code == 302


def activate(browser: Client) -> str:
    """Switches the second factor on, and returns its secret."""
    page = browser.get("/staff/2fa/totp/activate/", follow=True)
    if "Confirm that it is you" in page.content.decode():
        assert browser.post("/staff/reauthenticate/", {"password": PASSWORD}).status_code == 302
        page = browser.get("/staff/2fa/totp/activate/")
    secret = page.context["form"].secret
    assert browser.post("/staff/2fa/totp/activate/", {"code": totp(secret)}).status_code == 302
    return secret


def test_a_second_factor_is_asked_for_once_it_is_set_up(browser):
    sign_in(browser)
    secret = activate(browser)
    assert secret not in str(Authenticator.objects.get(type="totp").data)

    again = Client(SERVER_NAME="localhost")
    assert sign_in(again)["Location"].startswith("/staff/2fa/authenticate/")
    assert again.get("/admin/").status_code == 302  # half-way in is not in
    assert "Incorrect code" in again.post("/staff/2fa/authenticate/", {"code": "000000"}).content.decode()
    cache.clear()
    assert again.post("/staff/2fa/authenticate/", {"code": totp(secret)}).status_code in {200, 302}


def test_a_recovery_code_lets_in_once(browser):
    sign_in(browser)
    activate(browser)
    codes = browser.get("/staff/2fa/recovery-codes/").context["unused_codes"]
    for expected in (200, 302):
        other = Client(SERVER_NAME="localhost")
        sign_in(other)
        answer = other.post("/staff/2fa/authenticate/", {"code": codes[0]})
        assert (other.get("/admin/").status_code, answer.status_code) == ((200, 302) if expected == 200 else (302, 200))


def test_where_it_is_asked_of_everyone_nothing_opens_before_it_is_set_up(browser, settings):
    settings.STAFF_MFA_REQUIRED = True
    sign_in(browser)
    for page in ("/admin/", "/admin/orders/order/", "/admin/customers/customer/"):
        assert browser.get(page)["Location"] == "/staff/2fa/totp/activate/", page
    activate(browser)
    assert browser.get("/admin/").status_code == 200


def test_the_pages_need_no_script_and_no_style_of_theirs(browser):
    sign_in(browser)
    for page in (LOGIN, "/staff/2fa/", "/staff/logout/"):
        policy = browser.get(page)["Content-Security-Policy"]
        assert "unsafe" not in policy, page


def test_keeping_a_second_factor_is_for_staff():
    assert Client(SERVER_NAME="localhost").get("/staff/2fa/").status_code == 302
