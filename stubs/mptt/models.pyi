# Only what the project uses. Without these the library's models are untyped, and Account's columns would be Any.
from django.db import models
from mptt.fields import TreeForeignKey as TreeForeignKey

class MPTTModel(models.Model):
    # The four columns that MPTTModelBase adds.
    lft: models.PositiveIntegerField[int, int]
    rght: models.PositiveIntegerField[int, int]
    tree_id: models.PositiveIntegerField[int, int]
    level: models.PositiveIntegerField[int, int]
    class Meta:
        abstract = True  # noqa: PYI052 -- as the plugin of mypy reads it
