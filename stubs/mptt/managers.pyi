from typing import TypeVar

from django.db import models

_Node_co = TypeVar("_Node_co", bound=models.Model, covariant=True)

class TreeManager(models.Manager[_Node_co]):
    def rebuild(self, batch_size: int = ...) -> None: ...
