"""Answers to shoppers about accounts and their associates: what the role shows, and nothing of staff."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from accounts.acting import AccountNotAssociatedError, PermissionMissingError, Standing
from accounts.api.storefront import examples
from accounts.api.storefront.authentication import REASONS
from accounts.api.storefront.links import account_links, address_links, associate_links
from accounts.models import AccountStatus, Associate, Role
from accounts.permissions import Permission
from customers.api.outputs import BookEntryOutput
from customers.attributes import Definition, Type, Visibility, shown
from customers.models import PostalAddress
from interface.api.fields import shown_moment
from interface.api.problems import problem_of

TEXTS = (
    "shared_id", "name", "business_number", "tax_id", "phone", "fax", "email", "postal_code", "status",
)  # fmt: skip


class RoleNameOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()


class RefusalOutput(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="A word of docs/reference/errors.md, as in account_suspended.")
    reason = serializers.CharField()
    permission = serializers.ChoiceField(Permission.choices, allow_null=True, help_text="What the role lacks.")


class PermissionList(serializers.ListField):
    child = serializers.ChoiceField(Permission.choices)


class LinksOutput(serializers.DictField):
    child = serializers.CharField()


@extend_schema_serializer(examples=[examples.READABLE_ACCOUNT])
class ReadableAccountOutput(serializers.Serializer[Any]):
    """An account in a list. `reason` is the code of the refusal that makes it unusable."""

    shared_id = serializers.CharField()
    name = serializers.CharField()
    status = serializers.ChoiceField(AccountStatus.choices)
    role = RoleNameOutput(help_text="Of the nearest association, with the account or above it.")
    permissions = PermissionList(help_text="What the person may do for it now: role and status.")
    usable = serializers.BooleanField(help_text="Whether he can act for it.")
    reason = serializers.CharField(allow_null=True)
    refusals = RefusalOutput(many=True)
    valid_until = serializers.DateTimeField(allow_null=True, help_text="Of his own association with it.")
    links = LinksOutput()


@extend_schema_serializer(examples=[examples.ACCOUNT])
class ShopperAccountOutput(serializers.Serializer[Any]):
    shared_id = serializers.CharField()
    name = serializers.CharField()
    business_number = serializers.CharField()
    tax_id = serializers.CharField()
    phone = serializers.CharField()
    fax = serializers.CharField()
    email = serializers.CharField()
    postal_code = serializers.CharField()
    status = serializers.ChoiceField(AccountStatus.choices)
    parent_shared_id = serializers.CharField(allow_null=True, help_text="null too where the parent is not his to read.")
    attributes = serializers.DictField(help_text="Those that the storefront shows.")
    role = RoleNameOutput()
    permissions = PermissionList()
    links = LinksOutput()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class AttributeOfAccountOutput(serializers.Serializer[Any]):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # DRF has attributes of these names
    type = serializers.ChoiceField(Type.choices)
    choices = serializers.ListField(child=serializers.CharField())
    required = serializers.BooleanField()  # type: ignore[assignment]
    editable = serializers.BooleanField(help_text="Whether the person may write it: policy, role and status.")
    value = serializers.JSONField(allow_null=True)


@extend_schema_serializer(examples=[examples.ATTRIBUTES])
class AttributesOfAccountOutput(serializers.Serializer[Any]):
    results = AttributeOfAccountOutput(many=True)


@extend_schema_serializer(examples=[examples.COLLEAGUE])
class ColleagueOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    customer_shared_id = serializers.CharField()
    email = serializers.CharField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    role = serializers.CharField(help_text="Code of the role.")
    role_name = serializers.CharField()
    valid_from = serializers.DateTimeField(allow_null=True)
    valid_until = serializers.DateTimeField(allow_null=True)
    links = LinksOutput()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


@extend_schema_serializer(examples=[examples.ADDRESS])
class ShopperAddressOutput(BookEntryOutput):
    """An address of the book that is used; `context` says who acts (`acting`)."""

    links = serializers.SerializerMethodField()

    class Meta(BookEntryOutput.Meta):
        fields = [*BookEntryOutput.Meta.fields, "links"]

    @extend_schema_field(LinksOutput)
    def get_links(self, address: PostalAddress) -> dict[str, str]:
        return address_links(self.context["acting"], address)


def role_answer(role: Role) -> dict[str, str]:
    return {"code": role.code, "name": role.name}


def refusal_answer(error: Exception) -> dict[str, Any]:
    """As the error would be answered, were it tried."""
    if isinstance(error, AccountNotAssociatedError):
        code = "account_not_associated"
        return {"code": code, "reason": REASONS[code], "permission": None}
    problem = problem_of(error)
    assert problem is not None, "accounts/api/errors.py names every refusal"
    permission = str(error.permission) if isinstance(error, PermissionMissingError) else None
    return {"code": problem.code, "reason": problem.detail, "permission": permission}


def readable_account_answer(standing: Standing) -> dict[str, Any]:
    account, direct = standing.account, standing.direct
    refusals = [refusal_answer(error) for error in standing.refusals()]
    until = direct.valid_until if direct else None
    return {
        "shared_id": account.shared_id,
        "name": account.name,
        "status": account.status,
        "role": role_answer(standing.nearest.role),
        "permissions": [str(each) for each in standing.permissions()],
        "usable": standing.is_usable,
        "reason": None if standing.is_usable else refusals[0]["code"],
        "refusals": refusals,
        "valid_until": shown_moment(until) if until else None,
        "links": account_links(standing),
    }


def account_answer(standing: Standing, definitions: Sequence[Definition]) -> dict[str, Any]:
    account = standing.account
    parent = account.parent if standing.sees_parent else None
    return {
        **{name: getattr(account, name) for name in TEXTS},
        "parent_shared_id": parent.shared_id if parent else None,
        "attributes": shown(stored=account.attributes, definitions=definitions),
        "role": role_answer(standing.nearest.role),
        "permissions": [str(each) for each in standing.permissions()],
        "links": account_links(standing),
        "created_at": shown_moment(account.created_at),
        "updated_at": shown_moment(account.updated_at),
    }


def attributes_answer(standing: Standing, definitions: Sequence[Definition]) -> dict[str, Any]:
    may_edit = standing.may(Permission.ACCOUNT_EDIT)
    return {
        "results": [
            {
                "key": each.key,
                "label": each.label,
                "type": str(each.type),
                "choices": list(each.choices),
                "required": each.required,
                "editable": may_edit and each.policy == Visibility.EDITABLE,
                "value": standing.account.attributes.get(each.key),
            }
            for each in definitions
            if each.policy != Visibility.HIDDEN
        ]
    }


def colleague_answer(standing: Standing, associate: Associate) -> dict[str, Any]:
    person = associate.customer
    return {
        "id": str(associate.pk),
        "customer_shared_id": person.shared_id,
        "email": person.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "role": associate.role.code,
        "role_name": associate.role.name,
        "valid_from": shown_moment(associate.valid_from) if associate.valid_from else None,
        "valid_until": shown_moment(associate.valid_until) if associate.valid_until else None,
        "links": associate_links(standing, associate),
        "created_at": shown_moment(associate.created_at),
        "updated_at": shown_moment(associate.updated_at),
    }
