"""Segments and profile attributes: what customers are grouped by and asked for."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from customers.admin.forms import AttributeForm, SegmentForm
from customers.attributes import Subject, Type, Visibility
from customers.models import ProfileAttribute, Segment
from customers.services.profile_attributes import change_attribute, create_attribute, remove_attribute
from customers.services.segments import change_segment, create_segment, remove_segment
from interface.panel import showing
from interface.panel.forms import SEEN_AT, SeenAtField
from interface.panel.given import Given
from interface.panel.model_admin import ServiceModelAdmin
from interface.panel.pages import Dialog
from storefronts.models import Storefront

POLICY = "policy_"


@admin.register(Segment)
class SegmentAdmin(ServiceModelAdmin):
    """Groups that shops key promotions on."""

    form = SegmentForm
    list_display = ("shown_name", "code")
    list_display_links = None
    search_fields = ("name", "code")
    search_help_text = _("Part of a name or code")
    empty_text = _("A segment groups customers; shops key promotions on it.")

    @admin.display(description=_("Segment"), ordering="name")
    def shown_name(self, segment: Segment) -> SafeString:
        return showing.link(self.url_of(segment.pk), segment.name)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:  # noqa: ARG002 -- Django's signature
        return ["name"] if obj is not None else ["name", "code"]

    def create(self, request: HttpRequest, given: Given) -> Segment:  # noqa: ARG002 -- as the base says
        return create_segment(**given.creation)

    def change(self, request: HttpRequest, obj: Segment, given: Given) -> Segment:  # noqa: ARG002 -- as the base says
        return change_segment(segment=obj, **given.change)

    def remove(self, request: HttpRequest, obj: Segment, given: Given) -> None:  # noqa: ARG002 -- as the base says
        remove_segment(segment=obj, seen_at=given.seen_at, by=given.by, at=given.at)


class PoliciesForm(forms.Form):
    """What shoppers of each storefront may do with the attribute."""

    seen_at = SeenAtField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("As everywhere")), *Visibility.choices]
        for code, name in Storefront.objects.values_list("code", "name"):
            self.fields[f"{POLICY}{code}"] = forms.ChoiceField(
                label=name, required=False, choices=choices, widget=UnfoldAdminSelectWidget
            )


def _policies(attribute: ProfileAttribute) -> dict[str, Any]:
    own = attribute.storefront_policies.values_list("storefront__code", "policy")
    return {SEEN_AT: attribute.updated_at, **{f"{POLICY}{code}": policy for code, policy in own}}


def _write_policies(request: HttpRequest, attribute: ProfileAttribute, given: Given) -> None:  # noqa: ARG001
    chosen = {name.removeprefix(POLICY): policy for name, policy in given.fields.items() if policy}
    storefronts = {each.code: each for each in Storefront.objects.filter(code__in=chosen)}
    change_attribute(
        attribute=attribute,
        policies={storefronts[code]: Visibility(policy) for code, policy in chosen.items() if code in storefronts},
        seen_at=given.seen_at,
        by=given.by,
        at=given.at,
    )


@admin.register(ProfileAttribute)
class ProfileAttributeAdmin(ServiceModelAdmin):
    """What is asked of every customer or account beside the fields there are."""

    form = AttributeForm
    list_display = ("shown_label", "key", "shown_subject", "shown_type", "required", "shown_policy")
    list_display_links = None
    list_filter = ("subject",)
    search_fields = ("label", "key")
    search_help_text = _("Part of a label or key")
    empty_text = _("A profile attribute is one more thing to know of every customer, or of every account.")

    @admin.display(description=_("Attribute"), ordering="label")
    def shown_label(self, attribute: ProfileAttribute) -> SafeString:
        return showing.link(self.url_of(attribute.pk), attribute.label)

    @admin.display(description=_("Asked of"), ordering="subject")
    def shown_subject(self, attribute: ProfileAttribute) -> str:
        return str(Subject(attribute.subject).label)

    @admin.display(description=_("Type"), ordering="type")
    def shown_type(self, attribute: ProfileAttribute) -> str:
        return str(Type(attribute.type).label)

    @admin.display(description=_("Shoppers"), ordering="policy")
    def shown_policy(self, attribute: ProfileAttribute) -> str:
        return str(Visibility(attribute.policy).label)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:  # noqa: ARG002 -- Django's signature
        asked = ["label", "required", "policy", "choices"]
        return asked if obj is not None else ["subject", "label", "key", "type", *asked[1:]]

    def dialogs(self) -> Sequence[Dialog]:
        return [
            Dialog(
                name="storefronts",
                title=_("Storefronts"),
                text=_("Where one storefront differs from the rest."),
                button=_("Save"),
                permission="customers.change_profileattribute",
                perform=_write_policies,
                form=PoliciesForm,
                initial=_policies,
                done=_("The storefronts' own policies were saved."),
                icon="storefront",
            )
        ]

    def create(self, request: HttpRequest, given: Given) -> ProfileAttribute:  # noqa: ARG002 -- as the base says
        return create_attribute(**given.creation)

    def change(self, request: HttpRequest, obj: ProfileAttribute, given: Given) -> ProfileAttribute:  # noqa: ARG002
        return change_attribute(attribute=obj, **given.change)

    def remove(self, request: HttpRequest, obj: ProfileAttribute, given: Given) -> None:  # noqa: ARG002 -- as the base says
        remove_attribute(attribute=obj, seen_at=given.seen_at, by=given.by, at=given.at)
