"""What is missing before an account's buyers can buy: told by the database, for one account and for all of them."""

from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Exists, F, OuterRef, Q, QuerySet, Subquery, TextChoices
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import (
    Account,
    AccountAddress,
    Associate,
    PaymentMethod,
    PaymentRule,
    PriceListAssignment,
    StorefrontDefaults,
)
from customers.models import ErpCustomer, ErpSystem
from storefronts.models import Storefront


class Lack(TextChoices):
    """What an account may lack."""

    NO_ADMIN = "no_admin", _("No admin")
    EMPTY_ADDRESS_BOOK = "empty_address_book", _("Empty address book")
    NO_VISIBLE_PAYMENT_METHOD = "no_visible_payment_method", _("No visible payment method")
    NO_PRICE_LIST = "no_price_list", _("No price list")
    NEVER_SYNCED = "never_synced", _("Not in the ERP")


MEANINGS = {
    Lack.NO_ADMIN: _("Nobody manages its associates, neither here nor above."),
    Lack.EMPTY_ADDRESS_BOOK: _("Its buyers have no address to choose at checkout."),
    Lack.NO_VISIBLE_PAYMENT_METHOD: _("Its buyers see no way to pay, on any storefront."),
    Lack.NO_PRICE_LIST: _("No price list applies, and no storefront has a base list."),
    Lack.NEVER_SYNCED: _("The ERP knows no customer by its number, nor by one above it."),
}


def with_readiness(accounts: QuerySet[Account], *, at: datetime) -> QuerySet[Account]:
    """Each account with a boolean per lack (`lacks_no_admin`, …), in the same statement."""
    return accounts.annotate(**{f"lacks_{lack}": condition for lack, condition in _conditions(at).items()})


def lacking(accounts: QuerySet[Account], lack: Lack, *, at: datetime) -> QuerySet[Account]:
    """Those that lack it."""
    if lack == Lack.NO_VISIBLE_PAYMENT_METHOD and _is_any_visible_by_default():
        # Only where something is hidden can everything be: of 100,000 accounts few are looked at.
        # The numbers are fetched first, lest PostgreSQL asks each account before it asks for its tree.
        hiding = PaymentRule.objects.filter(visible=False).order_by().values_list("account__tree_id", flat=True)
        accounts = accounts.filter(tree_id__in=list(hiding.distinct()))
    return accounts.filter(_conditions(at)[lack])


def lacks_of(account: Account) -> list[Lack]:
    """What an account lacks that was read `with_readiness`."""
    return [lack for lack in Lack if getattr(account, f"lacks_{lack}")]


def _is_any_visible_by_default() -> bool:
    return PaymentMethod.objects.filter(active=True, visible_by_default=True).exists()


def readiness_of(account: Account, *, at: datetime) -> list[Lack]:
    """What the account lacks; one statement."""
    return lacks_of(with_readiness(Account.objects.filter(pk=account.pk), at=at).get())


def _conditions(at: datetime) -> dict[Lack, Any]:
    return {
        Lack.NO_ADMIN: ~Exists(Associate.objects.managing(at=at).filter(**_at_or_above("account__")).order_by()),
        Lack.EMPTY_ADDRESS_BOOK: ~Exists(AccountAddress.objects.filter(account=OuterRef("pk")).order_by()),
        Lack.NO_VISIBLE_PAYMENT_METHOD: ~Exists(_visible_methods()),
        Lack.NO_PRICE_LIST: ~Exists(_base_lists()) & ~Exists(_applying_assignments(at)),
        Lack.NEVER_SYNCED: Exists(ErpSystem.objects.order_by()) & ~Exists(_known_to_the_erp()),
    }


def _at_or_above(prefix: str, depth: int = 1) -> dict[str, Any]:
    """That the account behind `prefix` is the one asked about, `depth` queries outside, or stands above it."""
    return {
        f"{prefix}tree_id": _asked("tree_id", depth),
        f"{prefix}lft__lte": _asked("lft", depth),
        f"{prefix}rght__gte": _asked("rght", depth),
    }


def _asked(field: str, depth: int) -> Any:
    reference: Any = field
    for _step in range(depth):
        reference = OuterRef(reference)
    return reference


def _cut_off(depth: int) -> Exists:
    """That something between the account asked about and the setter's does not inherit, the former included."""
    between = Account.objects.filter(
        inherits_settings=False,
        tree_id=OuterRef("account__tree_id"),
        lft__gt=OuterRef("account__lft"),
        rght__lt=OuterRef("account__rght"),
    )
    within = {name: value for name, value in _at_or_above("", depth).items() if name != "tree_id"}
    return Exists(between.filter(**within).order_by())


def _applying_assignments(at: datetime) -> Any:
    reached = PriceListAssignment.objects.filter(**_at_or_above("account__")).exclude(_cut_off(2))
    standing = reached.in_force(at=at).filter(price_list__active=True)
    of_currency = Storefront.objects.filter(currency=OuterRef("price_list__currency"))
    there = Q(storefront__currency=F("price_list__currency"))
    return standing.filter(there | (Q(storefront__isnull=True) & Exists(of_currency.order_by()))).order_by()


def _base_lists() -> Any:
    lists = StorefrontDefaults.objects.filter(
        base_price_list__active=True, base_price_list__currency=F("storefront__currency")
    )
    return lists.order_by()


def _visible_methods() -> Any:
    rules = PaymentRule.objects.filter(method=OuterRef("pk"), **_at_or_above("account__", 2)).exclude(_cut_off(3))
    nearest = Subquery(rules.order_by("-account__level").values("visible")[:1], output_field=BooleanField())
    seen = PaymentMethod.objects.annotate(is_seen=Coalesce(nearest, F("visible_by_default")))
    return seen.filter(is_seen=True, active=True).order_by()


def _known_to_the_erp() -> Any:
    mirrored = ErpCustomer.objects.filter(
        erp_system=OuterRef("erp_system"), number=OuterRef("account_number"), gone_at__isnull=True
    )
    named = Account.objects.filter(**_at_or_above("")).exclude(account_number="")
    return named.filter(Exists(mirrored.order_by())).order_by()
