"""Storefronts, their policies and API clients in the panel."""

import logging
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from events.models import Event
from storefronts.models import ApiClient, Storefront
from storefronts.services.api_clients import create_api_client
from storefronts.services.storefronts import change_storefront
from tests.factories import NOW, TESTS, ApiClientFactory
from tests.interface.panel.forms import filled

ADD = "/admin/storefronts/storefront/add/"
ADD_CLIENT = "/admin/storefronts/apiclient/add/"


def page_of(thing, what="change"):
    return reverse(f"admin:{thing._meta.label_lower.replace('.', '_')}_{what}", args=[thing.pk])


class TestStorefronts:
    def test_creating_one_with_its_policy(self, administrator):
        typed = {
            "code": "eu",
            "name": "Shop EU",
            "currency": "EUR",
            "default_region": "DE",
            "locales": "de-DE, en-IE",
            "b2b_steps": ["pinned", "erp_email", "account_contact_email", "create"],
            "b2c_steps": ["customer_email"],
            "b2b_ambiguous": "earliest_sale",
            "placeholders": "none@\n\n@marketplace.test \n555 0100",
            "erp_max_age_seconds": "",
            "assume_complete": "on",
        }
        answer = administrator.post(ADD, filled(administrator.get(ADD), **typed))
        shop = Storefront.objects.with_policy().get()
        assert answer["Location"] == page_of(shop)
        assert (shop.code, shop.currency, shop.locales) == ("eu", "EUR", ["de-DE", "en-IE"])
        assert shop.current_policy.version == 1
        assert shop.policy_settings() == {
            "default_region": "DE",
            "erp_system": "",
            "b2b_steps": ["pinned", "erp_email", "account_contact_email", "create"],
            "b2c_steps": ["customer_email"],
            "b2b_ambiguous": "earliest_sale",
            "b2c_ambiguous": "oldest",
            "placeholders": ["none@", "@marketplace.test", "555 0100"],
            "erp_max_age_seconds": None,
            "assume_complete": True,
        }

    def test_a_changed_policy_is_its_next_version(self, administrator, us):
        page = administrator.get(page_of(us))
        administrator.post(page_of(us), filled(page, b2b_ambiguous="oldest"))
        us.refresh_from_db()
        assert us.current_policy.version == 2
        assert us.policy_settings()["b2b_ambiguous"] == "oldest"
        assert list(us.policies.values_list("version", flat=True).order_by("version")) == [1, 2]
        versions = administrator.get(f"{page_of(us)}?tab=policy").content.decode()
        assert "Hold for a person" in versions
        assert "Take the oldest" in versions
        assert "Someone of Administrators" in versions

    def test_only_the_order_of_steps_changed(self, administrator, us):
        steps = us.policy_settings()["b2b_steps"]
        turned = [steps[1], steps[0], *steps[2:]]
        administrator.post(page_of(us), filled(administrator.get(page_of(us)), b2b_steps=turned))
        us.refresh_from_db()
        assert us.policy_settings()["b2b_steps"] == turned

    def test_nothing_changed_writes_nothing(self, administrator, us):
        administrator.post(page_of(us), filled(administrator.get(page_of(us))))
        us.refresh_from_db()
        assert us.current_policy.version == 1
        assert not Event.objects.filter(name="storefront.changed").exists()

    def test_what_is_wrong_with_a_policy_stands_beside_its_field(self, administrator, us):
        typed = {"name": "Kept", "b2b_steps": ["create", "erp_email"], "b2c_steps": [], "placeholders": "nobody"}
        page = administrator.post(page_of(us), filled(administrator.get(page_of(us)), **typed))
        assert page.context["adminform"].form.errors == {
            "b2b_steps": ["“create” can only be the last step."],
            "b2c_steps": ["At least one step."],
            "placeholders": ["“nobody” is neither local@, @domain, an address, nor digits."],
        }
        assert 'value="Kept"' in page.content.decode()
        us.refresh_from_db()
        assert us.current_policy.version == 1

    def test_a_stale_form_is_refused(self, administrator, us):
        page = administrator.get(page_of(us))
        change_storefront(storefront=us, name="Renamed", by=TESTS, at=NOW + timedelta(minutes=1))
        page = administrator.post(page_of(us), filled(page, currency="CAD"))
        (error,) = page.context["adminform"].form.non_field_errors()
        assert error.startswith("Someone else changed this")
        us.refresh_from_db()
        assert (us.name, us.currency) == ("Renamed", "USD")

    def test_a_code_that_is_taken(self, administrator, us):
        typed = {"code": "us", "name": "Again", "currency": "USD", "default_region": "US"}
        page = administrator.post(ADD, filled(administrator.get(ADD), **typed))
        assert set(page.context["adminform"].form.errors) == {"code"}
        assert Storefront.objects.get() == us


