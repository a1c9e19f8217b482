"""Columns that follow from others. The field itself fills them, so that no way of writing can leave them behind."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

from django.conf import settings
from django.db import models
from django.db.models.expressions import BaseExpression

from customers.identifiers import MAX_EMAIL_LENGTH, normal_email, normal_phone, sort_key

MAX_SORT_KEY_LENGTH = 400

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class DerivedField(models.CharField[Any, Any]):
    """A column computed from its `sources` (attribute names, in the order of the computation's arguments).

    `save` and `bulk_create` compute it through `pre_save`. `DerivedFieldsModel` sees to a `save` that names fields,
    `DerivedFieldsQuerySet` to `update`, `bulk_update` and a `bulk_create` that updates.
    """

    def __init__(self, *args: Any, sources: Collection[str] = (), **kwargs: Any) -> None:
        self.sources = tuple(sources)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs["sources"] = self.sources
        return name, path, args, kwargs

    def compute(self, *values: Any) -> str | None:
        raise NotImplementedError

    def pre_save(self, model_instance: models.Model, add: bool) -> str | None:  # noqa: ARG002, FBT001 -- Django's signature
        value = self.compute(*(getattr(model_instance, source) for source in self.sources))
        setattr(model_instance, self.attname, value)
        return value


class NormalEmailField(DerivedField):
    """The normal form of an e-mail address, null where it has none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": MAX_EMAIL_LENGTH, "null": True, **kwargs})

    def compute(self, email: str | None) -> str | None:
        return normal_email(email) if email else None


class NormalPhoneField(DerivedField):
    """The E.164 form of a phone number, null where it has none.

    Sources: the number and, if there is one, the column with the region it is read in; blank means DEFAULT_REGION.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 16, "null": True, **kwargs})

    def compute(self, phone: str | None, region: str = "") -> str | None:
        return normal_phone(phone, region or settings.DEFAULT_REGION) if phone else None


class SortKeyField(DerivedField):
    """What a list sorts by: the names in `sources` without marks and case."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": MAX_SORT_KEY_LENGTH, "default": "", **kwargs})

    def compute(self, *names: str) -> str:
        return sort_key(*names)[:MAX_SORT_KEY_LENGTH]


class DerivedFieldsModel(models.Model):
    """Base of models with derived columns: keeps them true in `save(update_fields=…)` and after `only()` too."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        """As Django's; derived columns of the named fields are written with them."""
        if names := options.get("update_fields"):
            touched = (field.name for field in _derived_fields(type(self)) if set(names).intersection(field.sources))
            options["update_fields"] = {*names, *touched}
        elif deferred := self.get_deferred_fields():
            # Django would write only what `only()` or `defer()` left loaded; computing a column loads it.
            for field in _derived_fields(type(self)):
                if field.attname in deferred and not deferred.issuperset(field.sources):
                    field.pre_save(self, add=False)
        super().save(*args, **options)


class SourceByExpressionError(TypeError):
    """A derived column cannot follow a source that the database computes, or that is written without the others."""


class DerivedFieldsQuerySet(models.QuerySet[Row_co]):
    """Keeps derived columns true in `update`, `bulk_update` and a `bulk_create` that updates what is there."""

    def bulk_create(  # noqa: PLR0917 -- Django's signature
        self,
        objs: Iterable[Row_co],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,  # noqa: FBT001, FBT002 -- Django's signature
        update_conflicts: bool = False,  # noqa: FBT001, FBT002
        update_fields: Collection[str] | None = None,
        unique_fields: Collection[str] | None = None,
    ) -> list[Row_co]:
        """As Django's; where a conflict updates fields, their derived columns are updated with them.

        Raises SourceByExpressionError where `update_fields` names only some sources of a derived column: the others
        stay as they are stored, and the column would be computed from those of the new row.
        """
        if update_fields:
            update_fields = [*update_fields, *self._derived_names(set(update_fields))]
        return super().bulk_create(objs, batch_size, ignore_conflicts, update_conflicts, update_fields, unique_fields)

    def update(self, **values: Any) -> int:
        """As Django's. Raises SourceByExpressionError where a source of a derived column is given as an expression."""
        return super().update(**{**values, **self._derived(values)})

    def bulk_update(self, objs: Any, fields: Any, batch_size: int | None = None) -> int:
        """As Django's; derived columns of the named fields are computed anew and written with them."""
        names = set(fields)
        touched = [field for field in _derived_fields(self.model) if names.intersection(field.sources)]
        written = list(objs)
        for item in written:
            for derived in touched:
                derived.pre_save(item, add=False)
        # Django writes them with `update` and expressions, which ours would refuse.
        plain: models.QuerySet[Any] = models.QuerySet(self.model, query=self.query.chain(), using=self.db)
        return plain.bulk_update(written, [*names, *(field.name for field in touched)], batch_size=batch_size)

    def _derived(self, values: Mapping[str, Any]) -> dict[str, str | None]:
        changed: dict[str, str | None] = {}
        for derived in _derived_fields(self.model):
            given = [source for source in derived.sources if source in values]
            if not given:
                continue
            if any(isinstance(values[source], BaseExpression | models.F) for source in given):
                raise SourceByExpressionError(f"{derived.name} cannot be computed from an expression; give values.")
            if len(given) < len(derived.sources):
                raise _needs_all(derived)
            changed[derived.name] = derived.compute(*(values[source] for source in derived.sources))
        return changed

    def _derived_names(self, names: set[str]) -> list[str]:
        """The derived columns of the fields in `names` that are not named themselves."""
        touched = [field for field in _derived_fields(self.model) if names.intersection(field.sources)]
        for derived in touched:
            if not names.issuperset(derived.sources):
                raise _needs_all(derived)
        return [derived.name for derived in touched if derived.name not in names]


def _needs_all(derived: DerivedField) -> SourceByExpressionError:
    return SourceByExpressionError(
        f"{derived.name} needs {', '.join(derived.sources)} together in one update(), or use save()."
    )


def _derived_fields(model: type[models.Model]) -> list[DerivedField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, DerivedField)]  # noqa: SLF001 -- Django's documented API
