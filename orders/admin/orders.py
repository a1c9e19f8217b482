"""Orders: the list, and the page that tells whose an order is and why."""

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from customers.models import Customer
from interface.panel import showing
from interface.panel.given import Given
from interface.panel.model_admin import ServiceModelAdmin
from interface.panel.pages import Dialog
from interface.panel.refusals import Explanations
from orders.admin import changing
from orders.admin.headlines import TONES
from orders.admin.story import tell_story
from orders.admin.trying import TryOrderView
from orders.models import AddressRole, IdentityDecision, Order, OrderStatus
from orders.words import Action, Outcome, Reason

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# In a list a reason is two words; the page has the sentence.
SHORT_REASONS: "dict[str, StrOrPromise]" = {
    Reason.AMBIGUOUS: _("several match"),
    Reason.CONTACT_ON_HOLD: _("contact on hold"),
    Reason.ACCOUNT_SUSPENDED: _("account suspended"),
    Reason.ACCOUNT_PENDING: _("account pending"),
    Reason.NO_USABLE_IDENTIFIER: _("no e-mail, no phone"),
    Reason.NO_MATCH: _("nothing matches"),
    Reason.STAFF_HOLD: _("held by staff"),
    Reason.ERP_ROW_STALE: _("copy too old"),
    Reason.ERP_CATCH_UP_PENDING: _("ERP not read yet"),
}


def outcome_tag(order: Order) -> SafeString:
    outcome = Outcome(order.outcome)
    return showing.tag(outcome.label, TONES[outcome])


