import pgtrigger
from django.db import models


@pgtrigger.register(pgtrigger.Protect(name="policy_is_final", operation=pgtrigger.Update | pgtrigger.Delete))
class ResolutionPolicy(models.Model):
    """One version of how a storefront's orders are decided. Never changed: a change writes the next version.

    `settings` is what `storefronts.policy.Policy` reads and writes.
    """

    storefront = models.ForeignKey("storefronts.Storefront", on_delete=models.PROTECT, related_name="policies")
    version = models.PositiveIntegerField()
    settings = models.JSONField()
    changed_by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "resolution policies"
        constraints = [
            models.UniqueConstraint(fields=["storefront", "version"], name="policy_version_once_per_storefront"),
            models.CheckConstraint(name="policy_version_counts_from_one", condition=models.Q(version__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.storefront.code} v{self.version}"
