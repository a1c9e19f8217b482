"""A shop, its ERP mirror, and the people of the tests: Ana buys for Acme, Ben for Acme West, Cleo for a stranger."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from accounts.models import Account, AccountStatus, Contact
from accounts.services.accounts import change_account_status, create_child, create_root
from accounts.services.contacts import add_contact
from customers.models import Customer, CustomerKind, ErpSystem
from customers.services.customers import CustomerDraft, create_customer
from customers.services.erp_mirror import ErpCustomerRecord, ensure_erp_system, mirror_erp_customers
from storefronts.models import Storefront
from storefronts.scopes import Scope
from storefronts.services.api_clients import create_api_client
from storefronts.services.storefronts import change_storefront, create_storefront

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
ERP = "counterpoint-main"
SALE_2019 = date(2019, 5, 1)
SALE_2021 = date(2021, 5, 1)


@dataclass
class Shop:
    """One storefront with its ERP, and short ways to fill its world through the services."""

    storefront: Storefront
    erp: ErpSystem

    def account(
        self, name: str, *, number: str = "", parent: Account | None = None, status: str = "active", **more: Any
    ) -> Account:
        known: dict[str, Any] = {"name": name, "by": "staff:opal", "at": LONG_AGO, **more}
        if number:
            known |= {"erp_system": ERP, "account_number": number}
        made = create_child(parent=parent, **known) if parent else create_root(**known)
        if parent is None and status == "active":
            # As roots were before they needed an admin: nobody here signs in.
            Account.objects.filter(pk=made.pk).update(status=status)
            made.refresh_from_db()
        elif made.status != status:
            made = change_account_status(
                account=made, status=AccountStatus(status), reason="test", by="staff:opal", at=LONG_AGO
            )
        return made

    def contact(self, account: Account, email: str, **more: Any) -> Contact:
        return add_contact(account=account, email=email, by="staff:opal", at=LONG_AGO, **more)

    def erp_customer(
        self, number: str, *, emails: list[str] | None = None, phones: list[str] | None = None, **more: Any
    ) -> None:
        read_at = more.pop("read_at", LONG_AGO)
        record = ErpCustomerRecord(
            number=number,
            name=more.pop("name", f"Customer {number}"),
            emails={f"email_{slot}": text for slot, text in enumerate(emails or [], start=1)},
            phones=dict(zip(("phone_1", "phone_2", "mobile_1", "mobile_2"), phones or [], strict=False)),
            **more,
        )
        mirror_erp_customers(erp_system=self.erp, records=[record], read_at=read_at, by="system:test")

    def customer(
        self, *, email: str = "", phone: str = "", registered: bool = False, at: datetime = LONG_AGO, **more: Any
    ) -> Customer:
        draft = CustomerDraft(
            kind=CustomerKind.REGISTERED if registered else CustomerKind.GUEST,
            email=email,
            phone=phone,
            preferred_currency="USD" if registered else "",
            **more,
        )
        return create_customer(draft=draft, by="staff:opal", at=at)

    def another_storefront(self, code: str, **more: Any) -> Storefront:
        known = {"name": code, "currency": "USD", "default_region": "US", "erp_system": ERP}
        return create_storefront(code=code, **{**known, **more}, by="staff:opal", at=LONG_AGO)

    def policy(self, **changes: Any) -> None:
        self.storefront = change_storefront(
            storefront=self.storefront,
            policy=changes,
            by="staff:opal",
            at=self.storefront.updated_at + timedelta(seconds=1),
        )

    def key(self, *scopes: str, bound: bool = False) -> str:
        return create_api_client(
            name="shop",
            scopes=scopes or list(Scope.values),
            storefront=self.storefront if bound else None,
            by="staff:opal",
            at=LONG_AGO,
        ).key


def open_shop() -> Shop:
    """The storefront `us` on a mirror that is always fresh and complete."""
    erp = ensure_erp_system(code=ERP, default_region="US", system_customers=["CASH"], by="system:test", at=LONG_AGO)
    storefront = create_storefront(
        code="us",
        name="Tools US",
        currency="USD",
        default_region="US",
        erp_system=ERP,
        policy={"erp_max_age_seconds": None, "assume_complete": True, "placeholders": ["none@", "555 0100"]},
        by="staff:opal",
        at=LONG_AGO,
    )
    return Shop(storefront, erp)
