"""Create and change storefronts; whatever decides identities becomes the next version of the policy."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from events.concurrency import refuse_stale
from events.recording import Fact, record
from events.transaction import lock_key, transaction
from storefronts.models import ResolutionPolicy, Storefront
from storefronts.policy import Policy

WRITABLE = frozenset(
    {
        "name", "url", "currency", "default_region", "locales", "erp_system",
        "reference_prefix", "reference_step_min", "reference_step_max", "b2c_erp",
    }
)  # fmt: skip


def create_storefront(
    *, code: str, policy: Mapping[str, Any] | None = None, by: str, at: datetime, **fields: Any
) -> Storefront:
    """Create a storefront with version 1 of its policy.

    `fields` are those of WRITABLE; `policy` holds any of `storefronts.policy.POLICY_FIELDS`, the rest are the defaults.
    Raises ValidationError with one entry per wrong field, also for a code that is taken.
    """
    _refuse_unknown(fields)
    with transaction(by=by, locks=[lock_key("storefront", code)]):
        storefront = Storefront(code=code, created_at=at, updated_at=at, **fields)
        storefront.full_clean(exclude=["current_policy"])
        first = Policy.from_settings(_settings(storefront, policy or {}), version=1)
        storefront.save(force_insert=True)
        _write_policy(storefront, first, by=by, at=at)
        storefront.save(update_fields=["current_policy"])
        record(Fact("storefront.created", f"storefront:{code}"), by=by, at=at)
    return storefront


def change_storefront(
    *,
    storefront: Storefront,
    policy: Mapping[str, Any] | None = None,
    seen_at: datetime | None = None,
    by: str,
    at: datetime,
    **fields: Any,
) -> Storefront:
    """Change the named fields; what `policy` leaves out stays as it is. Unchanged input writes nothing.

    Raises ValidationError with one entry per wrong field, StaleError where it changed since `seen_at`.
    """
    _refuse_unknown(fields)
    with transaction(by=by):
        # Without its policy: who waited for the lock would get the new row, joined with what the old one pointed to.
        locked = Storefront.objects.select_for_update().get(pk=storefront.pk)
        refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
        changed = [name for name, value in fields.items() if getattr(locked, name) != value]
        for name in changed:
            setattr(locked, name, fields[name])
        locked.full_clean(exclude=["current_policy", "code"])
        assert locked.current_policy is not None
        now = Policy.from_settings(locked.current_policy.settings, version=locked.current_policy.version)
        wanted = Policy.from_settings(_settings(locked, {**now.shown(), **(policy or {})}), version=now.version + 1)
        if wanted.settings() != now.settings():
            _write_policy(locked, wanted, by=by, at=at)
            changed.append("current_policy")
        if changed:
            locked.updated_at = at
            locked.save(update_fields=[*changed, "updated_at"])
            record(Fact("storefront.changed", f"storefront:{locked.code}", {"fields": sorted(changed)}), by=by, at=at)
    return locked


def _refuse_unknown(fields: Mapping[str, Any]) -> None:
    if unknown := fields.keys() - WRITABLE:
        raise TypeError(f"A storefront has no writable field {', '.join(sorted(unknown))}.")


def _settings(storefront: Storefront, policy: Mapping[str, Any]) -> dict[str, Any]:
    return {**policy, "default_region": storefront.default_region, "erp_system": storefront.erp_system}


def _write_policy(storefront: Storefront, policy: Policy, *, by: str, at: datetime) -> None:
    storefront.current_policy = ResolutionPolicy.objects.create(
        storefront=storefront, version=policy.version, settings=policy.settings(), changed_by=by, at=at
    )
