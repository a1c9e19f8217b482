"""Every page, light and dark, wide and narrow: nothing is complained of, everything has a name and can be read."""

import pytest

from accounts.models import Account, Role
from accounts.services.assignments import assign_price_list
from accounts.services.external_ids import ACCOUNT_IDS
from accounts.services.notes import add_note as add_account_note
from accounts.services.payment_methods import set_payment_rules
from customers.attributes import Subject
from customers.models import ErpCustomer
from customers.services.access import give_initial_password
from customers.services.address_book import OWN_ADDRESSES
from customers.services.lifecycle import change_customer
from customers.services.notes import add_note
from customers.services.profile_attributes import create_attribute
from customers.services.segments import create_segment
from interface.support import ask_for_help
from orders.models import Order
from orders.services.staff_decisions import IdentityChange, change_identity
from orders.words import Action
from storefronts.models import ApiClient
from tests.browser.reading import NAMELESS, SETTLED, TOO_FAINT, TOO_WIDE, TWICE
from tests.customers.test_address_book import HOME
from tests.factories import (
    NOW,
    TESTS,
    AccountAddressFactory,
    AssociateFactory,
    PaymentMethodFactory,
    PriceListFactory,
)
from tests.interface.panel.orders import receive

ACCOUNT_TABS = (
    "details", "contacts", "associates", "addresses", "payment-methods", "price-list", "children", "attributes",
    "notes", "timeline", "purchases",
)  # fmt: skip
ACCOUNT_DIALOGS = (
    "status", "price-list", "payment-methods", "associate", "address", "addresses-paste", "attributes", "note",
    "external-id", "deletion",
)  # fmt: skip
PRICE_TABS = ("?tab=details", "?tab=entries", "?tab=users")
# Dialogs and forms of which people who only read are told that they may not.
REFUSED_TO_READERS = 42
TABS = ("addresses", "attributes", "notes", "mail", "timeline", "orders", "accounts")
DIALOGS = ("details", "state", "password-link", "initial-password", "attributes", "address", "note")


