"""Answers about accounts and the people of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from accounts.models import Account, AccountAddress, AccountNote, AccountStatus, Associate, Contact, ContactType, Role
from accounts.readiness import Lack, lacks_of, with_readiness
from events.models import Event
from interface.api.fields import shown_moment


@dataclass(frozen=True, slots=True)
class Parts:
    """What is looked up once for a whole page of accounts."""

    roots: Mapping[int, str]
    readiness: Mapping[int, Sequence[Lack]]

    def are_known_of(self, account: Account) -> bool:
        """Whether it was still there when they were looked up: someone may delete it while a page is read."""
        return account.tree_id in self.roots and account.pk in self.readiness


def parts_of(accounts: Sequence[Account]) -> Parts:
    """Two statements whatever the number."""
    trees = {account.tree_id for account in accounts}
    roots = Account.objects.filter(tree_id__in=trees, parent__isnull=True).order_by()
    ready = with_readiness(Account.objects.filter(pk__in=[each.pk for each in accounts]).order_by(), at=timezone.now())
    return Parts(dict(roots.values_list("tree_id", "shared_id")), {each.pk: lacks_of(each) for each in ready})


def account_answer(account: Account, parts: Parts) -> dict[str, Any]:
    """One account as management sees it; `external_ids` and the parent are expected to be fetched."""
    return {
        "shared_id": account.shared_id,
        "name": account.name,
        "erp_system": account.erp_system,
        "account_number": account.account_number,
        "business_number": account.business_number,
        "tax_id": account.tax_id,
        "phone": account.phone,
        "fax": account.fax,
        "email": account.email,
        "postal_code": account.postal_code,
        "status": account.status,
        "parent_shared_id": account.parent.shared_id if account.parent else None,
        "root_shared_id": parts.roots[account.tree_id],
        "level": account.level,
        "inherits_settings": account.inherits_settings,
        "segments": account.segments,
        "attributes": account.attributes,
        "external_ids": {each.system: each.external_id for each in account.external_ids.all()},
        "readiness": [str(lack) for lack in parts.readiness[account.pk]],
        "created_at": shown_moment(account.created_at),
        "updated_at": shown_moment(account.updated_at),
    }


class _Accounts(serializers.ListSerializer[Any]):
    def to_representation(self, data: Any) -> list[dict[str, Any]]:
        accounts = list(data)
        parts = parts_of(accounts)
        return [account_answer(account, parts) for account in accounts if parts.are_known_of(account)]


class AccountOutput(serializers.Serializer[Account]):
    """An account. `readiness` names what is missing before its buyers can buy."""

    shared_id = serializers.CharField()
    name = serializers.CharField()
    erp_system = serializers.CharField()
    account_number = serializers.CharField()
    business_number = serializers.CharField()
    tax_id = serializers.CharField()
    phone = serializers.CharField()
    fax = serializers.CharField()
    email = serializers.CharField()
    postal_code = serializers.CharField()
    status = serializers.ChoiceField(AccountStatus.choices)
    parent_shared_id = serializers.CharField(allow_null=True)
    root_shared_id = serializers.CharField()
    level = serializers.IntegerField(help_text="0 for a root.")
    inherits_settings = serializers.BooleanField()
    segments = serializers.ListField(child=serializers.CharField())
    attributes = serializers.DictField()
    external_ids = serializers.DictField(child=serializers.CharField())
    readiness = serializers.ListField(child=serializers.ChoiceField(Lack.choices))
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    class Meta:
        list_serializer_class = _Accounts

    def to_representation(self, instance: Account) -> dict[str, Any]:
        parts = parts_of([instance])
        if not parts.are_known_of(instance):
            raise Account.DoesNotExist
        return account_answer(instance, parts)


class DeletionOutput(serializers.Serializer[Any]):
    """What would go with the account, itself counted; nothing where it is refused."""

    accounts = serializers.IntegerField()
    contacts = serializers.IntegerField()
    associates = serializers.IntegerField()
    addresses = serializers.IntegerField()
    notes = serializers.IntegerField()
    settings = serializers.IntegerField(help_text="Price-list assignments and payment rules.")
    carts = serializers.IntegerField()
    shopping_lists = serializers.IntegerField()
    is_refused = serializers.BooleanField(help_text="Orders name it or an account below it.")


class LackOutput(serializers.Serializer[Any]):
    code = serializers.ChoiceField(Lack.choices)
    meaning = serializers.CharField()


class ReadinessOutput(serializers.Serializer[Any]):
    readiness = LackOutput(many=True, help_text="Empty: ready.")


class HappeningOutput(serializers.ModelSerializer[Event]):
    class Meta:
        model = Event
        fields = ["at", "name", "by", "payload"]


class AssociateOutput(serializers.ModelSerializer[Associate]):
    customer_shared_id = serializers.CharField(source="customer.shared_id")
    email = serializers.CharField(source="customer.email")
    first_name = serializers.CharField(source="customer.first_name")
    last_name = serializers.CharField(source="customer.last_name")
    role = serializers.CharField(source="role.code")

    class Meta:
        model = Associate
        fields = [
            "id", "customer_shared_id", "email", "first_name", "last_name", "role", "valid_from", "valid_until",
            "created_at", "updated_at",
        ]  # fmt: skip


class ContactOutput(serializers.ModelSerializer[Contact]):
    account_shared_id = serializers.CharField(source="account.shared_id")
    customer_shared_id = serializers.CharField(source="customer.shared_id", default=None, allow_null=True)
    type = serializers.ChoiceField(ContactType.choices)

    class Meta:
        model = Contact
        fields = [
            "id", "account_shared_id", "first_name", "last_name", "email", "phone", "type", "active", "on_hold",
            "erp_slot", "customer_shared_id", "created_at", "updated_at",
        ]  # fmt: skip


class BookAddressOutput(serializers.ModelSerializer[AccountAddress]):
    id = serializers.CharField(source="code")

    class Meta:
        model = AccountAddress
        fields = [
            "id", "label", "first_name", "last_name", "company", "line1", "line2", "city", "region", "postal_code",
            "country", "phone", "is_shipping", "is_billing", "default_shipping", "default_billing", "created_at",
            "updated_at",
        ]  # fmt: skip


class AccountNoteOutput(serializers.ModelSerializer[AccountNote]):
    class Meta:
        model = AccountNote
        fields = ["id", "text", "author", "created_at"]


class RoleOutput(serializers.ModelSerializer[Role]):
    class Meta:
        model = Role
        fields = ["code", "name", "permissions", "built_in", "created_at", "updated_at"]
