"""Change a customer: his fields, and whether he is active or on hold."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers import ports
from customers.attributes import differing
from customers.identifiers import normal_email
from customers.models import Customer, CustomerKind, User
from customers.services.access import end_sessions
from customers.services.companies import companies_of
from customers.services.errors import collecting
from customers.services.locks import key_lock
from customers.services.mails import release_planned_mails
from customers.services.profile_attributes import values_after
from customers.services.segments import refuse_unknown_segments
from events.concurrency import StaleError, refuse_stale
from events.recording import Fact, record
from events.transaction import transaction
from storefronts.models import Storefront

STATES = frozenset({"active", "on_hold"})
WRITABLE = STATES | {
    "email", "phone", "salutation", "first_name", "last_name", "gender", "birth_date", "company",
    "preferred_currency", "preferred_storefront", "preferred_locale", "shipping_option", "assisted_buying_allowed",
    "segments", "attributes", "email_is_own_word",
}  # fmt: skip
# As the API calls it, and so do events.
SAID_OTHERWISE = {"email_is_own_word": "email_unconfirmed"}


class CustomerGoneError(Exception):
    """The customer was merged into another or anonymized: nothing is written to him any more."""


def change_customer(
    *,
    customer: Customer,
    seen_at: datetime | None = None,
    reason: str = "",
    by: str,
    at: datetime,
    shopper_on: Storefront | None = None,
    suspend_accounts: bool = False,
    **fields: Any,
) -> Customer:
    """Change the named fields (WRITABLE); unchanged input writes nothing and mails nothing.

    `attributes` are merged by key, null removes one. `shopper_on` is the storefront where the person himself changes
    them: its policies apply, a guest's e-mail is his own word, and who is registered keeps the e-mail he signs in with
    (`read_only`). Without `email_is_own_word` an e-mail that others write is known to be his, and one that is only
    written otherwise is as known as it was. Who may not sign in any more loses his sessions with their next request;
    who may for the first time gets the mail that was planned for it. On whom an account depends, he may not stop,
    unless `suspend_accounts` suspends it in the same step.
    Raises ValidationError with one entry per wrong field (`email_taken`, `unknown_segment`), StaleError where it
    changed since `seen_at`, CustomerGoneError.
    """
    if unknown := fields.keys() - WRITABLE:
        raise TypeError(f"A customer has no writable field {', '.join(sorted(unknown))}.")
    email_key = normal_email(fields.get("email", "")) or ""
    says_email = "email" in fields or "email_is_own_word" in fields
    keys = {email_key, customer.email_key} - {"", None} if says_email else frozenset()
    with transaction(by=by, reason=reason, locks=[key_lock("email", str(key)) for key in keys]):
        locked = Customer.objects.select_for_update(of=["self"]).select_related("user").get(pk=customer.pk)
        if locked.anonymized_at is not None or locked.merged_into_id is not None:
            raise CustomerGoneError
        refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
        if keys and locked.email_key not in {*keys, None}:
            raise StaleError  # it is another one by now, whose lock is not held
        if shopper_on is not None:
            _refuse_other_email(locked, fields.get("email", locked.email))
        if "email_is_own_word" in fields:
            _refuse_known_of_guest(locked, own_word=fields["email_is_own_word"])
            if locked.email_verified_at is not None and email_key in {locked.email_key, ""}:
                del fields["email_is_own_word"]  # what is said of a typed address is not said against a proof
        if "attributes" in fields:
            fields["attributes"] = values_after(customer=locked, given=fields["attributes"], shopper_on=shopper_on)
        if "segments" in fields:
            fields["segments"] = sorted(set(fields["segments"]))
        changed = [name for name, value in fields.items() if getattr(locked, name) != value]
        if changed:
            changes = {name: fields[name] for name in changed}
            own_word = fields.get("email_is_own_word", shopper_on is not None)
            _write(locked, changes, own_word=own_word, suspend_accounts=suspend_accounts, by=by, at=at)
    return locked


def _write(
    customer: Customer, changes: Mapping[str, Any], *, own_word: bool, suspend_accounts: bool, by: str, at: datetime
) -> None:
    """`own_word` is said of another e-mail."""
    might_sign_in = customer.may_sign_in
    attributes = differing(customer.attributes, changes.get("attributes", customer.attributes))
    for name, value in changes.items():
        setattr(customer, name, value)
    if "segments" in changes:
        refuse_unknown_segments(changes["segments"])
    is_another_email = "email" in changes and normal_email(customer.email) != customer.email_key
    derived = _derived(customer, changes, at=at)
    if is_another_email:
        derived |= {"email_verified_at": None, "email_is_own_word": own_word}
    elif changes.get("email_is_own_word"):
        derived["email_verified_at"] = None
    for name, value in derived.items():
        setattr(customer, name, value)
    refuse_invalid(customer, has_new_birth_date="birth_date" in changes)
    if "email" in changes and customer.user is not None:
        _rename(customer.user, customer)
    customer.save(update_fields=[*changes, *derived])
    if STATES.intersection(changes):
        _follow_state(customer, might_sign_in=might_sign_in, suspend_accounts=suspend_accounts, by=by, at=at)
    if (is_another_email or "email_is_own_word" in changes) and customer.email_is_known:
        ports.email_is_known(customer=customer)
    if named := sorted(SAID_OTHERWISE.get(name, name) for name in changes.keys() - STATES):
        payload = {"fields": named, **({"attributes": attributes} if attributes else {})}
        record(Fact("customer.changed", f"customer:{customer.shared_id}", payload), by=by, at=at)


def _derived(customer: Customer, changes: Mapping[str, Any], *, at: datetime) -> dict[str, Any]:
    derived: dict[str, Any] = {"updated_at": at}
    if "phone" in changes:
        derived["phone_region"] = ""
    if "company" in changes:
        derived["companies"] = companies_of(customer)
    return derived


def refuse_invalid(customer: Customer, *, has_new_birth_date: bool = False) -> None:
    """Raises ValidationError with everything that is wrong with the customer's fields, one entry each.

    A birth date is looked at where it was given just now: one from before must not stop other changes.
    """
    with collecting() as errors:
        with errors.taking():
            _refuse_missing(customer)
        if has_new_birth_date:
            with errors.taking():
                _refuse_unborn(customer)
        with errors.taking():
            customer.full_clean(
                exclude=["reference", "email_key", "phone_key"], validate_unique=False, validate_constraints=False
            )
        for derived in ("email_key", "phone_key"):
            Customer._meta.get_field(derived).pre_save(customer, add=False)  # type: ignore[union-attr] # noqa: SLF001 -- Django's documented API
        with errors.taking():
            if customer.email and customer.email_key is None:
                raise ValidationError({"email": ValidationError(_("Enter a valid e-mail address."), code="invalid")})
    _refuse_contradictions(customer)


def _refuse_missing(customer: Customer) -> None:
    """Beside its field; the constraint says the same of both at once."""
    if customer.kind == CustomerKind.REGISTERED:
        missing = [name for name in ("email", "preferred_currency") if not getattr(customer, name)]
        sentence = _("A registered customer has one.")
        if missing:
            raise ValidationError({name: ValidationError(sentence, code="required") for name in missing})


def _refuse_unborn(customer: Customer) -> None:
    """By the latest day there is anywhere at the moment of the change."""
    if customer.birth_date is not None and customer.birth_date > (customer.updated_at + timedelta(hours=14)).date():
        sentence = _("Nobody is born in the future.")
        raise ValidationError({"birth_date": ValidationError(sentence, code="in_the_future")})


def _refuse_known_of_guest(customer: Customer, *, own_word: bool) -> None:
    if customer.kind == CustomerKind.GUEST and not own_word:
        sentence = _("Of a guest no e-mail is known to be his.")
        raise ValidationError({"email_unconfirmed": ValidationError(sentence, code="customer_not_registered")})


def _refuse_other_email(customer: Customer, email: str) -> None:
    """A guest says where he is reached; of a registered person the address is proved, and staff change it."""
    if customer.kind == CustomerKind.REGISTERED and email != customer.email:
        sentence = _("The e-mail that one signs in with can only be read here.")
        code = "read_only" if email else "required"
        raise ValidationError({"email": ValidationError(sentence, code=code)})


def _refuse_contradictions(customer: Customer) -> None:
    """What constraints say, an e-mail that is taken beside the e-mail."""
    try:
        customer.validate_constraints(exclude=["reference"])
    except ValidationError as error:
        placed: dict[str, list[ValidationError]] = {}
        for name, found in error.error_dict.items():
            for each in found:
                placed.setdefault("email" if each.code == "email_taken" else name, []).append(each)
        raise ValidationError(placed) from error


def _rename(user: User, customer: Customer) -> None:
    """Nobody takes over a member of staff by giving his customer another address: links would go there."""
    if user.is_staff:
        sentence = _("A member of staff signs in with this address; it cannot be changed here.")
        raise ValidationError({"email": ValidationError(sentence, code="staff_email")})
    if User.objects.filter(email=customer.email_key).exclude(pk=user.pk).exists():
        sentence = _("Someone else signs in with this address.")
        raise ValidationError({"email": ValidationError(sentence, code="email_taken")})
    user.email = customer.email_key or ""
    user.save(update_fields=["email"])


def _follow_state(customer: Customer, *, might_sign_in: bool, suspend_accounts: bool, by: str, at: datetime) -> None:
    if might_sign_in and not customer.may_sign_in:
        ports.insist_he_may_stop(customer=customer, suspend_accounts=suspend_accounts, by=by, at=at)
        end_sessions(customer=customer)
    if customer.may_sign_in and not might_sign_in:
        release_planned_mails(customer=customer, at=at)
        User.objects.filter(customer=customer, has_initial_password=True, initial_password_usable_from=None).update(
            initial_password_usable_from=at
        )
    payload = {"active": customer.active, "on_hold": customer.on_hold}
    record(Fact("customer.state_changed", f"customer:{customer.shared_id}", payload), by=by, at=at)
