"""A person decides whose an order is: each action is a decision of its own, with a reason and a receipt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, AccountStatus
from customers.identifiers import normal_email, normal_phone
from customers.models import Customer
from events.concurrency import refuse_stale
from events.transaction import transaction
from orders.choosing import Why
from orders.facts import Target
from orders.limits import LONGEST_TYPED
from orders.models import Order
from orders.rulings import Ruling
from orders.services.asking import Asked, of_order, person_locks, policy_of
from orders.services.decisions import decide_anew
from orders.services.verdicts import Verdict, reach_verdicts
from orders.submissions import Mended
from orders.telling import ToldCandidate, tell
from orders.words import Action, Outcome, Reason
from storefronts.models import Storefront

BLOCKED = frozenset({Reason.CONTACT_ON_HOLD, Reason.ACCOUNT_SUSPENDED, Reason.ACCOUNT_PENDING})
# What each action takes besides its reason.
TAKES: Mapping[Action, frozenset[str]] = {
    Action.ASSIGN_ACCOUNT: frozenset({"account_shared_id"}),
    Action.ASSIGN_CUSTOMER: frozenset({"customer_shared_id"}),
    Action.MEND_CLAIM: frozenset({"email", "phone"}),
}


@dataclass(frozen=True, slots=True)
class IdentityChange:
    """What a person wants done, and why.

    `email` and `phone` are for `mend_claim`: None leaves the claim's, a blank says that the order has none.
    """

    action: Action
    reason: str
    account_shared_id: str = ""
    customer_shared_id: str = ""
    email: str | None = None
    phone: str | None = None


class NotReleasableError(Exception):
    """Only an order that a person holds, or that one blocked contact or account holds, can be released."""


class OrderErasedError(Exception):
    """A person whom this order's decisions name was erased; it is never decided again."""


class AccountDisabledError(Exception):
    """Nobody acts for a disabled account, so no order is given to it."""


def change_identity(
    *, order: Order, change: IdentityChange, seen_at: datetime | None = None, by: str, at: datetime
) -> Order:
    """Decide whose the order is as a person says; it comes back as `with_identity()` would read it.

    `release` and `resolve_again` leave it to the rules, on facts and policy as they are now; `mend_claim` too, and the
    mended values hold for every later decision. `seen_at` is the `updated_at` the caller read.

    Raises ValidationError (one entry per wrong field), StaleError, NotReleasableError, OrderErasedError and
    AccountDisabledError; then nothing is written.
    """
    _refuse_wrong_fields(change)
    while True:
        read = _read(order)
        asked = _asked(read, change, at=at)
        with transaction(by=by, reason=change.reason, locks=person_locks([asked])):
            locked = Order.objects.select_for_update().get(pk=order.pk)
            refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
            if locked.decision_id != read.decision_id:
                continue  # decided meanwhile, so other locks may be needed
            if not Order.objects.filter(pk=order.pk).not_erased().exists():
                raise OrderErasedError
            (verdict,) = reach_verdicts([asked])
            _refuse_other_release(read, verdict)
            decide_anew([(read, verdict)], decided_by=by, by=by, at=at)
            return read


def _read(order: Order) -> Order:
    read: Order = Order.objects.with_identity().with_parts().select_related("decision__evidence").get(pk=order.pk)
    return read


def _refuse_wrong_fields(change: IdentityChange) -> None:
    errors: dict[str, str] = {}
    if not change.reason.strip():
        errors["reason"] = str(_("Say why."))
    elif len(change.reason) > LONGEST_TYPED:
        errors["reason"] = str(_("At most %d characters.") % LONGEST_TYPED)
    taken = TAKES.get(change.action, frozenset())
    given = {name for name in ("account_shared_id", "customer_shared_id") if getattr(change, name)}
    given |= {name for name in ("email", "phone") if getattr(change, name) is not None}
    errors |= {name: str(_("This action takes no such value.")) for name in given - taken}
    for name in taken - {"email", "phone"} - given:
        errors[name] = str(_("Say which one."))
    if change.action == Action.MEND_CLAIM and not given:
        errors["email"] = str(_("Mend the e-mail, the phone, or both."))
    if errors:
        raise ValidationError(errors)


def _asked(order: Order, change: IdentityChange, *, at: datetime) -> Asked:
    storefront = Storefront.objects.with_policy().get(pk=order.storefront_id)
    mended = Mended(email=change.email, phone=change.phone)
    _refuse_unusable(mended, storefront)
    return of_order(order, storefront, mended=mended, ruling=_ruling(order, change), why=change.reason.strip(), at=at)


def _refuse_unusable(mended: Mended, storefront: Storefront) -> None:
    """A blank is meant; anything else has to be of use."""
    errors: dict[str, str] = {}
    if mended.email and normal_email(mended.email) is None:
        errors["email"] = str(_("This is no e-mail address."))
    if mended.phone and normal_phone(mended.phone, policy_of(storefront).default_region) is None:
        errors["phone"] = str(_("This is no phone number."))
    if errors:
        raise ValidationError(errors)


def _ruling(order: Order, change: IdentityChange) -> Ruling:
    if change.action == Action.ASSIGN_ACCOUNT:
        return Ruling(change.action, Target(account=_account(change.account_shared_id)))
    if change.action == Action.ASSIGN_CUSTOMER:
        return Ruling(change.action, Target(customer=_customer(change.customer_shared_id)))
    if change.action == Action.RELEASE:
        return Ruling(change.action, overrules=_is_blocked(order))
    return Ruling(change.action)


def _account(shared_id: str) -> str:
    account = Account.objects.filter(shared_id=shared_id).first()
    if account is None:
        raise ValidationError({"account_shared_id": str(_("There is no such account."))})
    if account.status == AccountStatus.DISABLED:
        raise AccountDisabledError
    return shared_id


def _customer(shared_id: str) -> str:
    """Of a merged one the survivor."""
    customer = Customer.objects.select_related("merged_into").filter(shared_id=shared_id).first()
    counted = (customer.merged_into or customer) if customer else None
    if counted is None or counted.anonymized_at is not None:
        raise ValidationError({"customer_shared_id": str(_("There is no such customer."))})
    return counted.shared_id


def is_releasable(order: Order) -> bool:
    """Whether a person holds it, or one blocked candidate does; `order` comes with its decision."""
    if order.outcome != Outcome.HELD:
        return False
    return order.reason == Reason.STAFF_HOLD or (order.reason in BLOCKED and _blocked_candidate(order) is not None)


def _is_blocked(order: Order) -> bool:
    """Whether one blocked candidate holds it. Raises NotReleasableError where neither that nor a person does."""
    if not is_releasable(order):
        raise NotReleasableError
    return order.reason in BLOCKED


def _refuse_other_release(order: Order, verdict: Verdict) -> None:
    """Released is who stood in the receipt. Raises NotReleasableError where by now the rules find somebody else."""
    ruling = verdict.asked.ruling
    if ruling is None or not ruling.overrules:
        return
    stood = _blocked_candidate(order)
    winner = next((each for step in verdict.resolution.steps for each in step.candidates if each.won), None)
    if stood is None or winner is None or (winner.type, winner.id) != (stood.type, stood.id):
        raise NotReleasableError


def _blocked_candidate(order: Order) -> ToldCandidate | None:
    """The single one that the order's decision names as blocked."""
    told = tell(order.decision.receipt_content(), labels={}, email="", phone="")
    blocked = [each for step in told.steps for each in step.candidates if each.why_code == Why(order.reason)]
    return blocked[0] if len(blocked) == 1 else None
