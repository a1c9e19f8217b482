"""For which account a shopper's request acts: told in a header with every request, refused before anything else."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import get_resolver
from django.utils import timezone
from rest_framework.views import APIView

from accounts.acting import (
    AccountDisabledError,
    AccountNotAssociatedError,
    AccountPendingError,
    AccountSuspendedError,
    Acting,
    PermissionMissingError,
    standing_at,
)
from accounts.api.storefront.authentication import ActingAuthentication, ExplainingAuthentication
from accounts.models import Account, AccountStatus, Associate
from accounts.permissions import Permission
from accounts.services.accounts import change_account_status
from accounts.services.associates import change_associate, role_of
from customers.models import Customer
from storefronts.models import Storefront
from tests.customers.shoppers import Browser, Speak, by_session, code_of
from tests.factories import NOW, TESTS, AccountFactory, ApiClientFactory, AssociateFactory, CustomerFactory

BY = {"by": TESTS, "at": NOW}


@pytest.fixture
def ben(us: Storefront) -> Customer:
    """Buys for Acme West, which is a part of Acme; nothing for Acme itself."""
    return CustomerFactory(shared_id="ben", email="ben@acme.test")


@pytest.fixture
def buying(acme_west: Account, ben: Customer) -> Associate:
    return AssociateFactory(account=acme_west, customer=ben, role="buyer")


@pytest.fixture
def browser(speak: Speak, ben: Customer) -> Browser:
    return speak(ben)


def me(browser: Browser, **headers: str) -> Any:
    return browser.call("GET", "me", **{name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize("name", ["X_Account_Shared_Id", "x_ep_account_shared_id"])
def test_an_associate_acts_and_every_answer_says_for_whom(browser: Browser, buying: Associate, name: str) -> None:
    answer = me(browser, **{name: "acme-west"})
    assert (answer.status_code, answer.headers["X-Acting-Account"]) == (200, "acme-west")
    refused = browser.call("PATCH", "me", {"nonsense": 1}, **{name.replace("_", "-"): "acme-west"})
    assert (refused.status_code, refused.headers["X-Acting-Account"]) == (400, "acme-west")


@pytest.mark.parametrize("headers", [{}, {"X_Account_Shared_Id": ""}, {"X_Account_Shared_Id": "  "}])
def test_without_header_or_with_a_blank_one_he_acts_for_himself(
    browser: Browser, buying: Associate, headers: dict[str, str]
) -> None:
    answer = me(browser, **headers)
    assert answer.status_code == 200
    assert "X-Acting-Account" not in answer.headers


@pytest.mark.parametrize("shared_id", ["acme", "zenith", "nobody", "ACME-WEST", "x" * 500, "' OR 1=1"])
def test_an_account_of_others_is_refused_as_one_that_is_not(
    browser: Browser, buying: Associate, stranger: Account, shared_id: str
) -> None:
    """Also the one above, and one written otherwise."""
    answer = me(browser, X_Account_Shared_Id=shared_id)
    assert code_of(answer) == (401, "account_not_associated")
    assert answer.json()["detail"] == "You are not an associate of this account, or there is none of this id."
    assert "X-Acting-Account" not in answer.headers
    assert answer.headers["WWW-Authenticate"] == "X-Session-Token"


def test_both_headers_must_name_one_account(browser: Browser, buying: Associate) -> None:
    two = {"X_Account_Shared_Id": "acme-west", "x_ep_account_shared_id": "acme"}
    assert code_of(me(browser, **two)) == (401, "account_not_associated")


def test_of_a_disabled_account_only_its_associates_hear(
    browser: Browser, buying: Associate, acme_west: Account, acme: Account
) -> None:
    for account in (acme_west, acme):
        change_account_status(account=account, status=AccountStatus.DISABLED, reason="Closed.", **BY)
    assert code_of(me(browser, X_Account_Shared_Id="acme-west")) == (401, "account_disabled")
    assert code_of(me(browser, X_Account_Shared_Id="acme")) == (401, "account_not_associated")


@pytest.mark.parametrize("status", [AccountStatus.SUSPENDED, AccountStatus.PENDING])
def test_other_states_are_no_reason_to_refuse_the_header(
    browser: Browser, buying: Associate, acme_west: Account, status: AccountStatus
) -> None:
    change_account_status(account=acme_west, status=status, reason="Unpaid.", **BY)
    assert me(browser, X_Account_Shared_Id="acme-west").status_code == 200


def test_an_association_counts_from_its_beginning_up_to_its_end(browser: Browser, buying: Associate) -> None:
    now, day = timezone.now(), timedelta(days=1)
    for valid_from, valid_until, status in (
        (now - day, now + day, 200), (now + day, None, 401), (None, now - day, 401), (None, None, 200),
    ):  # fmt: skip
        change_associate(associate=buying, valid_from=valid_from, valid_until=valid_until, **BY)
        assert me(browser, X_Account_Shared_Id="acme-west").status_code == status


def test_it_is_looked_at_before_anything_else(browser: Browser, buying: Associate) -> None:
    headers = {"X-Account-Shared-Id": "zenith", "X-Storefront": "nowhere", "If-Match": '"0"'}
    answer = browser.call("PATCH", "me", {"nonsense": 1}, **headers)
    assert code_of(answer) == (401, "account_not_associated")


def test_addresses_of_signing_in_refuse_it_too(ben: Customer, buying: Associate) -> None:
    browser = by_session(ben)
    refused = browser.call("GET", "auth/session", **{"X-Account-Shared-Id": "zenith"})
    assert code_of(refused) == (401, "account_not_associated")
    accepted = browser.call("GET", "auth/session", **{"X-Account-Shared-Id": "acme-west"})
    assert (accepted.status_code, accepted.headers["X-Acting-Account"]) == (200, "acme-west")


def test_so_do_addresses_that_are_open_to_anybody(ben: Customer, buying: Associate) -> None:
    browser = by_session(ben)
    refused = browser.call("POST", "guest", **{"X-Account-Shared-Id": "zenith"})
    assert code_of(refused) == (401, "account_not_associated")
    accepted = browser.call("POST", "guest", **{"X-Account-Shared-Id": "acme-west"})
    assert (accepted.status_code, accepted["X-Acting-Account"]) == (201, "acme-west")
    assert Browser().call("POST", "guest", **{"X-Account-Shared-Id": "zenith"}).status_code == 201


def test_who_is_not_signed_in_is_told_so(us: Storefront, acme: Account) -> None:
    answer = Browser().call("GET", "me", **{"X-Account-Shared-Id": "acme"})
    assert code_of(answer) == (401, "not_authenticated")


def test_a_guest_acts_for_nobody(us: Storefront, acme: Account) -> None:
    browser = Browser()
    browser.token = browser.call("POST", "guest").json()["session_token"]
    assert browser.me().status_code == 200
    assert code_of(me(browser, X_Account_Shared_Id="acme")) == (401, "account_not_associated")


def test_the_management_api_knows_no_such_header(us: Storefront, acme: Account) -> None:
    key = {"Authorization": f"Api-Key {ApiClientFactory().clear_key}", "X-Account-Shared-Id": "nobody"}
    answer = Browser().client.get("/api/v1/accounts/acme", headers=key)
    assert answer.status_code == 200
    assert "X-Acting-Account" not in answer.headers


class TestWhatOneMayDo:
    """Role first, then the status of the account."""

    def acting(self, buying: Associate, us: Storefront, *, role: str = "buyer", status: str = "active") -> Acting:
        buying.account.status = status
        return Acting(buying.customer, us, "customer:ben", buying.account, role_of(role))

    def test_a_role_allows_what_it_names(self, buying: Associate, us: Storefront) -> None:
        browser, buyer = self.acting(buying, us, role="catalog-browser"), self.acting(buying, us)
        assert [each for each in Permission if browser.may(each)] == [Permission.PRICES_VIEW]
        assert [each for each in Permission if buyer.may(each)] == list(Permission)[:5]
        with pytest.raises(PermissionMissingError, match=r"^orders\.place$"):
            browser.insist_on(Permission.ORDERS_PLACE)

    def test_for_himself_everybody_may_everything(self, ben: Customer, us: Storefront) -> None:
        himself = Acting(ben, us, "customer:ben")
        assert all(himself.may(each) for each in Permission)
        himself.insist_on(Permission.ORDERS_PLACE)

    def test_suspended_fills_carts_and_orders_nothing(self, buying: Associate, us: Storefront) -> None:
        acting = self.acting(buying, us, status="suspended")
        assert [each for each in Permission if acting.may(each)] == [
            Permission.PRICES_VIEW, Permission.CARTS_MANAGE, Permission.LISTS_MANAGE, Permission.PURCHASES_VIEW,
        ]  # fmt: skip
        with pytest.raises(AccountSuspendedError):
            acting.insist_on(Permission.ORDERS_PLACE)

    def test_pending_does_nothing(self, buying: Associate, us: Storefront) -> None:
        acting = self.acting(buying, us, role="buyer-admin", status="pending")
        assert [each for each in Permission if acting.may(each)] == [Permission.PURCHASES_VIEW]
        with pytest.raises(AccountPendingError):
            acting.insist_on(Permission.CARTS_MANAGE)

    def test_what_the_role_lacks_is_said_before_the_status(self, buying: Associate, us: Storefront) -> None:
        with pytest.raises(PermissionMissingError):
            self.acting(buying, us, status="pending").insist_on(Permission.ACCOUNT_EDIT)


class TestStanding:
    """What a person is to an account of a tree: read down from where he is associated, acted for only there."""

    def test_the_nearest_association_counts(self, acme: Account, acme_west: Account, ben: Customer) -> None:
        store = AccountFactory(shared_id="acme-west-1", name="Store 1", parent=acme_west)
        AssociateFactory(account=acme, customer=ben, role="buyer-admin")
        AssociateFactory(account=acme_west, customer=ben, role="limited-catalog-browser")
        standing = standing_at(customer=ben, account_shared_id=store.shared_id, at=NOW)
        assert standing.nearest.account == acme_west
        assert (standing.direct, standing.sees_parent) == (None, True)
        assert [each for each in Permission if standing.may_read(each)] == []
        # An admin above manages the associates of everything below, and that alone.
        assert [each for each in Permission if standing.may(each)] == [Permission.ASSOCIATES_MANAGE]

    def test_acting_is_not_inherited(self, acme: Account, acme_west: Account, ben: Customer) -> None:
        AssociateFactory(account=acme, customer=ben, role="buyer-admin")
        above = standing_at(customer=ben, account_shared_id=acme_west.shared_id, at=NOW)
        assert above.may_read(Permission.PURCHASES_VIEW)
        with pytest.raises(PermissionMissingError, match=r"^addresses\.manage$"):
            above.insist_on(Permission.ADDRESSES_MANAGE)
        here = standing_at(customer=ben, account_shared_id="acme", at=NOW)
        assert (here.direct, here.sees_parent) == (here.nearest, False)
        here.insist_on(Permission.ADDRESSES_MANAGE)

    def test_a_disabled_account_is_read_and_nothing_is_done_for_it(self, buying: Associate, acme_west: Account) -> None:
        change_associate(associate=buying, role=role_of("buyer-admin"), **BY)
        change_account_status(account=acme_west, status=AccountStatus.DISABLED, reason="Closed.", **BY)
        standing = standing_at(customer=buying.customer, account_shared_id="acme-west", at=NOW)
        assert standing.may_read(Permission.PURCHASES_VIEW)
        with pytest.raises(AccountDisabledError):
            standing.insist_on(Permission.ACCOUNT_EDIT)

    def test_what_is_above_or_elsewhere_is_not_his(self, buying: Associate, acme: Account, stranger: Account) -> None:
        for shared_id in (acme.shared_id, stranger.shared_id, "nobody"):
            with pytest.raises(AccountNotAssociatedError):
                standing_at(customer=buying.customer, account_shared_id=shared_id, at=NOW)


def test_no_address_of_shoppers_has_an_authentication_of_its_own() -> None:
    """They have the default, which looks at the header; or none, where nobody has signed in yet.

    One alone answers also where the header is refused, and says why.
    """
    patterns = [each for included in get_resolver().url_patterns for each in getattr(included, "url_patterns", [])]
    views = {str(each.pattern): each.callback.cls for each in patterns if hasattr(each.callback, "cls")}
    of_shoppers = {path: view for path, view in views.items() if path.startswith("storefront/")}
    default = APIView.authentication_classes
    assert "storefront/me" in of_shoppers
    assert default[0] is ActingAuthentication
    assert {path for path, view in of_shoppers.items() if view.authentication_classes != default} == {
        "storefront/registration", "storefront/registration/verify", "storefront/auth/password/request",
        "storefront/guest", "storefront/context",
    }  # fmt: skip
    explaining = of_shoppers.pop("storefront/context")
    assert explaining.authentication_classes == [ExplainingAuthentication]
    assert all(view.authentication_classes in ([], default) for view in of_shoppers.values())
