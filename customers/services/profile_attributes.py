"""Profile attributes: their definitions, and what a customer's values become."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.attributes import Definition, Subject, Type, Value, Visibility, written
from customers.models import Customer, ProfileAttribute, ProfileAttributePolicy
from events.concurrency import refuse_stale
from events.recording import Fact, record
from events.transaction import transaction
from storefronts.models import Storefront

WRITABLE = frozenset({"label", "choices", "required", "policy"})


def definitions(*, subject: Subject, storefront: Storefront | None = None) -> list[Definition]:
    """All definitions of the subject, with the policies of the storefront where one is given; two statements."""
    attributes = ProfileAttribute.objects.filter(subject=subject)
    own = {}
    if storefront is not None:
        policies = ProfileAttributePolicy.objects.filter(storefront=storefront, attribute__subject=subject)
        own = dict(policies.values_list("attribute_id", "policy"))
    return [
        Definition(
            key=each.key,
            label=each.label,
            type=Type(each.type),
            required=each.required,
            policy=Visibility(own.get(each.pk, each.policy)),
            choices=tuple(each.choices),
        )
        for each in attributes
    ]


def values_after(
    *, customer: Customer, given: Mapping[str, Any], shopper_on: Storefront | None = None
) -> dict[str, Value]:
    """The customer's values with `given` written over them. Raises ValidationError, one entry per attribute."""
    return written(
        stored=customer.attributes,
        given=given,
        definitions=definitions(subject=Subject.CUSTOMER, storefront=shopper_on),
        by_shopper=shopper_on is not None,
    )


def create_attribute(
    *,
    subject: Subject,
    key: str,
    label: str,
    type: Type = Type.TEXT,  # noqa: A002 -- the field's name
    policies: Mapping[Storefront, Visibility] | None = None,
    by: str,
    at: datetime,
    **fields: Any,
) -> ProfileAttribute:
    """Define one more attribute; `policies` are those of single storefronts.

    Raises ValidationError with one entry per wrong field (`unique` for a key that is taken).
    """
    _refuse_unknown(fields)
    with transaction(by=by):
        attribute = ProfileAttribute(
            subject=subject, key=key, label=label, type=type, created_at=at, updated_at=at, **fields
        )
        _refuse_invalid(attribute)
        attribute.save(force_insert=True)
        _write_policies(attribute, policies or {})
        record(Fact("profile_attribute.created", _subject(attribute)), by=by, at=at)
    return attribute


def change_attribute(
    *,
    attribute: ProfileAttribute,
    policies: Mapping[Storefront, Visibility] | None = None,
    seen_at: datetime | None = None,
    by: str,
    at: datetime,
    **fields: Any,
) -> ProfileAttribute:
    """Change what is given; `policies` replaces those of single storefronts. Key, subject and type never change.

    A choice that is dropped stays where it stands, and cannot be chosen any more. Unchanged input writes nothing.
    Raises ValidationError, StaleError.
    """
    _refuse_unknown(fields)
    with transaction(by=by):
        locked = ProfileAttribute.objects.select_for_update().get(pk=attribute.pk)
        refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
        changed = [name for name, value in fields.items() if getattr(locked, name) != value]
        for name in changed:
            setattr(locked, name, fields[name])
        _refuse_invalid(locked)
        if policies is not None and _write_policies(locked, policies):
            changed.append("policies")
        if changed:
            locked.updated_at = at
            locked.save(update_fields=[*(name for name in changed if name != "policies"), "updated_at"])
            record(Fact("profile_attribute.changed", _subject(locked), {"fields": sorted(changed)}), by=by, at=at)
    return locked


def remove_attribute(*, attribute: ProfileAttribute, seen_at: datetime | None = None, by: str, at: datetime) -> None:
    """Ask no more for it. Values that were given stay stored, unseen, and show again if it is defined anew.

    Removing twice changes nothing. Raises StaleError.
    """
    with transaction(by=by):
        locked = ProfileAttribute.objects.select_for_update().filter(pk=attribute.pk).first()
        if locked is not None:
            refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
            record(Fact("profile_attribute.removed", _subject(locked)), by=by, at=at)
            locked.delete()


def _refuse_unknown(fields: Mapping[str, Any]) -> None:
    if unknown := fields.keys() - WRITABLE:
        raise TypeError(f"An attribute has no writable field {', '.join(sorted(unknown))}.")


def _refuse_invalid(attribute: ProfileAttribute) -> None:
    attribute.full_clean()
    is_choice = attribute.type == Type.CHOICE
    if is_choice != bool(attribute.choices):
        sentence = _("Give the choices.") if is_choice else _("Only the type “Choice” has choices.")
        raise ValidationError({"choices": ValidationError(sentence, code="required" if is_choice else "invalid")})
    if len(set(attribute.choices)) < len(attribute.choices):
        raise ValidationError({"choices": ValidationError(_("A choice stands here twice."), code="invalid")})


def _write_policies(attribute: ProfileAttribute, policies: Mapping[Storefront, Visibility]) -> bool:
    """Whether anything changed."""
    wanted = {storefront.pk: str(policy) for storefront, policy in policies.items()}
    stored = {each.storefront_id: each for each in attribute.storefront_policies.all()}
    for pk, row in stored.items():
        if pk not in wanted:
            row.delete()
        elif row.policy != wanted[pk]:
            row.policy = wanted[pk]
            row.save(update_fields=["policy"])
    new = [
        ProfileAttributePolicy(attribute=attribute, storefront_id=pk, policy=policy)
        for pk, policy in wanted.items()
        if pk not in stored
    ]
    ProfileAttributePolicy.objects.bulk_create(new)
    return wanted != {pk: row.policy for pk, row in stored.items() if pk in wanted} or len(stored) != len(wanted)


def _subject(attribute: ProfileAttribute) -> str:
    return f"profile_attribute:{attribute.subject}.{attribute.key}"
