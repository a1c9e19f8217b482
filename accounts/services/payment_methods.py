"""Payment methods of storefronts, and what single accounts say of them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, PaymentMethod, PaymentRule
from events.concurrency import StaleError, refuse_stale
from events.recording import Fact, record
from events.transaction import transaction
from storefronts.models import Storefront

WRITABLE = frozenset({"name", "active", "visible_by_default"})


def create_payment_method(
    *, storefront: Storefront, code: str, name: str, by: str, at: datetime, **fields: Any
) -> PaymentMethod:
    """Raises ValidationError with one entry per wrong field (`unique` for a code that the storefront has)."""
    _refuse_unknown(fields)
    with transaction(by=by):
        method = PaymentMethod(storefront=storefront, code=code, name=name, created_at=at, updated_at=at, **fields)
        method.full_clean(exclude=["storefront"], validate_constraints=False)
        if PaymentMethod.objects.filter(storefront=storefront, code=code).exists():
            sentence = _("The storefront has a payment method of this code already.")
            raise ValidationError({"code": ValidationError(sentence, code="unique")})
        method.save(force_insert=True)
        record(Fact("payment_method.created", _subject(method)), by=by, at=at)
    return method


def change_payment_method(
    *, method: PaymentMethod, seen_at: datetime | None = None, by: str, at: datetime, **fields: Any
) -> PaymentMethod:
    """Change name, whether it is active, or whether it is visible by default. Raises ValidationError, StaleError."""
    _refuse_unknown(fields)
    with transaction(by=by):
        rows = PaymentMethod.objects.select_for_update(of=["self"]).select_related("storefront")
        locked = rows.get(pk=method.pk)
        refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
        changed = sorted(name for name, value in fields.items() if getattr(locked, name) != value)
        if not changed:
            return locked
        for name in changed:
            setattr(locked, name, fields[name])
        locked.full_clean(exclude=["storefront", "code"], validate_constraints=False)
        locked.updated_at = at
        locked.save(update_fields=[*changed, "updated_at"])
        record(Fact("payment_method.changed", _subject(locked), {"fields": changed}), by=by, at=at)
    return locked


def remove_payment_method(*, method: PaymentMethod, seen_at: datetime | None = None, by: str, at: datetime) -> None:
    """Remove it with every account's word on it. Removing twice changes nothing. Raises StaleError."""
    with transaction(by=by):
        rows = PaymentMethod.objects.select_for_update(of=["self"]).select_related("storefront")
        locked = rows.filter(pk=method.pk).first()
        if locked is not None:
            refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
            record(Fact("payment_method.removed", _subject(locked)), by=by, at=at)
            locked.delete()


def take_over_payment_methods(
    *, storefront: Storefront, seen: Mapping[str, str], by: str, at: datetime
) -> Collection[PaymentMethod]:
    """Bring the storefront's methods to what its shop names now: names by code. Returns those that are new.

    One that the shop no longer names is marked with the moment, not deleted; one that is back is unmarked. What staff
    set (active, visible by default, the rules of accounts) stays. Raises ValidationError for a code that cannot be one.
    """
    created: list[PaymentMethod] = []
    with transaction(by=by):
        Storefront.objects.select_for_update(of=["self"], no_key=True).get(pk=storefront.pk)
        stored = {each.code: each for each in PaymentMethod.objects.filter(storefront=storefront)}
        for code, name in seen.items():
            method = stored.get(code)
            if method is None:
                created.append(create_payment_method(storefront=storefront, code=code, name=name, by=by, at=at))
            elif method.name != name or method.not_seen_since is not None:
                method.name, method.not_seen_since, method.updated_at = name, None, at
                method.full_clean(exclude=["storefront", "code"], validate_constraints=False)
                method.save(update_fields=["name", "not_seen_since", "updated_at"])
                record(Fact("payment_method.changed", _subject(method), {"fields": ["name"]}), by=by, at=at)
        for code, method in stored.items():
            if code not in seen and method.not_seen_since is None:
                method.not_seen_since = method.updated_at = at
                method.save(update_fields=["not_seen_since", "updated_at"])
                record(Fact("payment_method.vanished", _subject(method)), by=by, at=at)
    return created


def set_payment_rules(
    *,
    account: Account,
    words: Mapping[PaymentMethod, bool | None],
    seen: Mapping[PaymentMethod, bool | None] | None = None,
    by: str,
    at: datetime,
) -> None:
    """Say of each method named whether the account's buyers see it; None: as above it. Others stay as they are.

    `seen` is what the account said of them when the caller read it. Raises StaleError where it says something else now.
    """
    with transaction(by=by):
        Account.objects.select_for_update(of=["self"], no_key=True).get(pk=account.pk)
        stored = {each.method_id: each for each in PaymentRule.objects.filter(account=account)}
        said = {pk: rule.visible for pk, rule in stored.items()}
        if seen is not None and any(said.get(method.pk) != seen.get(method) for method in words):
            raise StaleError
        changed: dict[str, dict[str, bool | None]] = {}
        for method, visible in sorted(words.items(), key=lambda word: word[0].pk):
            rule = stored.get(method.pk)
            if (rule.visible if rule else None) == visible:
                continue
            changed.setdefault(method.storefront.code, {})[method.code] = visible
            if visible is None and rule is not None:
                rule.delete()
            elif rule is not None:
                rule.visible, rule.updated_at = bool(visible), at
                rule.save(update_fields=["visible", "updated_at"])
            else:
                PaymentRule.objects.create(
                    account=account, method=method, visible=bool(visible), created_at=at, updated_at=at
                )
        subject = f"account:{account.shared_id}"
        for storefront, methods in changed.items():
            payload = {"storefront": storefront, "methods": methods}
            record(Fact("payment_visibility.changed", subject, payload), by=by, at=at)


def _refuse_unknown(fields: Mapping[str, Any]) -> None:
    if unknown := fields.keys() - WRITABLE:
        raise TypeError(f"A payment method has no writable field {', '.join(sorted(unknown))}.")


def _subject(method: PaymentMethod) -> str:
    return f"payment_method:{method.storefront.code}/{method.code}"
