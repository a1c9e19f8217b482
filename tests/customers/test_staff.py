"""People who use the panel."""

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError
from django.db.transaction import atomic

from customers.models import User
from customers.services.staff import UnknownGroupError, create_staff_user
from events.models import Event
from tests.factories import NOW
from tests.people import OPALS_PASSWORD

pytestmark = pytest.mark.django_db


def create(**changes) -> User:
    given = {"email": "opal@merchant.test", "password": OPALS_PASSWORD, "by": "staff:1", "at": NOW, **changes}
    return create_staff_user(**given)


def test_opal_signs_in_however_she_types_her_address(opal):
    assert opal.password.split("$")[0] != OPALS_PASSWORD
    for typed in ("opal@merchant.test", "OPAL@Merchant.Test", " opal@merchant.test"):
        assert authenticate(username=typed, password=OPALS_PASSWORD) == opal
    assert authenticate(username="opal@merchant.test", password="wrong") is None
    assert authenticate(username="", password=OPALS_PASSWORD) is None


def test_what_is_stored(opal):
    assert (opal.is_staff, opal.is_superuser, opal.is_active, str(opal)) == (True, False, True, "Opal")
    assert [group.name for group in opal.groups.all()] == ["Account managers"]
    assert list(Event.objects.values_list("name", "subject", "payload")) == [("staff.created", f"staff:{opal.pk}", {})]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"email": "opal"}, "Enter a valid e-mail address."),
        ({"password": "short"}, "This password is too short. It must contain at least 12 characters."),
        ({"password": "opal@merchant.test"}, "The password is too similar to the e-mail."),
        ({"password": "098765432109"}, "This password is entirely numeric."),
    ],
)
def test_wrong_input_is_a_sentence_and_writes_nothing(changes, said):
    with pytest.raises(ValidationError) as refused:
        create(**changes)

    assert said in refused.value.messages
    assert (User.objects.count(), Event.objects.count()) == (0, 0)


def test_an_address_is_one_persons():
    create()

    with pytest.raises(ValidationError, match="already exists"):
        create(email="OPAL@merchant.test")
    with pytest.raises(IntegrityError, match="user_email_in_normal_form"), atomic():
        User.objects.update(email="Opal@merchant.test")
    assert User.objects.count() == 1


def test_a_group_that_is_none():
    with pytest.raises(UnknownGroupError, match=r"^Wizards$"):
        create(groups=["Support", "Wizards"])
    assert not User.objects.exists()


def test_djangos_own_command(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", OPALS_PASSWORD)
    call_command("createsuperuser", "--no-input", "--email", "Opal@Merchant.test", verbosity=0)

    opal = User.objects.get(email="opal@merchant.test")
    assert (opal.is_staff, opal.is_superuser, opal.check_password(OPALS_PASSWORD)) == (True, True, True)
