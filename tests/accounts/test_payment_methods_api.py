"""`/payment-methods`, and which of them an account's buyers see: exact answers, and what must not happen."""

import pytest

from accounts.models import PaymentMethod, PaymentRule
from accounts.services.payment_methods import set_payment_rules
from storefronts.scopes import Scope
from tests.accounts.test_accounts_api import client_with, codes, send
from tests.factories import NOW, TESTS, AccountFactory, PaymentMethodFactory, StorefrontFactory

pytestmark = pytest.mark.django_db

METHODS = "/api/v1/payment-methods"
ACME = "/api/v1/accounts/acme/payment-methods"
SETTINGS = (Scope.SETTINGS_READ, Scope.SETTINGS_WRITE)
ACCOUNTS = (Scope.ACCOUNTS_READ, Scope.ACCOUNTS_WRITE)
HIDE = {"code": "card", "visible": False}


@pytest.fixture
def api(us):
    return client_with(*SETTINGS, *ACCOUNTS)


@pytest.fixture
def card(us) -> PaymentMethod:
    return PaymentMethodFactory(storefront=us, code="card", name="Card", visible_by_default=True)


@pytest.fixture
def net30(us) -> PaymentMethod:
    return PaymentMethodFactory(storefront=us, code="net30", name="On account")


def seen(answer) -> list[tuple[str, bool, str]]:
    assert answer.status_code == 200, answer.content
    return [(each["code"], each["visible"], each["source"]) for each in answer.json()["results"]]


class TestMethods:
    def test_made_and_read(self, api):
        body = {"storefront": "us", "code": "net.30_B-2", "name": "On account", "visible_by_default": True}
        made = send(api, "POST", METHODS, body)
        assert made.status_code == 201
        answer = {name: value for name, value in made.json().items() if name not in {"created_at", "updated_at"}}
        assert answer == {**body, "active": True, "not_seen_since": None}
        read = api.get(f"{METHODS}/us/net.30_B-2")
        assert (read.json(), read["ETag"]) == (made.json(), made["ETag"])

    @pytest.mark.parametrize(
        ("body", "wrong"),
        [
            ({}, {"storefront": "required", "code": "required", "name": "required"}),
            ({"storefront": "us", "code": "a b", "name": "A"}, {"code": "invalid"}),
            ({"storefront": "us", "code": "a", "name": " "}, {"name": "blank"}),
            (
                {"storefront": "us", "code": "a", "name": "A", "not_seen_since": None},
                {"not_seen_since": "unknown_field"},
            ),
        ],
    )
    def test_what_is_wrong_is_named_and_nothing_is_stored(self, api, body, wrong):
        refused = send(api, "POST", METHODS, body)
        assert (refused.status_code, codes(refused)) == (400, wrong)
        assert not PaymentMethod.objects.exists()

    @pytest.mark.usefixtures("card")
    def test_a_code_is_taken_on_its_storefront_only(self, api):
        StorefrontFactory(code="eu")
        taken = send(api, "POST", METHODS, {"storefront": "us", "code": "card", "name": "Other"})
        assert (taken.status_code, codes(taken)) == (409, {"code": "unique"})
        free = send(api, "POST", METHODS, {"storefront": "eu", "code": "card", "name": "Karte"})
        assert free.status_code == 201
        assert [each["name"] for each in api.get(METHODS).json()["results"]] == ["Card", "Karte"]
        assert [each["name"] for each in api.get(f"{METHODS}?storefront=eu").json()["results"]] == ["Karte"]

    @pytest.mark.usefixtures("card")
    def test_storefront_and_code_never_change_and_stale_writes_are_refused(self, api):
        read = api.get(f"{METHODS}/us/card")
        for field in ("code", "storefront"):
            assert codes(send(api, "PATCH", f"{METHODS}/us/card", {field: "x"})) == {field: "unknown_field"}
        match = {"If-Match": read["ETag"]}
        assert send(api, "PATCH", f"{METHODS}/us/card", {"active": False}, **match).json()["active"] is False
        for answer in (
            send(api, "PATCH", f"{METHODS}/us/card", {"name": "Late"}, **match),
            send(api, "DELETE", f"{METHODS}/us/card", **match),
        ):
            assert (answer.status_code, answer.json()["code"]) == (412, "stale")
        assert PaymentMethod.objects.get().name == "Card"

    def test_with_it_goes_what_accounts_said_of_it_and_no_more(self, api, acme, card, net30):
        set_payment_rules(account=acme, words={card: False, net30: True}, by=TESTS, at=NOW)
        assert api.delete(f"{METHODS}/us/card").status_code == 204
        assert [(rule.method, rule.visible) for rule in PaymentRule.objects.all()] == [(net30, True)]

    @pytest.mark.usefixtures("card")
    def test_a_key_of_another_storefront_finds_and_changes_nothing(self):
        eu = StorefrontFactory(code="eu")
        bound = client_with(*SETTINGS, storefront=eu)
        assert bound.get(METHODS).json()["results"] == []
        assert bound.get(f"{METHODS}?storefront=us").json()["results"] == []
        for method, body in (("GET", None), ("PATCH", {"active": False}), ("DELETE", None)):
            assert send(bound, method, f"{METHODS}/us/card", body).status_code == 404
        for code in ("us", "none"):
            body = {"storefront": code, "code": "x", "name": "X"}
            assert send(bound, "POST", METHODS, body).status_code == 404
        stored = PaymentMethod.objects.get()
        assert (stored.code, stored.active) == ("card", True)

    @pytest.mark.usefixtures("card")
    def test_scopes(self):
        assert client_with(Scope.SETTINGS_READ).delete(f"{METHODS}/us/card").status_code == 403
        assert client_with(*ACCOUNTS).get(METHODS).status_code == 403
        assert client_with(*SETTINGS).get(ACME).status_code == 403
        assert client_with(Scope.ACCOUNTS_READ).put(ACME, [], content_type="application/json").status_code == 403
        assert PaymentMethod.objects.count() == 1


