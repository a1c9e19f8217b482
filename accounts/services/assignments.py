"""Which account gets which price list, on which storefront, from when to when."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, PriceList, PriceListAssignment
from events.concurrency import refuse_stale
from events.recording import Fact, record
from events.transaction import transaction
from storefronts.models import Storefront


def assign_price_list(
    *,
    account: Account,
    price_list: PriceList,
    storefront: Storefront | None = None,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
    seen_at: datetime | None = None,
    by: str,
    at: datetime,
) -> PriceListAssignment:
    """Give the account the list; an assignment for the same storefront with the same beginning is replaced.

    Without `storefront` it holds on all of them, without dates always. Raises ValidationError (`price_list_overlap`
    where another assignment stands at that time, `ends_before_it_begins`), and StaleError where the one to be replaced
    is not the one that was read, as it was at `seen_at`.
    """
    with transaction(by=by):
        Account.objects.select_for_update(of=["self"], no_key=True).get(pk=account.pk)
        if valid_from is not None and valid_until is not None and valid_until <= valid_from:
            sentence = _("The end is after the beginning.")
            raise ValidationError({"valid_until": ValidationError(sentence, code="ends_before_it_begins")})
        standing = PriceListAssignment.objects.filter(account=account, storefront=storefront)
        replaced = standing.filter(valid_from=valid_from).select_for_update(of=["self"]).first()
        if seen_at is not None:
            refuse_stale(seen_at=seen_at, updated_at=replaced.updated_at if replaced else None)
        wanted = {"price_list": price_list, "valid_until": valid_until}
        if replaced is not None and all(getattr(replaced, name) == value for name, value in wanted.items()):
            return replaced
        _refuse_overlap(standing.exclude(pk=replaced.pk) if replaced else standing, valid_from, valid_until)
        assignment = replaced or PriceListAssignment(
            account=account, storefront=storefront, valid_from=valid_from, created_at=at
        )
        assignment.price_list, assignment.valid_until, assignment.updated_at = price_list, valid_until, at
        assignment.save()
        _record("price_list.assigned", assignment, by=by, at=at)
    return assignment


def remove_assignment(
    *, assignment: PriceListAssignment, seen_at: datetime | None = None, by: str, at: datetime
) -> None:
    """Take the list away. Removing twice changes nothing. Raises StaleError."""
    with transaction(by=by):
        Account.objects.select_for_update(of=["self"], no_key=True).get(pk=assignment.account_id)
        rows = PriceListAssignment.objects.select_related("account", "price_list", "storefront")
        locked = rows.filter(pk=assignment.pk).first()
        if locked is not None:
            refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
            _record("price_list.unassigned", locked, by=by, at=at)
            locked.delete()


def _refuse_overlap(
    others: QuerySet[PriceListAssignment], valid_from: datetime | None, valid_until: datetime | None
) -> None:
    overlapping = others  # of one account and storefront
    if valid_until is not None:
        overlapping = overlapping.filter(Q(valid_from__isnull=True) | Q(valid_from__lt=valid_until))
    if valid_from is not None:
        overlapping = overlapping.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=valid_from))
    other = overlapping.select_related("price_list").first()
    if other is not None:
        sentence = _("%(list)s is assigned at that time.")
        error = ValidationError(sentence, code="price_list_overlap", params={"list": other.price_list.name})
        raise ValidationError({"valid_from": error})


def _record(name: str, assignment: PriceListAssignment, *, by: str, at: datetime) -> None:
    payload = {
        "price_list": assignment.price_list.code,
        "storefront": assignment.storefront.code if assignment.storefront else None,
        "valid_from": assignment.valid_from.isoformat() if assignment.valid_from else None,
        "valid_until": assignment.valid_until.isoformat() if assignment.valid_until else None,
    }
    record(Fact(name, f"account:{assignment.account.shared_id}", payload), by=by, at=at)
