from django.db import models
from uuid6 import uuid7


class NewsletterSubscription(models.Model):
    """That a person wants the newsletter of one storefront, or said that he does not.

    His own affair: it is no event, has no history, and staff see it nowhere (`domain.md` 3).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="newsletters")
    storefront = models.ForeignKey("storefronts.Storefront", on_delete=models.CASCADE, related_name="+")
    subscribed = models.BooleanField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "storefront"], name="one_word_per_newsletter"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
