from typing import TypeVar

from django.db import models

_Node = TypeVar("_Node", bound=models.Model, covariant=True)

class TreeManager(models.Manager[_Node]):
    def rebuild(self, batch_size: int = ...) -> None: ...
