"""Staff of every group, signed in, and the world that pages show."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from customers.models import User
from customers.services.staff import create_staff_user
from tests.factories import NOW, TESTS
from tests.people import acme, acme_west, ana, ben, cleo, opal, stranger, us
from tests.shop import Shop, open_shop

__all__ = ["acme", "acme_west", "ana", "ben", "cleo", "opal", "stranger", "us"]

GROUPS = ("Administrators", "Account managers", "Support", "Read only")
SignIn = Callable[[str], Client]


def member_of(group: str) -> User:
    """Someone in that group."""
    Group.objects.get_or_create(name=group)
    return create_staff_user(
        email=f"{group.partition(' ')[0].lower()}@merchant.test",
        password="correct horse battery staple",
        name=f"Someone of {group}",
        groups=[group],
        by=TESTS,
        at=NOW,
    )


@pytest.fixture
def signed_in(db) -> SignIn:
    """A browser in which a member of that group is signed in."""

    def sign_in(group: str) -> Client:
        client = Client(SERVER_NAME="localhost")
        client.force_login(User.objects.filter(groups__name=group).first() or member_of(group))
        return client

    return sign_in


@pytest.fixture
def administrator(signed_in: SignIn) -> Client:
    return signed_in("Administrators")


@pytest.fixture
def manager(signed_in: SignIn) -> Client:
    return signed_in("Account managers")


@pytest.fixture
def shop(db) -> Shop:
    return open_shop()


@pytest.fixture(autouse=True)
def fast_passwords(settings):
    """Signing in is not what these tests are about."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
