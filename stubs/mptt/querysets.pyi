from typing import Any, Self, TypeVar

from django.db import models

_Node = TypeVar("_Node", bound=models.Model, covariant=True)

class TreeQuerySet(models.QuerySet[_Node]):
    @classmethod
    def as_manager(cls) -> Any: ...
    def get_descendants(self, include_self: bool = ...) -> Self: ...
    def get_ancestors(self, include_self: bool = ...) -> Self: ...