class OwnerFilter(admin.SimpleListFilter):
    """Orders of the one object that a link from its page names by shared ID; of an unknown one there are none."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> "Sequence[tuple[str, StrOrPromise]]":  # noqa: ARG002 -- Django's signature
        shared_id = request.GET.get(self.parameter_name or "", "")
        return [(shared_id, self.label(self.owner(shared_id), shared_id))] if shared_id else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 -- Django's signature
        if not self.value():
            return queryset
        owner = self.owner(self.value() or "")
        return queryset.none() if owner is None else self.narrow(queryset, owner)

    def owner(self, shared_id: str) -> Any:
        raise NotImplementedError

    def label(self, owner: Any, shared_id: str) -> "StrOrPromise":
        return str(owner) if owner else shared_id

    def narrow(self, queryset: Any, owner: Any) -> QuerySet[Any]:
        raise NotImplementedError


class SubtreeFilter(OwnerFilter):
    """Orders of one account and everything below it; account pages link here."""

    title = _("account")
    parameter_name = "below"

    def owner(self, shared_id: str) -> Any:
        return Account.objects.filter(shared_id=shared_id).first()

    def label(self, owner: Any, shared_id: str) -> "StrOrPromise":
        return _("%s and below") % owner.name if owner else shared_id

    def narrow(self, queryset: Any, owner: Any) -> QuerySet[Any]:
        narrowed: QuerySet[Any] = queryset.in_subtree_of(owner)
        return narrowed


class CustomerFilter(OwnerFilter):
    """Orders of one customer; customer pages link here."""

    title = _("customer")
    parameter_name = "customer"

    def owner(self, shared_id: str) -> Any:
        return Customer.objects.filter(shared_id=shared_id).first()

    def narrow(self, queryset: Any, owner: Any) -> QuerySet[Any]:
        narrowed: QuerySet[Any] = queryset.filter(customer=owner)
        return narrowed


@admin.register(Order)
class OrderAdmin(ServiceModelAdmin):
    """Orders as the shops sent them, and whose they are. To read: the panel changes no order."""

    list_display = (
        "shown_number", "shown_outcome", "shown_account", "shown_customer", "storefront", "shown_placed", "shown_total",
    )  # fmt: skip
    list_display_links = None
    list_filter = (
        "outcome",
        "kind",
        "storefront",
        ("received_at", admin.DateFieldListFilter),
        SubtreeFilter,
        CustomerFilter,
    )
    list_select_related = ("storefront", "account", "customer")
    search_fields = ("number",)
    search_help_text = _("Order number, e-mail or shared ID in full; part of an account's name")
    ordering = ("-received_at", "-id")
    empty_text = _("Shops send orders to POST /api/v1/orders. Give a shop an API client, or try an order first.")
    page_template = "panel/orders/order.html"
    header_template = "panel/orders/header.html"

    def get_urls(self) -> list[URLPattern]:
        trying = self.admin_site.admin_view(TryOrderView.as_view(model_admin=self))
        return [path("try/", trying, name="orders_order_try"), *super().get_urls()]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:  # noqa: ARG002 -- Django's signature
        text = search_term.strip()
        return (queryset.holding(text) if text else queryset), False

    explanations: ClassVar[Explanations] = changing.EXPLANATIONS

    # --- List

    @admin.display(description=_("Number"))
    def shown_number(self, order: Order) -> SafeString:
        return showing.link(self.url_of(order.pk), order.number)

    @admin.display(description=_("Outcome"))
    def shown_outcome(self, order: Order) -> SafeString:
        reason = SHORT_REASONS.get(order.reason, "")
        return format_html('{} <span class="ci-subtle">{}</span>', outcome_tag(order), reason)

    @admin.display(description=_("Account"))
    def shown_account(self, order: Order) -> SafeString | str:
        if order.account is None:
            return showing.NOTHING
        return showing.link(reverse("admin:accounts_account_change", args=[order.account_id]), order.account)

    @admin.display(description=_("Customer"))
    def shown_customer(self, order: Order) -> SafeString | str:
        if order.customer is None:
            return showing.NOTHING
        return showing.link(reverse("admin:customers_customer_change", args=[order.customer_id]), order.customer)

    @admin.display(description=_("Placed"), ordering="placed_at")
    def shown_placed(self, order: Order) -> str:
        return showing.exact(order.placed_at)

    @admin.display(description=_("Total"))
    def shown_total(self, order: Order) -> SafeString:
        return format_html('<span class="ci-amount">{}</span>', showing.money(order.total, order.currency))

    # --- Page

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        queryset: QuerySet[Any] = super().get_queryset(request)
        return queryset.defer("received_digest")

    def dialogs(self) -> Sequence[Dialog]:
        return [
            Dialog(
                name="identity",
                title=_("Change identity"),
                text=_("This is a decision of its own; the earlier ones stay readable beside it."),
                button=_("Decide"),
                permission="orders.decide_identity",
                perform=self._change_identity,
                form=changing.ChangeIdentityForm,
                initial=changing.as_it_is,
                from_address=("action", "account", "customer"),
                icon="gavel",
            )
        ]

    def _change_identity(self, request: HttpRequest, order: Order, given: Given) -> None:
        messages.success(request, changing.told(changing.perform(order, given)))

    def header_context(self, request: HttpRequest, obj: Order) -> dict[str, Any]:  # noqa: ARG002 -- as the base says
        is_told = obj.status != OrderStatus.PLACED
        return {"labels": outcome_tag(obj), "status_label": OrderStatus(obj.status).label if is_told else ""}

    def page_context(self, request: HttpRequest, obj: Order) -> dict[str, Any]:
        context: dict[str, Any] = {
            "lines": _lines(obj),
            "totals": _totals(obj),
            "addresses": _addresses(obj),
            "claim_title": _("The order says"),
            "claim": _claim(obj),
        }
        dialog = reverse("admin:orders_order_identity", args=[obj.pk]) if changing.may_decide(request) else ""
        if request.user.has_perm("orders.view_identitydecision"):
            decisions = _decisions(request, obj, dialog=dialog)
            context |= {**decisions, "claim": [*context["claim"], *decisions["mended"]]}
        return context


def _claim(order: Order) -> "list[tuple[StrOrPromise, str]]":
    """What the order says of who placed it. E-mail and phone are told even where they are missing: they decide."""
    name = " ".join(part for part in (order.claim_first_name, order.claim_last_name) if part)
    told = [(_("E-mail"), order.claim_email), (_("Phone"), order.claim_phone)]
    more = [(_("Name"), name), (_("Shop's customer ID"), order.claim_external_id)]
    return [*told, *((title, value) for title, value in more if value)]


def _lines(order: Order) -> list[dict[str, Any]]:
    return [
        {
            "sku": line.sku,
            "name": line.name,
            "quantity": line.quantity,
            "unit_price": showing.money(line.unit_price, order.currency),
            "total": showing.money(line.unit_price * line.quantity, order.currency),
        }
        for line in order.lines.all()
    ]


def _totals(order: Order) -> "list[tuple[StrOrPromise, str]]":
    """What the shop sent of the sums; the total stands apart."""
    named = [
        (_("Subtotal"), order.subtotal),
        (_("Shipping"), order.shipping_total),
        (_("Tax"), order.tax_total),
        (_("Discount"), order.discount_total),
    ]
    return [(name, showing.money(amount, order.currency)) for name, amount in named if amount is not None]


def _addresses(order: Order) -> "list[tuple[StrOrPromise, list[str]]]":
    told: list[tuple[StrOrPromise, list[str]]] = []
    for address in order.addresses.order_by("role"):
        name = " ".join(part for part in (address.first_name, address.last_name) if part)
        place = " ".join(part for part in (address.city, address.region, address.postal_code) if part)
        lines = (name, address.company, address.line1, address.line2, place, address.country, address.phone)
        told.append((AddressRole(address.role).label, [line for line in lines if line]))
    return told


def _decisions(request: HttpRequest, order: Order, *, dialog: str) -> dict[str, Any]:
    """The decision that is read (the current one, or an earlier one named in the address) and the others."""
    decisions = list(order.decisions.select_related("evidence").order_by("-decided_at", "-id"))
    chosen = request.GET.get("decision", "")
    current = next(each for each in decisions if each.pk == order.decision_id)
    read = next((each for each in decisions if str(each.pk) == chosen and _is_uuid(chosen)), current)
    evidence = read.evidence
    names = showing.actor_names(each.decided_by for each in decisions)
    return {
        "story": tell_story(
            read.receipt_content(),
            labels=evidence.labels,
            email=evidence.email_key,
            phone=evidence.phone_key,
            is_erased=evidence.erased_at is not None,
            dialog=dialog if read.pk == current.pk else "",
        ),
        "why_given": evidence.why,
        "why_given_by": names[read.decided_by],
        "mended": _mended(evidence.mended),
        "evidence_erased_at": evidence.erased_at,
        "is_superseded": read.pk != current.pk,
        "earlier": [_told_decision(each, names[each.decided_by], read, current) for each in decisions]
        if len(decisions) > 1
        else [],
        "decision": read,
    }


def _mended(stored: dict[str, str]) -> "list[tuple[StrOrPromise, str]]":
    """What a person put in the place of what the order says."""
    names = {"email": _("E-mail, mended"), "phone": _("Phone, mended")}
    return [(names[name], value) for name, value in sorted(stored.items())]


def _told_decision(
    decision: IdentityDecision, by: str, read: IdentityDecision, current: IdentityDecision
) -> dict[str, Any]:
    outcome = Outcome(decision.outcome)
    ruling = decision.receipt_content().get("ruling")
    return {
        "query": "" if decision.pk == current.pk else f"?decision={decision.pk}",
        "label": showing.tag(outcome.label, TONES[outcome]),
        "at": decision.decided_at,
        "by": by,
        "action": Action(ruling["action"]).label if ruling and ruling["action"] in Action.values else "",
        "is_read": decision.pk == read.pk,
        "is_current": decision.pk == current.pk,
    }


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
