"""Give keys to programs, replace them, end them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q

from events.recording import Fact, record
from events.transaction import transaction
from storefronts.models import ApiClient, Storefront
from storefronts.scopes import Scope

USE_IS_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A client and its key in clear, of which the database keeps only a hash: to be shown once.

    Only `up` keeps the key of its own first start, in the data folder beside its own PostgreSQL.
    """

    client: ApiClient
    key: str

    def __repr__(self) -> str:
        return f"IssuedKey({self.client.prefix}…)"


class ClientRevokedError(Exception):
    """A revoked client has no key to rotate."""


class ClientReplacedError(ClientRevokedError):
    """The client was rotated before: only its successor can be rotated again."""


def create_api_client(
    *,
    name: str,
    scopes: Sequence[str],
    storefront: Storefront | None = None,
    expires_at: datetime | None = None,
    by: str,
    at: datetime,
) -> IssuedKey:
    """Issue a key. Raises ValidationError for unknown or no scopes, a blank name, or an expiry that has passed."""
    client = ApiClient(name=name, scopes=_known(scopes), storefront=storefront, expiry_date=expires_at, created_by=by)
    if expires_at is not None and expires_at <= at:
        raise ValidationError({"expiry_date": "A key cannot expire in the past."})
    with transaction(by=by):
        key = ApiClient.objects.assign_key(client)
        client.full_clean()
        client.save(force_insert=True)
        record(Fact("api_client.created", f"api_client:{client.prefix}"), by=by, at=at)
    return IssuedKey(client, key)


def rotate_api_client(*, client: ApiClient, grace: timedelta = timedelta(0), by: str, at: datetime) -> IssuedKey:
    """Issue a new key with the same rights; the old one ends after `grace`, at once if that is zero.

    Raises ClientRevokedError where the client was revoked or has expired, ClientReplacedError where it was rotated.
    """
    with transaction(by=by):
        old: ApiClient = ApiClient.objects.select_for_update(of=["self"]).get(pk=client.pk)
        if not old.is_usable(at=at):
            raise ClientRevokedError
        if ApiClient.objects.filter(replaces=old).exists():
            raise ClientReplacedError
        expiry = old.expiry_date
        new = ApiClient(name=old.name, scopes=old.scopes, storefront=old.storefront, expiry_date=expiry, created_by=by)
        key = ApiClient.objects.assign_key(new)
        new.replaces = old
        new.save(force_insert=True)
        if grace > timedelta(0):
            old.expiry_date = min(at + grace, expiry) if expiry else at + grace
            old.save(update_fields=["expiry_date"])
        else:
            old.revoked = True
            old.save(update_fields=["revoked"])
        record(Fact("api_client.rotated", f"api_client:{new.prefix}", {"replaces": old.prefix}), by=by, at=at)
    return IssuedKey(new, key)


def revoke_api_client(*, client: ApiClient, by: str, at: datetime) -> ApiClient:
    """End the key with the next request. Revoking twice changes nothing."""
    with transaction(by=by):
        locked: ApiClient = ApiClient.objects.select_for_update(of=["self"]).get(pk=client.pk)
        if not locked.revoked:
            locked.revoked = True
            locked.save(update_fields=["revoked"])
            record(Fact("api_client.revoked", f"api_client:{locked.prefix}"), by=by, at=at)
    return locked


def note_use(*, client: ApiClient, at: datetime) -> None:
    """Keep `last_used_at` true to the minute, with at most one write a minute and client."""
    if client.last_used_at is not None and at - client.last_used_at < USE_IS_NOTED_EVERY:
        return
    unnoted = Q(last_used_at__isnull=True) | Q(last_used_at__lte=at - USE_IS_NOTED_EVERY)
    ApiClient.objects.filter(unnoted, pk=client.pk).update(last_used_at=at)


def _known(scopes: Sequence[str]) -> list[str]:
    unknown = sorted(set(scopes) - set(Scope.values))
    if unknown:
        raise ValidationError({"scopes": f"Unknown scope: {', '.join(unknown)}. Known: {', '.join(Scope.values)}."})
    if not scopes:
        raise ValidationError({"scopes": "At least one scope."})
    return [scope for scope in Scope.values if scope in scopes]
