import pghistory
from django.db import models

from customers.models.postal_address import PostalAddress, book_constraints


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CustomerAddress(PostalAddress):
    """An address in a person's own book."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="addresses")

    class Meta(PostalAddress.Meta):
        abstract = False
        verbose_name = "address"
        verbose_name_plural = "addresses"
        ordering = ["created_at", "id"]
        constraints = book_constraints(owner="customer")
