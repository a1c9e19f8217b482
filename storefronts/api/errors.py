"""The HTTP status of this room's exceptions."""

from interface.api.problems import answers_with
from storefronts.services.api_clients import ClientRevokedError

answers_with(ClientRevokedError, status=409, code="client_revoked", detail="The API client was revoked.")
