from datetime import datetime
from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework_api_key.models import AbstractAPIKey, BaseAPIKeyManager

from storefronts.scopes import Scope


class ApiClientManager(BaseAPIKeyManager):
    def assign_key(self, obj: "ApiClient") -> str:  # type: ignore[override] # no other model has this manager
        """Give the client a new key and return it: the only moment it exists in clear.

        The row's id is the key's public prefix; the library's would carry the hash into every URL of the panel.
        """
        key, prefix, hashed_key = self.key_generator.generate()
        obj.id = obj.prefix = prefix
        obj.hashed_key = hashed_key
        return str(key)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude=["last_used_at"])),
    pghistory.DeleteEvent(),
    exclude=["hashed_key", "last_used_at"],
)
class ApiClient(AbstractAPIKey):
    """A program that calls us with a key: what it may do (scopes) and for which storefront, all if none is named."""

    id = models.CharField(max_length=8, primary_key=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=40, choices=Scope.choices))
    storefront = models.ForeignKey(
        "storefronts.Storefront",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="api_clients",
        help_text=_("Sees and writes only this storefront's orders; empty: all."),
    )
    replaces = models.OneToOneField(
        "self", null=True, editable=False, on_delete=models.PROTECT, related_name="replaced_by"
    )
    last_used_at = models.DateTimeField(null=True, editable=False)
    created_by = models.CharField(max_length=120, editable=False)

    objects: ClassVar[ApiClientManager] = ApiClientManager()  # type: ignore[assignment]

    class Meta(AbstractAPIKey.Meta):
        verbose_name = _("API client")  # type: ignore[assignment] # the library says str
        verbose_name_plural = _("API clients")  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def is_usable(self, *, at: datetime) -> bool:
        return not self.revoked and (self.expiry_date is None or at < self.expiry_date)

    def accepts(self, key: str) -> bool:
        """Whether the clear key is this client's (constant time)."""
        return bool(type(self).objects.key_generator.verify(key, self.hashed_key))
