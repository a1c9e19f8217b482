"""The same world as rows of the database, made by services; what they give ids of their own is told to the world."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.test.client import ClientHandler
from django.utils import timezone

from accounts.models import Account as AccountRow
from accounts.models import AccountExternalId, AccountStatus, PaymentMethod, Role
from accounts.models import PriceList as PriceListRow
from accounts.services import notes as account_notes
from accounts.services.accounts import change_account_status, create_child, create_root
from accounts.services.addresses import ACCOUNT_ADDRESSES
from accounts.services.assignments import assign_price_list
from accounts.services.associates import add_associate, role_of
from accounts.services.contacts import add_contact
from accounts.services.payment_methods import create_payment_method, set_payment_rules
from accounts.services.price_lists import EntryDraft, create_price_list, set_base_price_list, write_entries
from accounts.services.roles import change_role, create_role
from customers.attributes import Subject, Visibility
from customers.models import Customer, CustomerKind
from customers.services import notes as customer_notes
from customers.services.address_book import OWN_ADDRESSES
from customers.services.customers import CustomerDraft, create_customer
from customers.services.erp_mirror import ensure_erp_system
from customers.services.profile_attributes import create_attribute
from customers.services.segments import create_segment
from orders.models import OrderLine, OrderNumberSeries
from orders.services.asserting import receive_asserted_order
from orders.services.intake import receive_order
from orders.submissions import AddressDraft, Claim, LineDraft, OrderSubmission, Totals
from orders.words import OrderKind
from storefronts.models import Storefront
from storefronts.scopes import Scope
from storefronts.services.api_clients import create_api_client
from storefronts.services.storefronts import create_storefront
from tests.api.shopping_model.world import CUSTOM, Account, Address, Association, Order, Person, World

BY = "staff:opal"
DAY = timedelta(days=1)
POLICIES = {"open": Visibility.EDITABLE, "fixed": Visibility.READ_ONLY, "hidden": Visibility.HIDDEN}


@dataclass
class Built:
    """Where the world's things are in the database."""

    shops: Mapping[str, Storefront]
    methods: Mapping[str, PaymentMethod]
    lists: Mapping[str, PriceListRow]
    key: str
    handler: ClientHandler
    accounts: dict[Account, AccountRow] = field(default_factory=dict)
    people: dict[Person, Customer] = field(default_factory=dict)


def build_shops(world: World) -> Built:
    """What is the same in every world: shops, price lists, payment methods, what profiles ask, a role, a key."""
    known = {"by": BY, "at": timezone.now() - 9 * DAY}
    ensure_erp_system(code="erp", default_region="US", **known)
    lists = {each.code: _price_list(each, known) for each in world.lists}
    shops, methods = {}, {}
    for shop in world.shops:
        row = create_storefront(code=shop.code, name=shop.code, currency="USD", default_region="US", **known)
        set_base_price_list(storefront=row, price_list=lists[shop.base.code], **known)
        shops[shop.code] = row
        # Each shop counts from somewhere else, so that a number names one order.
        OrderNumberSeries.objects.create(storefront=row, last=1000 * len(shops))
        for method in shop.methods:
            methods[method.code] = create_payment_method(
                storefront=row, code=method.code, name=method.name, visible_by_default=method.by_default, **known
            )
    for subject in Subject:
        for key, policy in POLICIES.items():
            create_attribute(subject=subject, key=key, label=key, policy=policy, **known)
    create_role(code=CUSTOM, name=CUSTOM, **known)
    create_segment(code=world.segment, name=world.segment, **known)
    issued = create_api_client(name="back end", scopes=[Scope.STOREFRONT_ACT_AS_CUSTOMER], **known)
    return Built(shops, methods, lists, issued.key, ClientHandler(enforce_csrf_checks=False))


def _price_list(price_list, known) -> PriceListRow:
    kind = {"kind": "percentage", "percent_off": price_list.percent_off} if price_list.percent_off else {}
    row = create_price_list(code=price_list.code, name=price_list.name, currency="USD", **kind, **known)
    rows = [
        EntryDraft(sku, amount, quantity, name=f"{sku} by hand", available=sku not in price_list.sold_out)
        for (sku, quantity), amount in price_list.prices.items()
    ]
    if rows:
        write_entries(price_list=row, rows=rows, **known)
    return row


def build(world: World, built: Built) -> None:
    """Everything else. Orders come while all accounts are active, then these get the status they have in the world."""
    at = timezone.now() - 8 * DAY
    give_role(world.custom, at=at)
    for person in world.people:
        build_person(world, built, person)
    for account in world.accounts:
        build_account(world, built, account, status="active")
    for each in world.associations:
        associate(built, each)
    for order in world.orders:
        _order(built, order)
        if order.person:
            world.done.append((order.person, order))
    for account in reversed(world.accounts):
        if account.status != AccountStatus.ACTIVE:
            set_status(built, account)


