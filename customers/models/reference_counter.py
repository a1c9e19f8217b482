from django.db import models


class ReferenceCounter(models.Model):
    """The last number given under a prefix. Its row is the lock by which parallel creations take turns."""

    prefix = models.CharField(max_length=10, primary_key=True)
    last = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.prefix}{self.last}"
