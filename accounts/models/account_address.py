import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper

from customers.models import PostalAddress
from customers.models.postal_address import book_constraints


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class AccountAddress(PostalAddress):
    """An address in an account's book: what its associates ship and bill to."""

    account = models.ForeignKey("accounts.Account", on_delete=models.CASCADE, related_name="addresses")

    class Meta(PostalAddress.Meta):
        abstract = False
        verbose_name = "address"
        verbose_name_plural = "addresses"
        ordering = ["created_at", "id"]
        constraints = book_constraints(owner="account")
        indexes = [
            GinIndex(
                OpClass(Upper("phone"), name="gin_trgm_ops"),
                OpClass(Upper("postal_code"), name="gin_trgm_ops"),
                name="account_address_parts",
            )
        ]
