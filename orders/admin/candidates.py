"""The people and records a receipt names, as the story shows them: with labels of then and links of now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Account, AccountStatus
from customers.models import Customer, CustomerExternalId, CustomerKind, ErpCustomer
from interface.panel import showing
from orders.choosing import Why
from orders.telling import ToldCandidate, ToldReceipt
from orders.words import Action
from storefronts.models import Storefront

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MATCHED_ON: "dict[str, StrOrPromise]" = {
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"),
    "external_id": gettext_lazy("Shop's customer id"),
    "email_1": gettext_lazy("E-mail 1"),
    "email_2": gettext_lazy("E-mail 2"),
    "phone_1": gettext_lazy("Phone 1"),
    "phone_2": gettext_lazy("Phone 2"),
    "mobile_1": gettext_lazy("Mobile 1"),
    "mobile_2": gettext_lazy("Mobile 2"),
}
KINDS: "dict[str, tuple[str, StrOrPromise]]" = {
    "account": ("apartment", gettext_lazy("Account")),
    "contact": ("contact_mail", gettext_lazy("Account contact")),
    "erp_customer": ("database", gettext_lazy("ERP customer")),
    "customer": ("person", gettext_lazy("Customer")),
}
UNDECIDED = {Why.AMBIGUOUS, Why.CONTACT_ON_HOLD, Why.ACCOUNT_SUSPENDED, Why.ACCOUNT_PENDING, Why.ERP_ROW_STALE}


@dataclass(frozen=True, slots=True)
class Links:
    """Where the panel shows what a receipt names: addresses by shared id or number; what is gone has none.

    `assign`: where the order is given to a candidate, by its type and id.
    """

    accounts: Mapping[str, str] = field(default_factory=dict)
    customers: Mapping[str, str] = field(default_factory=dict)
    erp_customers: Mapping[str, str] = field(default_factory=dict)
    policy: str = ""
    assign: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoryCandidate:
    """One card: who it is, what matched, what is known of it, and its verdict."""

    icon: str
    kind: str
    title: str
    subtitle: str
    url: str
    matched_on: str
    facts: tuple[tuple[str, Any], ...]
    verdict: str
    tone: str
    why: str
    assign: str


def links_of(told: ToldReceipt, *, dialog: str = "") -> Links:
    """The pages of everyone a receipt names, in at most five queries; `dialog` is where its order is given away."""
    content = told.content
    candidates = [candidate for step in told.steps for candidate in step.candidates]
    accounts = {account_of(each) for each in candidates} | {content["account"], content["number_from"]}
    customers = {each.id for each in candidates if each.type == "customer"} | {content["customer"]}
    numbers = {each.id for each in candidates if each.type == "erp_customer"} | {content["erp_customer_number"]}
    known_accounts = dict(Account.objects.filter(shared_id__in=accounts - {None}).values_list("shared_id", "pk"))
    known_customers = dict(Customer.objects.filter(shared_id__in=customers - {None}).values_list("shared_id", "pk"))
    mirrored = ErpCustomer.objects.filter(erp_system=content["erp_system"] or "", number__in=numbers - {None})
    storefront = Storefront.objects.filter(code=content["storefront"]).values_list("pk", flat=True).first()
    policy = reverse("admin:storefronts_storefront_change", args=[storefront]) + "?tab=policy" if storefront else ""
    return Links(
        accounts={key: reverse("admin:accounts_account_change", args=[pk]) for key, pk in known_accounts.items()},
        customers={key: reverse("admin:customers_customer_change", args=[pk]) for key, pk in known_customers.items()},
        erp_customers={row.number: reverse("admin:customers_erpcustomer_change", args=[row.pk]) for row in mirrored},
        policy=policy,
        assign=_assignments(candidates, dialog, known_accounts, known_customers, content["erp_system"])
        if dialog
        else {},
    )


def account_of(candidate: ToldCandidate) -> str | None:
    """The shared id of the account a candidate stands for, or is."""
    if candidate.type == "account":
        return candidate.id
    account: str | None = candidate.details.get("account")
    return account


def _assignments(
    candidates: "list[ToldCandidate]",
    dialog: str,
    accounts: Mapping[str, int],
    customers: Mapping[str, int],
    erp_system: str | None,
) -> dict[tuple[str, str], str]:
    """An ERP customer is given the order through whoever of ours carries its number."""
    numbers = [each.id for each in candidates if each.type == "erp_customer"]
    carried = CustomerExternalId.objects.filter(system=erp_system or "", external_id__in=numbers) if numbers else ()
    carriers = {link.external_id: link.customer_id for link in carried}
    addresses = {}
    for each in candidates:
        account = accounts.get(account_of(each) or "")
        customer = carriers.get(each.id) if each.type == "erp_customer" else customers.get(each.id)
        if account is not None and each.why_code != Why.ACCOUNT_DISABLED:
            addresses[each.type, each.id] = f"{dialog}?action={Action.ASSIGN_ACCOUNT}&account={account}"
        elif each.type in {"customer", "erp_customer"} and customer is not None:
            addresses[each.type, each.id] = f"{dialog}?action={Action.ASSIGN_CUSTOMER}&customer={customer}"
    return addresses


def candidate_of(
    candidate: ToldCandidate, labels: Mapping[str, str], links: Links, *, decided_at: str
) -> StoryCandidate:
    """One candidate of a step as its card."""
    icon, kind = KINDS[candidate.type]
    title, subtitle, url = _who(candidate, labels, links)
    tone, verdict = _verdict(candidate)
    return StoryCandidate(
        icon=icon,
        kind=str(kind),
        title=title,
        subtitle=subtitle,
        url=url,
        matched_on=", ".join(str(MATCHED_ON.get(word, word)) for word in candidate.matched_on),
        facts=tuple(_facts(candidate, datetime.fromisoformat(decided_at))),
        verdict=verdict,
        tone=tone,
        why=candidate.why,
        assign="" if candidate.won else links.assign.get((candidate.type, candidate.id), ""),
    )


def _who(candidate: ToldCandidate, labels: Mapping[str, str], links: Links) -> tuple[str, str, str]:
    """Title, subtitle and link: of a contact the account it stands for, then the person."""
    if candidate.type == "contact":
        account = candidate.details["account"]
        name = labels.get(f"account:{account}", "")
        person = candidate.label.removesuffix(f" — {name}") if name else candidate.label
        return name or account, person or _("A contact whose name was erased"), links.accounts.get(account, "")
    if candidate.type == "account":
        return candidate.label or candidate.id, "", links.accounts.get(candidate.id, "")
    if candidate.type == "erp_customer":
        title = candidate.label.removeprefix(candidate.id).strip() or candidate.id
        return title, _("Number %s") % candidate.id, links.erp_customers.get(candidate.id, "")
    return candidate.label or _("A person whose name was erased"), "", links.customers.get(candidate.id, "")


def _verdict(candidate: ToldCandidate) -> tuple[str, str]:
    if candidate.won:
        return "won", _("Won")
    if candidate.why_code == Why.ERP_ROW_STALE:
        return "waiting", _("Waits")
    if candidate.why_code == Why.AMBIGUOUS:
        return "open", _("Undecided")
    return ("blocked", _("Blocked")) if candidate.why_code in UNDECIDED else ("lost", _("Lost"))


def _facts(candidate: ToldCandidate, decided_at: datetime) -> "list[tuple[str, Any]]":
    details = candidate.details
    facts: list[tuple[str, Any]] = []
    if status := details.get("account_status"):
        facts.append((_("Account"), AccountStatus(status).label))
    if kind := details.get("kind"):
        facts.append((_("Kind"), CustomerKind(kind).label))
    if details.get("active") is False:
        facts.append((_("State"), _("Inactive")))
    elif details.get("on_hold"):
        facts.append((_("State"), _("On hold")))
    if details.get("allows_orders") is False:
        facts.append((_("Orders"), _("Not allowed in the ERP")))
    if read_at := details.get("read_at"):
        facts.append((_("Read"), _("%s before") % showing.span(datetime.fromisoformat(read_at), decided_at)))
    if candidate.type != "erp_customer" and (created := details.get("created")):
        facts.append((_("Since"), _day(created)))
    if first_sale := details.get("first_sale"):
        facts.append((_("First sale"), _day(first_sale)))
    if stands_for := details.get("stands_for"):
        facts.append((_("Stands for"), ", ".join(stands_for)))
    return facts


def _day(text: str) -> Any:
    return showing.moment(date.fromisoformat(text[:10]))
