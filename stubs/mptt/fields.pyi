from django.db import models
from django.db.models.fields.related import _GT, _ST

class TreeForeignKey(models.ForeignKey[_ST, _GT]): ...