class TestKeys:
    @pytest.fixture
    def issued(self):
        return create_api_client(name="Checkout", scopes=["orders:write"], by=TESTS, at=NOW)

    def key_on(self, page):
        return page.context["issued"].key

    def test_a_new_key_is_shown_once_and_kept_nowhere(self, administrator, caplog):
        caplog.set_level(logging.DEBUG)
        typed = {"name": "Checkout", "scopes": ["orders:read", "orders:write"]}
        page = administrator.post(ADD_CLIENT, filled(administrator.get(ADD_CLIENT), **typed))
        client, key = ApiClient.objects.get(), self.key_on(page)
        assert page.status_code == 200
        assert client.accepts(key)
        assert page.content.decode().count(key) >= 1
        assert "no-store" in page["Cache-Control"]
        assert (client.scopes, client.storefront) == (["orders:read", "orders:write"], None)
        after = [administrator.get(page_of(client)), administrator.get("/admin/storefronts/apiclient/")]
        assert all(each.status_code == 200 for each in after)
        texts = [*(each.content.decode() for each in after), caplog.text]
        texts += [str(session.get_decoded()) for session in Session.objects.all()]
        texts += [str(event.payload) for event in Event.objects.all()]
        secret = key.partition(".")[2]
        assert [text for text in texts if secret in text] == []
        assert not administrator.cookies.get("messages")

    def test_no_hash_is_on_any_page(self, administrator, issued):
        for address in ("/admin/storefronts/apiclient/", page_of(issued.client), page_of(issued.client, "rotate")):
            text = administrator.get(address).content.decode()
            assert issued.client.hashed_key not in text
            assert "hashed" not in text

    def test_a_key_needs_scopes_and_a_future(self, administrator):
        typed = {"name": "Checkout", "expiry_date": "2020-01-01T10:00"}
        page = administrator.post(ADD_CLIENT, filled(administrator.get(ADD_CLIENT), **typed))
        assert set(page.context["adminform"].form.errors) & {"scopes", "expiry_date"}
        assert 'value="2020-01-01T10:00"' in page.content.decode()
        assert not ApiClient.objects.exists()

    def test_rotating(self, administrator, issued):
        address = page_of(issued.client, "rotate")
        assert administrator.get(address).status_code == 200
        assert ApiClient.objects.count() == 1
        page = administrator.post(address, {"grace": "24"})
        new = ApiClient.objects.get(replaces=issued.client)
        assert new.accepts(self.key_on(page))
        assert "no-store" in page["Cache-Control"]
        issued.client.refresh_from_db()
        assert not issued.client.revoked
        assert issued.client.expiry_date is not None

    def test_rotating_at_once_ends_the_old_key(self, administrator, issued):
        administrator.post(page_of(issued.client, "rotate"), {"grace": "0"})
        issued.client.refresh_from_db()
        assert issued.client.revoked

    def test_revoking_takes_a_confirmation(self, administrator, issued):
        address = page_of(issued.client, "revoke")
        assert "never works again" in administrator.get(address).content.decode()
        issued.client.refresh_from_db()
        assert not issued.client.revoked
        assert administrator.post(address)["Location"] == page_of(issued.client)
        issued.client.refresh_from_db()
        assert issued.client.revoked

    @pytest.mark.parametrize("what", ["rotate", "revoke"])
    def test_a_revoked_key_is_not_offered_again(self, administrator, issued, what):
        administrator.post(page_of(issued.client, "revoke"))
        address = page_of(issued.client, what)
        assert address not in administrator.get(page_of(issued.client)).content.decode()
        assert administrator.post(address, {"grace": "0"})["Location"] == page_of(issued.client)
        assert ApiClient.objects.count() == 1

    def test_the_list_says_what_each_may_do(self, administrator, us):
        ApiClientFactory(name="Checkout", scopes=["orders:write"], storefront=us)
        text = administrator.get("/admin/storefronts/apiclient/").content.decode()
        for word in ("Checkout", "orders:write", "Acme Supplies US", "Never", "Active"):
            assert word in text
