"""Roles: what associates may do."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.models import Associate, Role
from accounts.permissions import Permission
from accounts.services.admins import LastAdminError
from accounts.services.roles import BuiltInRoleError, RoleInUseError, change_role, create_role, remove_role
from interface.panel import showing
from interface.panel.forms import ServiceForm
from interface.panel.given import Given
from interface.panel.model_admin import ServiceModelAdmin
from interface.panel.refusals import Explanations


class RoleForm(ServiceForm):
    """A named set of permissions."""

    permissions = forms.MultipleChoiceField(
        label=_("Permissions"),
        required=False,
        choices=Permission.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = Role
        fields = ["name", "code", "permissions"]


@admin.register(Role)
class RoleAdmin(ServiceModelAdmin):
    """The built-in roles, and those that staff add."""

    form = RoleForm
    list_display = ("shown_name", "code", "shown_permissions", "shown_associates")
    list_display_links = None
    search_fields = ("name", "code")
    search_help_text = _("Part of a name or code")
    sortable_by = ()
    empty_text = _("A role says what an associate may do for an account.")
    explanations: ClassVar[Explanations] = {
        BuiltInRoleError: lambda _error: ("", _("A built-in role is neither changed nor removed.")),
        RoleInUseError: lambda error: ("", _("%s associates have the role; give them another one first.") % error),
        LastAdminError: lambda error: (
            "permissions",
            _("%s would have no admin any more: name another one there first.") % error,
        ),
    }
    beside: ClassVar[Mapping[str, str]] = {}

    @admin.display(description=_("Role"))
    def shown_name(self, role: Role) -> SafeString:
        return showing.link(self.url_of(role.pk), role.name)

    @admin.display(description=_("Permissions"))
    def shown_permissions(self, role: Role) -> str:
        words = [str(Permission(word).label) for word in role.permissions]
        return ", ".join(words) or str(_("Look, without prices"))

    @admin.display(description=_("Associates"))
    def shown_associates(self, role: Role) -> int:
        return role.associates_shown  # type: ignore[attr-defined, no-any-return] # prepare_rows

    def prepare_rows(self, rows: Sequence[Role], *, request: HttpRequest) -> None:  # noqa: ARG002 -- as the base says
        """How many associates have each."""
        counted = Associate.objects.filter(role__in=rows).order_by().values_list("role").annotate(Count("pk"))
        counts = dict(counted)
        for role in rows:
            role.associates_shown = counts.get(role.pk, 0)  # type: ignore[attr-defined] # of the page, not of the model

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:  # noqa: ARG002 -- Django's signature
        return ["name", "permissions"] if obj is not None else ["name", "code", "permissions"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_built_in = obj is not None and obj.built_in
        return not is_built_in and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_built_in = obj is not None and obj.built_in
        return not is_built_in and super().has_delete_permission(request, obj)

    def create(self, request: HttpRequest, given: Given) -> Role:  # noqa: ARG002 -- as the base says
        return create_role(**given.creation)

    def change(self, request: HttpRequest, obj: Role, given: Given) -> Role:  # noqa: ARG002 -- as the base says
        return change_role(role=obj, **given.change)

    def remove(self, request: HttpRequest, obj: Role, given: Given) -> None:  # noqa: ARG002 -- as the base says
        remove_role(role=obj, seen_at=given.seen_at, by=given.by, at=given.at)
