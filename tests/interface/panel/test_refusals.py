"""What services refuse reaches people as sentences, and leaves nothing half written."""

from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError

from accounts.models import Account, Contact
from accounts.services.contacts import remove_contact
from events.concurrency import StaleError
from interface.panel.model_admin import ServiceModelAdmin
from interface.panel.refusals import Refused, refusing
from tests.factories import ContactFactory


class NotOnSundaysError(Exception):
    """A refusal of some service."""


def refused(error, **options):
    explanations = {NotOnSundaysError: lambda _error: ("name", "Not on Sundays.")}
    with (
        pytest.raises(Refused) as caught,
        refusing(explanations=explanations, beside={"taken": "name"}, **options),
    ):
        raise error
    return caught.value.errors


@pytest.mark.django_db
class TestSentences:
    def test_of_a_validation_error(self):
        assert refused(ValidationError({"name": "Too long."}))[""].message_dict == {"name": ["Too long."]}

    def test_beside_the_field_that_a_code_is_about(self):
        errors = refused(ValidationError("Another one has it.", code="taken"), prefix="contacts-0")
        assert errors["contacts-0"].message_dict == {"name": ["Another one has it."]}

    def test_of_a_service_s_own_exception(self):
        assert refused(NotOnSundaysError())[""].message_dict == {"name": ["Not on Sundays."]}

    def test_of_a_stale_form_and_of_what_is_gone(self):
        assert "Someone else changed this" in refused(StaleError())[""].messages[0]
        assert refused(Account.DoesNotExist())[""].messages == ["Someone else removed this since you opened it."]

    def test_of_a_constraint_that_only_the_database_saw(self, acme):
        with pytest.raises(Refused) as caught, refusing(explanations={}, beside={}):
            Account.objects.filter(pk=acme.pk).update(status="dreaming")
        assert str(caught.value) == "Unknown status."
        acme.refresh_from_db()
        assert acme.status == "active"

    def test_what_nobody_explains_is_a_fault_of_ours(self):
        with pytest.raises(ZeroDivisionError), refusing(explanations={}, beside={}):
            raise ZeroDivisionError


class RemovableContacts(ServiceModelAdmin):
    """Contacts on a screen of their own; the second one is not to go."""

    def remove(self, request, obj, given):  # noqa: ARG002 -- as the base says
        remove_contact(contact=obj, by=given.by, at=given.at)
        if obj.first_name == "Ben":
            raise ValidationError("Ben stays.")


def test_of_many_all_go_or_none(acme):
    for name in ("Ana", "Ben"):
        ContactFactory(account=acme, first_name=name)
    request = SimpleNamespace(user=SimpleNamespace(pk=1))
    with pytest.raises(Refused, match="Ben stays"):
        RemovableContacts(Contact, admin.site).delete_queryset(request, Contact.objects.order_by("first_name"))
    assert Contact.objects.count() == 2
    RemovableContacts(Contact, admin.site).delete_queryset(request, Contact.objects.filter(first_name="Ana"))
    assert Contact.objects.get().first_name == "Ben"
