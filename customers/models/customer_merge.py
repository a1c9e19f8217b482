from django.db import models


class CustomerMerge(models.Model):
    """Whose records became whose: what each room handed over (`ports.Moved`), so that it can be handed back."""

    loser = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="merges_as_loser")
    survivor = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="merges_as_survivor")
    moved = models.JSONField()
    reason = models.CharField(max_length=400)
    by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.loser_id} → {self.survivor_id}"
