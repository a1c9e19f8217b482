"""No password is ever stored or queued in plain text: after everything that knows one, it is looked for everywhere."""

import base64
import logging

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from customers.models import Customer
from customers.services.staff import create_staff_user
from storefronts.scopes import Scope
from tests.customers.shoppers import Browser, password_in, run_jobs
from tests.factories import NOW, TESTS, ApiClientFactory, StorefrontFactory

TYPED = "typed-Sesame-81-oyster"
CHOSEN = "chosen-Sesame-82-oyster"
REGISTERED = "registered-Sesame-83-oyster"
OF_STAFF = "staff-Sesame-85-oyster"
IN_PANEL = "panel-Sesame-84-oyster"


def cells() -> list[str]:
    """Every value of every row of every table, as text."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        tables = [name for (name,) in cursor.fetchall()]
        assert len(tables) > 40
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" AS t')  # noqa: S608 -- names from the catalogue
            found += [text for (text,) in cursor.fetchall()]
    return found


@pytest.mark.django_db(transaction=True)
def test_it_is_nowhere(caplog):
    caplog.set_level(logging.DEBUG)
    StorefrontFactory(code="us", url="https://shop.test")
    key = {"Authorization": f"Api-Key {ApiClientFactory(scopes=[Scope.CUSTOMERS_WRITE]).clear_key}"}
    api = Client(SERVER_NAME="localhost", headers=key)
    body = {"email": "ana@acme.test", "preferred_currency": "USD", "initial_password": TYPED}
    keyed = {"Idempotency-Key": "one-and-the-same"}
    for _twice in range(2):
        made = api.post("/api/v1/customers", body, content_type="application/json", headers=keyed)
        assert (made.status_code, TYPED in made.content.decode()) == (201, False)
    weak = api.post(
        "/api/v1/customers", {**body, "initial_password": "weak"}, content_type="application/json", headers=keyed
    )
    assert weak.status_code == 422
    browser = Browser()
    browser.sign_in("ana@acme.test", TYPED)
    browser.sign_in("ana@acme.test", "wrong-" + TYPED)
    browser.call("POST", "account/password/change", {"current_password": TYPED, "new_password": CHOSEN})
    Browser().call("POST", "registration", {"email": "ben@acme.test", "password": REGISTERED})
    panel = Client(SERVER_NAME="localhost")
    # The groups went when a test that committed cleaned up.
    panel.force_login(
        create_staff_user(email="opal@merchant.test", password=OF_STAFF, superuser=True, by=TESTS, at=NOW)
    )
    page = f"/admin/customers/customer/{Customer.objects.get(email='ana@acme.test').pk}/initial-password/"
    refused = panel.post(page, {"way_in": "", "initial_password": IN_PANEL})
    assert (refused.status_code, IN_PANEL in refused.content.decode()) == (200, False)
    assert panel.post(page, {"way_in": "typed", "initial_password": IN_PANEL}).status_code == 302
    assert panel.post(page, {"way_in": "generated"}).status_code == 302
    generated = password_in(mail.outbox[-1])
    queued = cells()
    run_jobs()

    assert [password_in(letter) for letter in mail.outbox if "initial password" in letter.body] == [
        TYPED,
        IN_PANEL,
        generated,
    ]
    everywhere = "\n".join([*queued, *cells(), caplog.text])
    for password in (OF_STAFF, TYPED, CHOSEN, REGISTERED, IN_PANEL, generated):
        for form in (password, password.encode().hex(), base64.b64encode(password.encode()).decode().rstrip("=")[:-1]):
            assert form not in everywhere, form
    assert "ana@acme.test" in everywhere  # one that is there is found
