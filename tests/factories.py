"""What tests are made of. Each factory goes through the room's own service, so its rows are as real ones are."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import factory

from accounts.models import Account, AccountAddress, AccountStatus, Associate, Contact, PaymentMethod, PriceList
from accounts.services.accounts import change_account_status, create_child, create_root
from accounts.services.addresses import ACCOUNT_ADDRESSES
from accounts.services.associates import add_associate, role_of
from accounts.services.contacts import add_contact
from accounts.services.payment_methods import create_payment_method
from accounts.services.price_lists import EntryDraft, create_price_list, write_entries
from customers.models import Customer, CustomerKind, ErpCustomer, ErpSystem
from customers.services.customers import CustomerDraft, create_customer
from customers.services.erp_mirror import ErpCustomerRecord, ensure_erp_system, mirror_erp_customers
from storefronts.models import ApiClient, Storefront
from storefronts.scopes import Scope
from storefronts.services.api_clients import create_api_client
from storefronts.services.storefronts import create_storefront

# Tests happen on this Monday morning unless they say otherwise.
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TESTS = "system:tests"


class ServiceFactory(factory.Factory):
    """Makes its object through the service a subclass calls in `serve`, by `TESTS` at `NOW` unless given."""

    class Meta:
        abstract = True

    by = TESTS
    at = NOW

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **values: Any) -> Any:  # noqa: ARG003 -- factory_boy's signature
        return cls.serve(**values)

    @classmethod
    def serve(cls, **values: Any) -> Any:
        raise NotImplementedError


class ErpSystemFactory(ServiceFactory):
    class Meta:
        model = ErpSystem

    code = "counterpoint-main"
    default_region = "US"

    @classmethod
    def serve(cls, **values: Any) -> ErpSystem:
        return ensure_erp_system(**values)


class ErpCustomerFactory(ServiceFactory):
    """A mirrored customer; `erp_system` is the ErpSystem, the rest as in ErpCustomerRecord."""

    class Meta:
        model = ErpCustomer

    number = factory.Sequence(lambda n: f"CUST-{n:05}")
    read_at = NOW
    at = None

    @classmethod
    def serve(cls, **values: Any) -> ErpCustomer:
        erp_system = values.pop("erp_system", None) or ErpSystemFactory()
        del values["at"]
        by, read_at = values.pop("by"), values.pop("read_at")
        record = ErpCustomerRecord(**values)
        mirror_erp_customers(erp_system=erp_system, records=[record], read_at=read_at, by=by)
        return ErpCustomer.objects.get(erp_system=erp_system.code, number=record.number)


class StorefrontFactory(ServiceFactory):
    class Meta:
        model = Storefront

    code = factory.Sequence(lambda n: f"shop-{n}")
    name = factory.LazyAttribute(lambda shop: f"Shop {shop.code}")
    currency = "USD"
    default_region = "US"

    @classmethod
    def serve(cls, **values: Any) -> Storefront:
        return create_storefront(**values)


class ApiClientFactory(ServiceFactory):
    """A client; its key in clear is the attribute `clear_key` of this object only."""

    class Meta:
        model = ApiClient

    name = factory.Sequence(lambda n: f"Program {n}")
    scopes = list(Scope.values)

    @classmethod
    def serve(cls, **values: Any) -> ApiClient:
        issued = create_api_client(**values)
        issued.client.clear_key = issued.key  # type: ignore[attr-defined]
        return issued.client


class CustomerFactory(ServiceFactory):
    """A registered customer; `GuestFactory` for one an order made."""

    class Meta:
        model = Customer

    kind = CustomerKind.REGISTERED
    email = factory.Sequence(lambda n: f"person{n}@people.test")
    preferred_currency = "USD"

    @classmethod
    def serve(cls, **values: Any) -> Customer:
        by, at = values.pop("by"), values.pop("at")
        return create_customer(draft=CustomerDraft(**values), by=by, at=at)


class GuestFactory(CustomerFactory):
    kind = CustomerKind.GUEST
    email = ""
    preferred_currency = ""


class AccountFactory(ServiceFactory):
    """A root, or with `parent` a child. Active unless another `status` is given.

    An active root has the customer `admin` as its buyer admin; without one it is as roots were before they needed any.
    """

    class Meta:
        model = Account

    name = factory.Sequence(lambda n: f"Company {n}")
    status = AccountStatus.ACTIVE

    @classmethod
    def serve(cls, **values: Any) -> Account:
        status, parent, admin = values.pop("status"), values.pop("parent", None), values.pop("admin", None)
        account = create_child(parent=parent, **values) if parent else create_root(**values)
        if admin is not None:
            AssociateFactory(account=account, customer=admin, role="buyer-admin", by=values["by"], at=values["at"])
        if admin is None and parent is None and status == AccountStatus.ACTIVE:
            Account.objects.filter(pk=account.pk).update(status=status)
        elif account.status != status:
            change_account_status(
                account=account, status=status, reason="set up by a test", by=values["by"], at=values["at"]
            )
        return Account.objects.get(pk=account.pk)


class AssociateFactory(ServiceFactory):
    """A registered customer who acts for `account`; `role` is the code of one."""

    class Meta:
        model = Associate

    account = factory.SubFactory(AccountFactory)
    customer = factory.SubFactory(CustomerFactory)
    role = "buyer"

    @classmethod
    def serve(cls, **values: Any) -> Associate:
        return add_associate(role=role_of(values.pop("role")), **values)


class PriceListFactory(ServiceFactory):
    """A price list; `prices` are its entries by SKU, from quantity 1."""

    class Meta:
        model = PriceList

    code = factory.Sequence(lambda n: f"P{n}")
    name = factory.LazyAttribute(lambda made: f"List {made.code}")
    currency = "USD"

    @classmethod
    def serve(cls, **values: Any) -> PriceList:
        prices = values.pop("prices", {})
        price_list = create_price_list(**values)
        if prices:
            rows = [EntryDraft(sku, Decimal(price)) for sku, price in prices.items()]
            write_entries(price_list=price_list, rows=rows, by=values["by"], at=values["at"])
        return price_list


class PaymentMethodFactory(ServiceFactory):
    class Meta:
        model = PaymentMethod

    storefront = factory.SubFactory(StorefrontFactory)
    code = factory.Sequence(lambda n: f"pay-{n}")
    name = factory.LazyAttribute(lambda made: f"Payment {made.code}")

    @classmethod
    def serve(cls, **values: Any) -> PaymentMethod:
        return create_payment_method(**values)


class AccountAddressFactory(ServiceFactory):
    """An address in the book of `account`."""

    class Meta:
        model = AccountAddress

    account = factory.SubFactory(AccountFactory)
    company = "Acme"
    line1 = "1 Main St"
    city = "Memphis"
    region = "TN"
    postal_code = "38103"
    country = "US"

    @classmethod
    def serve(cls, **values: Any) -> AccountAddress:
        return ACCOUNT_ADDRESSES.add(owner=values.pop("account"), **values)


class ContactFactory(ServiceFactory):
    """A contact of `account`; with `customer` it is that person."""

    class Meta:
        model = Contact

    account = factory.SubFactory(AccountFactory)
    email = factory.Sequence(lambda n: f"contact{n}@people.test")

    @classmethod
    def serve(cls, **values: Any) -> Contact:
        customer = values.pop("customer", None)
        contact = add_contact(**values)
        if customer is not None:
            # No service links them yet: a contact becomes a customer by "convert", which comes later.
            Contact.objects.filter(pk=contact.pk).update(customer=customer)
            contact.refresh_from_db()
        return contact