@pytest.mark.usefixtures("acme", "acme_west", "card", "net30")
class TestVisibility:
    def test_why(self, api):
        send(api, "PUT", ACME, [{"code": "net30", "visible": True}])
        (_card, on_account) = api.get("/api/v1/accounts/acme-west/payment-methods").json()["results"]
        assert on_account == {
            "code": "net30", "name": "On account", "visible": True, "source": "ancestor",
            "set_on": {"shared_id": "acme", "name": "Acme"},
            "why": [
                {"shared_id": "acme", "name": "Acme", "visible": True, "applies": True, "reason": "applies"},
                {"shared_id": None, "name": None, "visible": False, "applies": False, "reason": "shadowed"},
            ],
        }  # fmt: skip

    def test_only_the_methods_named_change(self, api, acme):
        send(api, "PUT", ACME, [{"code": "card", "visible": False}, {"code": "net30", "visible": True}])
        answer = send(api, "PUT", ACME, [{"code": "card", "visible": None}])
        assert seen(answer) == [("card", True, "storefront"), ("net30", True, "account")]
        assert [(rule.account, rule.method.code) for rule in PaymentRule.objects.all()] == [(acme, "net30")]
        assert seen(send(api, "PUT", ACME, [])) == seen(answer)

    def test_an_inactive_method_is_seen_by_nobody_whatever_was_said(self, api):
        send(api, "PUT", ACME, [{"code": "card", "visible": True}])
        send(api, "PATCH", f"{METHODS}/us/card", {"active": False})
        assert seen(api.get(ACME)) == [("card", False, "account"), ("net30", False, "storefront")]
        assert {each["reason"] for each in api.get(ACME).json()["results"][0]["why"]} == {"inactive"}

    def test_who_does_not_inherit_has_the_defaults(self, api, acme):
        AccountFactory(shared_id="alone", parent=acme, inherits_settings=False)
        send(api, "PUT", ACME, [{"code": "card", "visible": False}])
        alone = api.get("/api/v1/accounts/alone/payment-methods")
        assert seen(alone) == [("card", True, "storefront"), ("net30", False, "storefront")]

    @pytest.mark.parametrize(
        ("body", "wrong"),
        [
            ([{"code": "card"}], {"0.visible": "required"}),
            ([{"code": "card", "visible": "perhaps"}], {"0.visible": "invalid"}),
            ([{"code": "card", "visible": True, "why": 1}], {"0.why": "unknown_field"}),
            ([HIDE, {"code": "none", "visible": True}], {"1.code": "unknown_payment_method"}),
            ([HIDE, {"code": "card", "visible": True}], {"1.code": "named_twice"}),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_named_and_nothing_is_said(self, api, body, wrong):
        refused = send(api, "PUT", ACME, body)
        assert (refused.status_code, codes(refused)) == (400, wrong)
        assert not PaymentRule.objects.exists()

    def test_a_body_that_is_no_list_is_refused(self, api):
        assert send(api, "PUT", ACME, {"code": "card", "visible": True}).status_code == 400
        assert not PaymentRule.objects.exists()

    def test_the_storefront_is_asked_for_where_it_is_not_clear(self, api, us):
        eu = StorefrontFactory(code="eu")
        PaymentMethodFactory(storefront=eu, code="card", name="Karte")
        for answer in (api.get(ACME), send(api, "PUT", ACME, [{"code": "card", "visible": False}])):
            assert (answer.status_code, codes(answer)) == (400, {"storefront": "storefront_required"})
        assert codes(api.get(f"{ACME}?storfront=eu")) == {"storfront": "unknown_parameter"}
        send(api, "PUT", f"{ACME}?storefront=eu", [{"code": "card", "visible": True}])
        assert [rule.method.storefront for rule in PaymentRule.objects.all()] == [eu]
        bound = client_with(*ACCOUNTS, storefront=us)
        assert seen(bound.get(ACME)) == [("card", True, "storefront"), ("net30", False, "storefront")]
        for code in ("eu", "none"):
            assert bound.get(f"{ACME}?storefront={code}").status_code == 404
            refused = send(bound, "PUT", f"{ACME}?storefront={code}", [{"code": "card", "visible": None}])
            assert refused.status_code == 404
        assert PaymentRule.objects.count() == 1
