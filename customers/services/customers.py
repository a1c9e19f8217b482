"""Create customers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import connection

from customers.models import Customer, CustomerExternalId, CustomerKind
from customers.services.access import FirstAccess, grant_first_access
from customers.services.errors import collecting
from customers.services.lifecycle import refuse_invalid
from customers.services.profile_attributes import values_after
from customers.services.references import DEFAULT_PREFIX, DEFAULT_STEPS, next_references
from customers.services.segments import refuse_unknown_segments
from customers.services.shared_ids import claiming, new_shared_id
from events.recording import Fact, record
from events.transaction import transaction
from storefronts.models import Storefront


@dataclass(frozen=True, slots=True)
class CustomerDraft:
    """What a customer is created from. A blank shared id is generated; `erp_number` becomes the id in `erp_system`."""

    kind: CustomerKind = CustomerKind.GUEST
    shared_id: str = ""
    email: str = ""
    phone: str = ""
    phone_region: str = ""
    salutation: str = ""
    first_name: str = ""
    last_name: str = ""
    gender: str = ""
    birth_date: date | None = None
    company: str = ""
    preferred_currency: str = ""
    preferred_storefront: Storefront | None = None
    preferred_locale: str = ""
    shipping_option: str = ""
    assisted_buying_allowed: bool = True
    segments: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    active: bool = True
    on_hold: bool = False
    erp_system: str = ""
    erp_number: str = ""
    email_is_own_word: bool = False


@dataclass(frozen=True, slots=True)
class ExternalIdDraft:
    """How another system names a customer."""

    customer: Customer
    system: str
    external_id: str


def create_customer(
    *,
    draft: CustomerDraft,
    access: FirstAccess | None = None,
    storefront: Storefront | None = None,
    by: str,
    at: datetime,
) -> Customer:
    """Create one customer with the fields of the draft.

    `access` is how a registered one gets in, None for not at all and no mail; `storefront` is where he was created.
    Raises ValidationError (one entry per wrong field, `email_taken` for the e-mail of another registered customer,
    those of `FirstAccess`) and SharedIdTakenError.
    """
    with claiming(draft.shared_id), transaction(by=by):
        customer = _customer(draft, pk=None, at=at)
        asked = draft.attributes or (draft.kind == CustomerKind.REGISTERED and access is not None)
        with collecting() as errors:
            if asked:
                with errors.taking():
                    values = values_after(customer=Customer(), given=draft.attributes)
                    draft = replace(draft, attributes=values)
            with errors.taking():
                refuse_unknown_segments(draft.segments)
            with errors.taking():
                refuse_invalid(customer, has_new_birth_date=True)
        (created,) = create_customers(drafts=[draft], by=by, at=at)
        if access is not None and created.kind == CustomerKind.REGISTERED:
            grant_first_access(customer=created, access=access, storefront=storefront, by=by, at=at)
    return created


def create_customers(*, drafts: Sequence[CustomerDraft], by: str, at: datetime) -> list[Customer]:
    """Create many in one go, in order: for callers whose drafts are right by construction (intake, imports).

    Five statements whatever the number, in the caller's transaction. Raises IntegrityError where a draft is not right.
    """
    customers = prepare_customers(drafts=drafts, at=at)
    insert_customers(customers=customers, drafts=drafts, by=by, at=at)
    return customers


def prepare_customers(*, drafts: Sequence[CustomerDraft], at: datetime) -> list[Customer]:
    """The customers that `insert_customers` will insert, with ids of their own and without references.

    What else a transaction writes can point at them before they are there, if it inserts them before it commits. Nobody
    waits for anybody until then.
    """
    ids = _new_ids(len(drafts))
    return [_customer(draft, pk=pk, at=at) for pk, draft in zip(ids, drafts, strict=True)]


def insert_customers(*, customers: Sequence[Customer], drafts: Sequence[CustomerDraft], by: str, at: datetime) -> None:
    """Insert what `prepare_customers` made of the drafts, and give them their references.

    Whoever else creates customers under the same prefix waits from here until this transaction ends: call it late.
    """
    if not drafts:
        return
    references = _references(drafts)
    for index, customer in enumerate(customers):
        customer.reference = references[index]
    Customer.objects.bulk_create(customers)
    CustomerExternalId.objects.bulk_create(
        CustomerExternalId(customer=customer, system=draft.erp_system, external_id=draft.erp_number)
        for customer, draft in zip(customers, drafts, strict=True)
        if draft.erp_number
    )
    record(*(Fact("customer.created", f"customer:{customer.shared_id}") for customer in customers), by=by, at=at)


def link_external_id(*, customer: Customer, system: str, external_id: str, by: str, at: datetime) -> None:
    """Note how another system names the customer.

    Raises ValidationError where that id names another customer, or the customer has an id there.
    """
    with transaction(by=by):
        CustomerExternalId(customer=customer, system=system, external_id=external_id).full_clean()
        link_external_ids(links=[ExternalIdDraft(customer, system, external_id)], by=by, at=at)


def link_external_ids(*, links: Sequence[ExternalIdDraft], by: str, at: datetime) -> None:
    """Note how another system names customers, two statements whatever the number, in the caller's transaction.

    Raises IntegrityError where an id names another customer there, or the customer has another id.
    """
    if not links:
        return
    CustomerExternalId.objects.bulk_create(
        CustomerExternalId(customer=link.customer, system=link.system, external_id=link.external_id) for link in links
    )
    facts = [
        Fact(
            "customer.linked",
            f"customer:{link.customer.shared_id}",
            {"system": link.system, "external_id": link.external_id},
        )
        for link in links
    ]
    record(*facts, by=by, at=at)


def _references(drafts: Sequence[CustomerDraft]) -> dict[int, str]:
    places: dict[tuple[str, tuple[int, int]], list[int]] = defaultdict(list)
    for index, draft in enumerate(drafts):
        shop = draft.preferred_storefront
        steps = (shop.reference_step_min, shop.reference_step_max) if shop else DEFAULT_STEPS
        places[(shop.reference_prefix if shop else DEFAULT_PREFIX, steps)].append(index)
    references: dict[int, str] = {}
    for (prefix, steps), indexes in sorted(places.items()):
        given = next_references(prefix=prefix, steps=steps, count=len(indexes))
        references.update(zip(indexes, given, strict=True))
    return references


def _new_ids(count: int) -> list[int]:
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('customers_customer', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [pk for (pk,) in cursor.fetchall()]


def _customer(draft: CustomerDraft, *, pk: int | None, at: datetime) -> Customer:
    return Customer(
        pk=pk,
        shared_id=draft.shared_id or new_shared_id(),
        kind=draft.kind,
        email=draft.email,
        phone=draft.phone,
        phone_region=draft.phone_region,
        salutation=draft.salutation,
        first_name=draft.first_name,
        last_name=draft.last_name,
        gender=draft.gender,
        birth_date=draft.birth_date,
        company=draft.company,
        companies=draft.company,
        preferred_currency=draft.preferred_currency,
        preferred_storefront=draft.preferred_storefront,
        preferred_locale=draft.preferred_locale,
        shipping_option=draft.shipping_option,
        assisted_buying_allowed=draft.assisted_buying_allowed,
        segments=sorted(set(draft.segments)),
        attributes=dict(draft.attributes),
        active=draft.active,
        on_hold=draft.on_hold,
        email_is_own_word=draft.email_is_own_word,
        created_at=at,
        updated_at=at,
    )
