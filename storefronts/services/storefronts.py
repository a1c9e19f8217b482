"""Create and change storefronts; whatever decides identities becomes the next version of the policy."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from events.concurrency import refuse_stale
from events.recording import Fact, record
from events.transaction import lock_key, transaction
from storefronts.models import ResolutionPolicy, Storefront
from storefronts.policy import Policy
from storefronts.ports import erp_system_codes

WRITABLE = frozenset(
    {
        "name", "url", "currency", "default_region", "locales", "erp_system",
        "reference_prefix", "reference_step_min", "reference_step_max", "b2c_erp", "password_path", "verification_path",
    }
)  # fmt: skip


def create_storefront(
    *, code: str, policy: Mapping[str, Any] | None = None, by: str, at: datetime, **fields: Any
) -> Storefront:
    """Create a storefront with version 1 of its policy.

    `fields` are those of WRITABLE; `policy` holds any of `storefronts.policy.POLICY_FIELDS`, the rest are the defaults.
    Raises ValidationError with one entry per wrong field, also for a code that is taken or an ERP system that is none.
    """
    _refuse_unknown(fields)
    with transaction(by=by, locks=[lock_key("storefront", code)]):
        storefront = Storefront(code=code, created_at=at, updated_at=at, **fields)
        first = _checked(storefront, policy or {}, version=1, exclude={"current_policy"})
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
        assert locked.current_policy is not None
        now = Policy.from_settings(locked.current_policy.settings, version=locked.current_policy.version)
        settings = {**now.shown(), **(policy or {})}
        wanted = _checked(locked, settings, version=now.version + 1, exclude={"current_policy", "code"})
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


def _checked(storefront: Storefront, policy: Mapping[str, Any], *, version: int, exclude: set[str]) -> Policy:
    """The policy the storefront is to have. Raises ValidationError with all that is wrong with either, at once."""
    errors: dict[str, list[ValidationError]] = {}
    with _collecting(errors):
        storefront.full_clean(exclude=exclude)
    with _collecting(errors):
        _refuse_unknown_erp_system(storefront)
    with _collecting(errors):
        wanted = Policy.from_settings(_settings(storefront, policy), version=version)
    if errors:
        raise ValidationError(errors)
    return wanted


@contextmanager
def _collecting(errors: dict[str, list[ValidationError]]) -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        error.update_error_dict(errors)


def _refuse_unknown_erp_system(storefront: Storefront) -> None:
    if storefront.erp_system and storefront.erp_system not in erp_system_codes():
        raise ValidationError({"erp_system": _("There is no ERP system of this code.")})


def _settings(storefront: Storefront, policy: Mapping[str, Any]) -> dict[str, Any]:
    return {**policy, "default_region": storefront.default_region, "erp_system": storefront.erp_system}


def _write_policy(storefront: Storefront, policy: Policy, *, by: str, at: datetime) -> None:
    storefront.current_policy = ResolutionPolicy.objects.create(
        storefront=storefront, version=policy.version, settings=policy.settings(), changed_by=by, at=at
    )