def build_person(world: World, built: Built, person: Person) -> None:
    at = timezone.now() - 8 * DAY
    draft = CustomerDraft(
        kind=CustomerKind.REGISTERED if person.registered else CustomerKind.GUEST, shared_id=person.id,
        email=person.email, first_name=person.first_name, last_name=person.last_name, preferred_currency="USD",
        segments=(world.segment,), attributes=person.attributes,
    )  # fmt: skip
    row = built.people[person] = create_customer(draft=draft, by=BY, at=at)
    customer_notes.add_note(customer=row, text=person.secrets["note"], by=BY, at=at)
    for address in person.addresses:
        OWN_ADDRESSES.add(owner=row, code=address.id, **_lines(address), by=BY, at=at)
        world.done.append((person, "address_added"))


def build_account(world: World, built: Built, account: Account, *, status: str) -> None:
    """A root becomes active without having an admin yet: the world's associations come next."""
    at = timezone.now() - 8 * DAY
    fields = {
        "shared_id": account.id, "name": account.name, "inherits_settings": account.inherits, **account.profile,
        "account_number": account.secrets["account_number"],
        "erp_system": "erp", "attributes": account.attributes, "segments": [world.segment],
    }  # fmt: skip
    parent = built.accounts[account.parent] if account.parent else None
    row = create_child(parent=parent, **fields, by=BY, at=at) if parent else create_root(**fields, by=BY, at=at)
    if row.status != status:
        AccountRow.objects.filter(pk=row.pk).update(status=status)
        row.refresh_from_db()
    built.accounts[account] = row
    account_notes.add_note(account=row, text=account.secrets["note"], by=BY, at=at)
    AccountExternalId.objects.create(account=row, system="big", external_id=account.secrets["external_id"])
    add_contact(account=row, email=f"{account.secrets['contact']}@x.test", by=BY, at=at)
    for address in account.addresses:
        ACCOUNT_ADDRESSES.add(owner=row, code=address.id, **_lines(address), by=BY, at=at)
    if account.price_list:
        assign_price_list(account=row, price_list=built.lists[account.price_list.code], by=BY, at=at)
    if account.rules:
        words = {built.methods[method.code]: visible for method, visible in account.rules.items()}
        set_payment_rules(account=row, words=words, by=BY, at=at)


def associate(built: Built, association: Association) -> None:
    at = timezone.now()
    begins, ends = dates(association)
    made = add_associate(
        customer=built.people[association.person], account=built.accounts[association.account],
        role=role_of(association.role), valid_from=begins, valid_until=ends, by=BY, at=at - 7 * DAY,
    )  # fmt: skip
    association.id = str(made.pk)


def dates(association: Association):
    at = timezone.now()
    begins = at + DAY if association.when == "later" else None
    if association.when == "over":
        return None, at - DAY
    return begins, at + 2 * DAY if association.ends else None


def set_status(built: Built, account: Account) -> None:
    change_account_status(
        account=built.accounts[account], status=AccountStatus(account.status), reason="as it goes", by=BY,
        at=timezone.now(),
    )  # fmt: skip


def give_role(permissions: frozenset[str], *, at) -> None:
    change_role(role=Role.objects.get(code=CUSTOM), permissions=sorted(permissions), by=BY, at=at)


def _lines(address: Address) -> dict[str, str]:
    return {
        "company": address.company, "line1": address.line, "city": "Memphis", "region": "TN",
        "postal_code": "38103", "country": "US",
    }  # fmt: skip


def _order(built: Built, order: Order) -> None:
    """Asserted where a person placed it; else from the shop, for the account whose contact the claim names."""
    at = timezone.now() - 6 * DAY
    storefront = built.shops[order.shop.code]
    address = AddressDraft(line1=order.places[0], city="Memphis", country="US")
    claimed = f"{order.account.secrets['contact']}@x.test" if order.account and not order.person else ""
    submission = OrderSubmission(
        storefront=storefront, number=order.number, kind=OrderKind.B2B if order.account else OrderKind.B2C,
        placed_at=at, currency="USD", claim=Claim(email=claimed, first_name=order.claimed),
        lines=tuple(LineDraft(line.sku, line.quantity, line.price, line.name) for line in order.lines),
        totals=Totals(total=order.total), purchase_order_number=order.purchase_order, payment_method=order.method,
        billing_address=address, shipping_address=address,
    )  # fmt: skip
    if order.person:
        row = receive_asserted_order(
            submission=submission, customer=built.people[order.person],
            account=built.accounts[order.account] if order.account else None, by=BY, at=at,
        )  # fmt: skip
    else:
        row = receive_order(submission=submission, by=BY, at=at).order
    order.id, order.number = str(row.pk), row.number
    for line, stored in zip(order.lines, OrderLine.objects.filter(order=row), strict=True):
        line.id = str(stored.pk)