@pytest.fixture
def addresses(shop):
    """The address of every page, with something on each."""
    acme = shop.account("Acme")
    west = shop.account("Acme West", parent=acme, number="10421")
    shop.contact(west, "ben@acme.test", first_name="Ben", last_name="Baker")
    shop.contact(acme, "both@acme.test", first_name="Bo")
    shop.contact(shop.account("Zenith", status="suspended"), "both@acme.test", first_name="Bo")
    shop.erp_customer("20011", emails=["kim@brightworks.test"], phones=["901-555-3301"], name="Brightworks")
    shop.key("orders:read")
    shop.policy(b2b_ambiguous="oldest")
    shop.policy(b2b_ambiguous="hold")
    for number, email in enumerate(("ben@acme.test", "both@acme.test", "kim@brightworks.test", "new@people.test")):
        receive(shop, str(number), email=email)
    prices = PriceListFactory(code="P10", name="Contractors", prices={"SAW-10": "19.90"})
    method = PaymentMethodFactory(storefront=shop.storefront, code="net30", name="On account", visible_by_default=True)
    assign_price_list(account=acme, price_list=prices, by=TESTS, at=NOW)
    set_payment_rules(account=west, words={method: False}, by=TESTS, at=NOW)
    AccountAddressFactory(account=west)
    AssociateFactory(account=west, role="buyer", customer=shop.customer(email="una@acme.test", registered=True))
    add_account_note(account=west, text="Pays late.", by=TESTS, at=NOW)
    create_attribute(subject=Subject.ACCOUNT, key="tier", label="Tier", by=TESTS, at=NOW)
    ACCOUNT_IDS.set(owner=west, ids={"bigcommerce": "77"}, by=TESTS, at=NOW)
    erp_customer = ErpCustomer.objects.get()
    segment = create_segment(code="vip", name="Very important", by=TESTS, at=NOW)
    attribute = create_attribute(subject=Subject.CUSTOMER, key="size", label="Size", by=TESTS, at=NOW)
    asked = ask_for_help(text="The list is empty.\nWhy?", page="/admin/", page_title="Home", by=TESTS, at=NOW)
    customer = shop.customer(email="lea@people.test", registered=True, first_name="Lea", last_name="Lang")
    change_customer(customer=customer, segments=["vip"], attributes={"size": "L"}, by="staff:7", at=NOW, reason="Asked")
    add_note(customer=customer, text="Calls on Mondays.", by=TESTS, at=NOW)
    OWN_ADDRESSES.add(owner=customer, by=TESTS, at=NOW, **HOME)
    give_initial_password(customer=customer, by=TESTS, at=NOW)
    client, storefront = ApiClient.objects.get(), shop.storefront
    account = Account.objects.get(name="Acme West")
    held, ruled = Order.objects.get(number="1"), Order.objects.get(number="3")
    mend = IdentityChange(Action.MEND_CLAIM, reason="She wrote:\nanother one", email="ben@acme.test", phone="")
    change_identity(order=ruled, change=mend, by=TESTS, at=NOW)
    return [
        "/admin/",
        "/admin/orders/order/",
        "/admin/orders/order/?q=nothing-fits-this",
        *(f"/admin/orders/order/{order.pk}/change/" for order in Order.objects.all()),
        "/admin/orders/order/try/",
        f"/admin/orders/order/{held.pk}/identity/",
        f"/admin/orders/order/{held.pk}/identity/?action=assign_account&account={account.pk}",
        f"/admin/orders/order/{held.pk}/identity/?action=mend_claim",
        "/admin/accounts/account/",
        "/admin/accounts/account/add/",
        f"/admin/accounts/account/add/?parent={account.shared_id}",
        f"/admin/accounts/account/{account.pk}/change/",
        *(f"/admin/accounts/account/{account.pk}/change/?tab={tab}" for tab in ACCOUNT_TABS),
        f"/admin/accounts/account/{account.parent_id}/change/?tab=children",
        f"/admin/accounts/account/{account.parent_id}/change/?tab=children&q=west",
        f"/admin/accounts/account/{account.pk}/change/?tab=purchases&q=nothing-fits-this",
        *(f"/admin/accounts/account/{account.pk}/{dialog}/" for dialog in ACCOUNT_DIALOGS),
        "/admin/accounts/contact/",
        "/admin/accounts/contact/?q=nothing-fits-this",
        "/admin/accounts/role/",
        "/admin/accounts/role/add/",
        *(f"/admin/accounts/role/{role.pk}/change/" for role in Role.objects.order_by("pk")[:1]),
        "/admin/accounts/pricelist/",
        "/admin/accounts/pricelist/add/",
        *(f"/admin/accounts/pricelist/{prices.pk}/change/{tab}" for tab in ("", *PRICE_TABS)),
        *(f"/admin/accounts/pricelist/{prices.pk}/{dialog}/" for dialog in ("entry", "entries-paste", "base")),
        "/admin/accounts/paymentmethod/",
        "/admin/accounts/paymentmethod/add/",
        f"/admin/accounts/paymentmethod/{method.pk}/change/",
        "/admin/accounts/paymentmethod/matrix/",
        "/admin/accounts/paymentmethod/matrix/?q=nothing-fits-this",
        "/admin/customers/customer/",
        "/admin/customers/customer/add/",
        *(
            f"/admin/customers/customer/{customer.pk}/change/{tab}"
            for tab in ("", *(f"?tab={name}" for name in TABS))
        ),
        *(f"/admin/customers/customer/{customer.pk}/{dialog}/" for dialog in DIALOGS),
        f"/admin/customers/customer/{customer.pk}/address/?address={customer.addresses.get().pk}",
        "/admin/customers/segment/",
        "/admin/customers/segment/add/",
        f"/admin/customers/segment/{segment.pk}/change/",
        f"/admin/customers/segment/{segment.pk}/delete/",
        "/admin/customers/profileattribute/",
        "/admin/customers/profileattribute/add/",
        f"/admin/customers/profileattribute/{attribute.pk}/change/",
        f"/admin/customers/profileattribute/{attribute.pk}/storefronts/",
        "/admin/interface/supportrequest/",
        "/admin/interface/supportrequest/add/?page=/admin/&page_title=Home",
        f"/admin/interface/supportrequest/{asked.pk}/change/",
        f"/admin/interface/supportrequest/{asked.pk}/settle/",
        f"/admin/accounts/account/{account.pk}/convert/?contact={account.contacts.get().pk}",
        "/staff/2fa/",
        "/staff/logout/",
        "/admin/customers/erpcustomer/",
        f"/admin/customers/erpcustomer/{erp_customer.pk}/change/",
        "/admin/storefronts/storefront/",
        "/admin/storefronts/storefront/add/",
        *(f"/admin/storefronts/storefront/{storefront.pk}/change/{tab}" for tab in ("", "?tab=policy")),
        "/admin/storefronts/apiclient/",
        "/admin/storefronts/apiclient/add/",
        f"/admin/storefronts/apiclient/{client.pk}/change/",
        f"/admin/storefronts/apiclient/{client.pk}/rotate/",
        f"/admin/storefronts/apiclient/{client.pk}/revoke/",
        "/admin/password_change/",
    ]  # fmt: skip


@pytest.mark.parametrize(("theme", "width"), [("light", 1400), ("dark", 800)])
def test_every_page_is_quiet_named_and_readable(addresses, sign_in, theme, width):
    desk = sign_in("Administrators")
    desk.page.set_viewport_size({"width": width, "height": 900})
    desk.page.emulate_media(color_scheme=theme)
    found: dict[str, str] = {}
    for address in addresses:
        page = desk.open(address)
        page.evaluate(SETTLED)
        said = [complaint for check in (NAMELESS, TWICE, TOO_FAINT, TOO_WIDE) for complaint in page.evaluate(check)]
        # Pages at which staff sign in have a style of their own, without the panel's switch.
        if address.startswith("/admin/") and page.locator("html.dark").count() != (theme == "dark"):
            said.append(f"not {theme}")
        if page.get_by_role("heading", level=1).count() != 1:
            said.append("not exactly one main heading")
        found.update(dict.fromkeys(said, address))
    assert not found, "\n".join(f"{address} {complaint}" for complaint, address in found.items())


def test_the_pages_of_people_without_rights_are_quiet_too(addresses, sign_in):
    desk = sign_in("Read only")
    for address in addresses:
        desk.open(address)
    refused = [complaint for complaint in desk.complaints if complaint.startswith("403")]
    assert len(refused) == REFUSED_TO_READERS
    desk.complaints[:] = [each for each in desk.complaints if "403" not in each]
