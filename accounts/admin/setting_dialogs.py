"""Give an account a price list, and say which payment methods its buyers see; what that touches is shown first."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.admin import forms
from accounts.effects import Effect, effects_of_assignment, effects_of_rule
from accounts.models import Account, PaymentMethod, PaymentRule, PriceListAssignment
from accounts.services.assignments import assign_price_list, remove_assignment
from accounts.services.payment_methods import set_payment_rules
from interface.panel import showing
from interface.panel.finding import can_be_key
from interface.panel.forms import SEEN_AT
from interface.panel.given import Given
from interface.panel.pages import Dialog
from storefronts.models import Storefront

CHANGE = "accounts.change_account"


def _assignment_named(account: Account, text: str) -> PriceListAssignment:
    """Raises ObjectDoesNotExist, ValidationError for what is no id."""
    if not can_be_key(text):
        raise ValidationError(_("This form came back damaged. Open the page anew."))
    rows = PriceListAssignment.objects.select_related("price_list", "storefront")
    return rows.get(pk=int(text), account=account)


def _price_list(account: Account, named: dict[str, str]) -> dict[str, Any]:
    """The assignment that is named or in force now; else what the lasting one gives, so that saving takes nothing."""
    own = PriceListAssignment.objects.filter(account=account).select_related("price_list", "storefront")
    if "assignment" in named:
        key = named["assignment"]
        found = own.filter(pk=key).first() if can_be_key(key) else None
    elif "now" in named:
        found = own.in_force(at=timezone.now()).first()
    else:
        lasting = own.filter(storefront=None, valid_from=None).first()
        return {"price_list": lasting.price_list, "valid_until": lasting.valid_until} if lasting else {}
    if found is None:
        return {}
    return {
        "assignment": found.pk,
        SEEN_AT: found.updated_at,
        "storefront": found.storefront,
        "price_list": found.price_list,
        "valid_from": found.valid_from,
        "valid_until": found.valid_until,
    }


def _assigned(account: Account, typed: dict[str, Any]) -> dict[str, Any]:
    """What was typed, as the arguments of the service; the storefront and the beginning are those of a changed one.

    Raises ObjectDoesNotExist where that was removed meanwhile.
    """
    fields = dict(typed)
    named = fields.pop("assignment")
    if named:
        found = _assignment_named(account, named)
        fields |= {"storefront": found.storefront, "valid_from": found.valid_from}
    return fields


def _price_list_effects(account: Account, typed: dict[str, Any]) -> list[str]:
    try:
        fields = _assigned(account, typed)
    except (ValidationError, PriceListAssignment.DoesNotExist):
        return [gettext("It was taken away already.")]
    return effect_sentences(effects_of_assignment(account=account, at=timezone.now(), **fields))


def effect_sentences(effects: Sequence[Effect]) -> list[str]:
    """How many accounts would have another list on each storefront, and which the first of them are."""
    sentences = []
    for effect in effects:
        if not effect.accounts:
            sentences.append(gettext("%s: nothing changes.") % effect.storefront.name)
            continue
        counted = ngettext("%(count)s account", "%(count)s accounts", effect.accounts) % {"count": effect.accounts}
        named = "; ".join(
            f"{each.node.name}: {each.was or showing.NOTHING} → {each.becomes or showing.NOTHING}"
            for each in effect.examples
        )
        more = " …" if effect.accounts > len(effect.examples) else ""
        sentences.append(f"{effect.storefront.name}: {counted}. {named}{more}")
    return sentences


def _removal_effects(account: Account, typed: dict[str, Any]) -> list[str]:
    try:
        found = _assignment_named(account, str(typed.get("assignment", "")))
    except (ValidationError, PriceListAssignment.DoesNotExist):
        return [gettext("It was taken away already.")]
    effects = effects_of_assignment(
        account=account,
        price_list=None,
        storefront=found.storefront,
        valid_from=found.valid_from,
        at=timezone.now(),
    )
    return effect_sentences(effects)


def _assign(request: HttpRequest, account: Account, given: Given) -> None:  # noqa: ARG001 -- as dialogs say
    fields = _assigned(account, given.fields)
    if fields["price_list"] is not None:
        assign_price_list(account=account, seen_at=given.seen_at, by=given.by, at=given.at, **fields)
        return
    storefront, valid_from = fields["storefront"], fields["valid_from"]
    standing = PriceListAssignment.objects.filter(account=account, storefront=storefront, valid_from=valid_from).first()
    if standing is not None:
        remove_assignment(assignment=standing, seen_at=given.seen_at, by=given.by, at=given.at)


def _unassign(request: HttpRequest, account: Account, given: Given) -> None:  # noqa: ARG001
    found = _assignment_named(account, given.fields["assignment"])
    remove_assignment(assignment=found, seen_at=given.seen_at, by=given.by, at=given.at)


def _payment_methods(account: Account, named: dict[str, str]) -> dict[str, Any]:
    code = named.get("storefront") or Storefront.objects.order_by("code").values_list("code", flat=True).first() or ""
    rules = PaymentRule.objects.filter(account=account, method__storefront__code=code)
    words = {True: forms.VISIBLE, False: forms.HIDDEN}
    own = {f"{forms.METHOD}{method}": words[visible] for method, visible in rules.values_list("method", "visible")}
    return {"storefront": code, "seen": own, **own}


def _words(typed: dict[str, Any]) -> tuple[dict[PaymentMethod, bool | None], dict[PaymentMethod, bool | None]]:
    """What is to be said of the methods whose word was changed, and what was said of them when the form was opened."""
    methods = PaymentMethod.objects.filter(storefront__code=typed["storefront"]).select_related("storefront")
    meant = {forms.VISIBLE: True, forms.HIDDEN: False}
    words, seen = {}, {}
    for method in methods:
        name = f"{forms.METHOD}{method.pk}"
        was = typed["seen"].get(name, forms.AS_ABOVE)
        if typed.get(name, was) != was:
            words[method], seen[method] = meant.get(typed[name]), meant.get(was)
    return words, seen


def _payment_effects(account: Account, typed: dict[str, Any]) -> list[str]:
    sentences = []
    for method, visible in _words(typed)[0].items():
        turn = effects_of_rule(account=account, method=method, visible=visible)
        if turn is None:
            continue
        count = len(turn.nodes)
        sentence = (
            ngettext("%(count)s account sees %(name)s.", "%(count)s accounts see %(name)s.", count)
            if turn.becomes_visible
            else ngettext(
                "%(count)s account no longer sees %(name)s.", "%(count)s accounts no longer see %(name)s.", count
            )
        )
        sentences.append(sentence % {"count": count, "name": method.name})
    return sentences or [gettext("Nobody sees anything else than before.")]


def _set_payment_methods(request: HttpRequest, account: Account, given: Given) -> None:  # noqa: ARG001
    words, seen = _words(given.fields)
    set_payment_rules(account=account, words=words, seen=seen, by=given.by, at=given.at)


SETTINGS = (
    Dialog(
        name="price-list",
        title=_("Assign price list"),
        text=_("It holds for this account and for those below that inherit and have none of their own."),
        button=_("Save"),
        permission=CHANGE,
        perform=_assign,
        form=forms.PriceListForm,
        from_address=("assignment", "now"),
        initial_from=_price_list,
        foretell=_price_list_effects,
        done=_("The price list was assigned."),
        icon="sell",
    ),
    Dialog(
        name="price-list-removal",
        title=_("Take the price list away"),
        text=_("What is set above it holds again, or the storefront's base list."),
        button=_("Take away"),
        permission=CHANGE,
        perform=_unassign,
        form=forms.AssignmentOnlyForm,
        from_address=("assignment",),
        initial_from=_price_list,
        foretell=_removal_effects,
        done=_("The price list was taken away."),
        is_dangerous=True,
        is_button=False,
    ),
    Dialog(
        name="payment-methods",
        title=_("Payment methods"),
        text=_("What its buyers see at checkout, and those of accounts below that inherit and say nothing themselves."),
        button=_("Save"),
        permission=CHANGE,
        perform=_set_payment_methods,
        form=forms.PaymentMethodsForm,
        from_address=("storefront",),
        initial_from=_payment_methods,
        foretell=_payment_effects,
        done=_("The payment methods were saved."),
        is_button=False,
    ),
)
