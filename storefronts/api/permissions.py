"""What a key may do, and on which storefront."""

from typing import Any

from django.http import Http404
from rest_framework.exceptions import MethodNotAllowed, NotAuthenticated, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from storefronts.api.authentication import Caller
from storefronts.models import ApiClient, Storefront
from storefronts.scopes import Scope


class HasScope(BasePermission):
    """The view names a scope per method in `required_scopes`; HEAD needs what GET does.

    A method it does not name is nobody's, OPTIONS among them: Django REST framework would answer it to any key.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Raises for whom the view is not.

        NotAuthenticated (401) without a key; MethodNotAllowed (405) for a method that the view does not name;
        PermissionDenied (403 `scope_missing`) naming the scope.
        """
        if not isinstance(request.auth, ApiClient):
            raise NotAuthenticated("Send an API key: `Authorization: Api-Key <key>`.", code="not_authenticated")
        method = request.method or ""
        required_scopes: dict[str, Scope] = view.required_scopes
        scope = required_scopes.get("GET" if method == "HEAD" else method)
        if scope is None:
            view.headers["Allow"] = ", ".join(required_scopes)  # the framework's own list has OPTIONS in it
            raise MethodNotAllowed(method)
        insist_on_scope(request, scope)
        return True


def insist_on_scope(request: Request, scope: Scope) -> None:
    """For what a request does beyond its view's own room. Raises PermissionDenied (403 `scope_missing`) naming it."""
    assert isinstance(request.auth, ApiClient), "HasScope lets nobody else pass"
    if scope not in request.auth.scopes:
        raise PermissionDenied(f"The key lacks the scope {scope}.", code="scope_missing")


def actor_of(request: Request) -> str:
    """The text by which history and events name the caller."""
    caller: Caller = request.user  # type: ignore[assignment]
    return caller.actor


def bound_storefront(request: Request) -> Storefront | None:
    """The one storefront the caller's key may see; None: all."""
    client = request.auth
    assert isinstance(client, ApiClient), "HasScope lets nobody else pass"
    return client.storefront


def visible_storefront(request: Request, code: str) -> Storefront:
    """The storefront of that code, as far as the key may see it. Raises Http404."""
    bound = bound_storefront(request)
    storefront = Storefront.objects.filter(code=code).first()
    if storefront is None or (bound is not None and bound.pk != storefront.pk):
        raise Http404
    return storefront
