"""Keys of programs: shown once, stored nowhere in clear, ended when they are to end."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from events.models import Event
from storefronts.models import ApiClient
from storefronts.scopes import Scope
from storefronts.services.api_clients import (
    ClientRevokedError,
    create_api_client,
    note_use,
    revoke_api_client,
    rotate_api_client,
)
from tests.factories import NOW, ApiClientFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ApiClientEvent = ApiClient.pgh_event_models["update"]


def events() -> list[tuple[str, str, dict]]:
    found = Event.objects.filter(name__startswith="api_client").order_by("id")
    return list(found.values_list("name", "subject", "payload"))


def text_of_all_tables() -> str:
    """Everything that is at rest, as text."""
    texts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, chr(10)), '') FROM \"{table}\" t")  # noqa: S608 -- our tables
            texts.append(f"{table}: {cursor.fetchone()[0]}")
    return "\n".join(texts)


def test_created(us):
    issued = create_api_client(
        name="Shop",
        scopes=["orders:write", "orders:read", "orders:read"],
        storefront=us,
        expires_at=NOW + HOUR,
        by="staff:12",
        at=NOW,
    )

    client = ApiClient.objects.get()
    assert issued.client == client
    assert client.scopes == ["orders:read", "orders:write"]
    assert (client.name, client.storefront, client.expiry_date, client.created_by) == (
        "Shop",
        us,
        NOW + HOUR,
        "staff:12",
    )
    assert (client.revoked, client.last_used_at, client.replaces) == (False, None, None)
    assert client.accepts(issued.key)
    assert not client.accepts(issued.key + "x")
    assert not client.accepts(issued.key.swapcase())
    assert events() == [("api_client.created", f"api_client:{client.prefix}", {})]


def test_the_key_is_at_rest_nowhere(us):
    issued = ApiClientFactory(storefront=us)
    rotated = rotate_api_client(client=issued, by="staff:12", at=NOW)
    prefix, _, secret = issued.clear_key.partition(".")

    at_rest = text_of_all_tables()

    assert prefix in at_rest  # the search finds what is there
    assert rotated.client.prefix in at_rest
    assert len(secret) >= 32
    assert secret not in at_rest
    assert rotated.key.partition(".")[2] not in at_rest


def test_the_hash_is_in_no_history_and_in_no_address(us):
    client = ApiClientFactory(storefront=us)
    hashed = client.hashed_key

    assert client.pk == client.prefix
    assert text_of_all_tables().count(hashed) == 1


def test_the_key_is_not_shown_by_accident(us):
    issued = create_api_client(name="Shop", scopes=["orders:read"], by="staff:12", at=NOW)

    assert issued.key.partition(".")[2] not in repr(issued)
    assert issued.key.partition(".")[2] not in f"{issued} {issued.client} {issued.client!r}"


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"scopes": []}, {"scopes": ["At least one scope."]}),
        (
            {"scopes": ["orders:read", "orders:burn"]},
            {"scopes": [f"Unknown scope: orders:burn. Known: {', '.join(Scope.values)}."]},
        ),
        ({"name": ""}, {"name": ["This field cannot be blank."]}),
        ({"name": "x" * 51}, {"name": ["Ensure this value has at most 50 characters (it has 51)."]}),
        ({"expires_at": NOW}, {"expiry_date": ["A key cannot expire in the past."]}),
    ],
)
def test_wrong_input_is_named_and_nothing_is_written(given, wrong):
    with pytest.raises(ValidationError) as refused:
        create_api_client(**{"name": "Shop", "scopes": ["orders:read"], "by": "staff:12", "at": NOW, **given})

    assert refused.value.message_dict == wrong
    assert (ApiClient.objects.count(), events()) == (0, [])


def test_usable_until_the_moment_it_expires():
    client = ApiClientFactory(expires_at=NOW + HOUR)

    assert client.is_usable(at=NOW + HOUR - timedelta(microseconds=1))
    assert not client.is_usable(at=NOW + HOUR)


def test_rotated_at_once(us):
    old = ApiClientFactory(storefront=us, scopes=["orders:read"], expires_at=NOW + HOUR)
    issued = rotate_api_client(client=old, by="staff:12", at=NOW)

    new, key = issued.client, issued.key
    old.refresh_from_db()
    assert old.revoked
    assert not old.is_usable(at=NOW)
    assert new.replaces == old
    assert (new.name, new.scopes, new.storefront, new.expiry_date) == (old.name, old.scopes, us, NOW + HOUR)
    assert (new.created_by, new.accepts(key), new.accepts(old.clear_key), old.accepts(key)) == (
        "staff:12",
        True,
        False,
        False,
    )
    assert events()[1:] == [("api_client.rotated", f"api_client:{new.prefix}", {"replaces": old.prefix})]


@pytest.mark.parametrize(
    ("expires_at", "old_ends"), [(None, NOW + HOUR), (NOW + 2 * HOUR, NOW + HOUR), (NOW + HOUR / 2, NOW + HOUR / 2)]
)
def test_rotated_with_grace_the_old_key_ends_after_it_and_never_later_than_before(expires_at, old_ends):
    old = ApiClientFactory(expires_at=expires_at)

    new = rotate_api_client(client=old, grace=HOUR, by="staff:12", at=NOW).client

    old.refresh_from_db()
    assert (old.revoked, old.expiry_date) == (False, old_ends)
    assert new.expiry_date == expires_at


def test_what_has_ended_cannot_be_rotated_nor_twice():
    revoked, expired, rotated = ApiClientFactory(), ApiClientFactory(expires_at=NOW + HOUR), ApiClientFactory()
    revoke_api_client(client=revoked, by="staff:12", at=NOW)
    rotate_api_client(client=rotated, by="staff:12", at=NOW)

    for client in (revoked, expired, rotated):
        with pytest.raises(ClientRevokedError):
            rotate_api_client(client=client, by="staff:12", at=NOW + HOUR)
    assert ApiClient.objects.count() == 4


def test_a_key_in_its_grace_is_not_rotated_once_more():
    """It has a successor: a second one would leave a key that nobody knows of."""
    client = ApiClientFactory()
    rotate_api_client(client=client, grace=HOUR, by="staff:12", at=NOW)

    with pytest.raises(ClientRevokedError):
        rotate_api_client(client=client, by="staff:12", at=NOW)
    assert ApiClient.objects.count() == 2


def test_revoking_twice_changes_nothing():
    client = ApiClientFactory()
    revoke_api_client(client=client, by="staff:12", at=NOW)

    revoke_api_client(client=client, by="staff:13", at=NOW + HOUR)

    assert ApiClient.objects.get().revoked
    assert [name for name, _, _ in events()] == ["api_client.created", "api_client.revoked"]
    assert ApiClientEvent.objects.filter(pgh_label="update").count() == 1


def test_a_revoked_key_cannot_be_made_good_again():
    client = ApiClientFactory()
    revoke_api_client(client=client, by="staff:12", at=NOW)

    client = ApiClient.objects.get()
    client.revoked = False
    with pytest.raises(ValidationError):
        client.full_clean()


def test_last_use_is_true_to_the_minute_and_written_once_a_minute(django_assert_num_queries):
    client = ApiClientFactory()
    history = ApiClientEvent.objects.count()
    seconds = [0, 1, 59.999999, 60, 61, 180]
    written = []
    for second in seconds:
        client.refresh_from_db()
        writes = not written or second - written[-1] >= 60
        with django_assert_num_queries(1 if writes else 0):
            note_use(client=client, at=NOW + timedelta(seconds=second))
        if writes:
            written.append(second)

    client.refresh_from_db()
    assert written == [0, 60, 180]
    assert client.last_used_at == NOW + timedelta(seconds=180)
    assert ApiClientEvent.objects.count() == history


def test_of_two_uses_at_once_one_is_written():
    """Both requests have read the client before either wrote."""
    mine, yours = [ApiClientFactory()] * 2
    note_use(client=mine, at=NOW)
    note_use(client=yours, at=NOW + timedelta(seconds=30))

    mine.refresh_from_db()
    assert mine.last_used_at == NOW


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("create_api_key", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_the_key_as_the_last_word_of_its_last_line(us):
    said = run(
        "--name",
        "Acme ERP sync",
        "--scope",
        "orders:read",
        "--scope",
        "orders:write",
        "--storefront",
        "us",
        "--days",
        "30",
    )

    key = said.rstrip("\n").split("\n")[-1].split(" ")[-1]
    client = ApiClient.objects.get()
    assert said == f"Key of Acme ERP sync: {key}\n"
    assert re.fullmatch(r"[A-Za-z0-9]{8}\.[A-Za-z0-9]{32,}", key)
    assert client.accepts(key)
    assert (client.scopes, client.storefront, client.created_by) == (
        ["orders:read", "orders:write"],
        us,
        "system:create_api_key",
    )
    assert timedelta(days=29, hours=23) < client.expiry_date - timezone.now() < timedelta(days=30)


def test_without_storefront_and_days_for_all_and_for_ever():
    run("--name", "Acme", "--scope", "orders:read")

    assert ApiClient.objects.filter(storefront=None, expiry_date=None).count() == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--storefront", "ca"], "There is no storefront 'ca'."),
        (["--scope", "orders:burn"], "Unknown scope: orders:burn."),
        (["--days", "0"], "A key cannot expire in the past."),
        (["--days", "-1"], "A key cannot expire in the past."),
        (["--days", "99999999"], "--days"),
    ],
)
def test_wrong_input_of_the_command_is_a_sentence(arguments, said):
    with pytest.raises(CommandError, match=re.escape(said)):
        run("--name", "Acme", "--scope", "orders:read", *arguments)

    assert not ApiClient.objects.exists()
