from typing import Any, Self, TypeVar

from django.db import models

_Node_co = TypeVar("_Node_co", bound=models.Model, covariant=True)

class TreeQuerySet(models.QuerySet[_Node_co]):
    @classmethod
    def as_manager(cls) -> Any: ...
    def get_descendants(self, include_self: bool = ...) -> Self: ...
    def get_ancestors(self, include_self: bool = ...) -> Self: ...
