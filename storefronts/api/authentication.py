"""Server to server: `Authorization: Api-Key <key>`."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from events.context import become
from interface.api.context import STOREFRONT_PATH
from storefronts.models import ApiClient
from storefronts.services.api_clients import note_use

KEYWORD = "Api-Key"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the client, and the text by which history and events name it."""

    client: ApiClient
    is_authenticated: bool = True

    @property
    def actor(self) -> str:
        return f"api:{self.client.prefix}"


class ApiKeyAuthentication(BaseAuthentication):
    """One statement: client and storefront together; the key's hash is compared here, in constant time."""

    def covers(self, path: str) -> bool:
        """Shoppers' addresses have an authentication of their own."""
        return not path.startswith(STOREFRONT_PATH)

    def authenticate(self, request: Request) -> tuple[Caller, ApiClient] | None:
        """Raises AuthenticationFailed (401) for a key that is malformed, unknown, revoked or expired; not which."""
        keyword, _, key = get_authorization_header(request).decode("latin-1").partition(" ")
        if keyword.lower() != KEYWORD.lower():
            return None
        key = key.strip()
        prefix = key.partition(".")[0]
        client = None
        if key.isascii() and key.isprintable():
            found = ApiClient.objects.filter(pk=prefix[:20]).select_related("storefront__current_policy")
            client = found.first()
        now = timezone.now()
        if client is None or not client.accepts(key) or not client.is_usable(at=now):
            raise AuthenticationFailed("The API key is not valid.", code="key_invalid")
        note_use(client=client, at=now)
        caller = Caller(client)
        become(caller.actor)
        return caller, client

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 -- DRF's signature
        return KEYWORD


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document describes it."""

    target_class = ApiKeyAuthentication
    name = "ApiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002 -- drf-spectacular's signature
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Api-Key <key>`; staff issue keys in the panel, operators with `manage.py create_api_key`.",
        }
