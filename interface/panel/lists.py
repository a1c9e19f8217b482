"""Lists that never count a million rows and never reach deep into them."""

from typing import Any, cast

from django.core.paginator import Paginator
from django.db import connections
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from unfold.views import ChangeList

COUNTED_AT_MOST = 10_000


class CappedPaginator(Paginator[Any]):
    """Counts to 10,000 and no further; of a whole large table it knows PostgreSQL's own estimate.

    Pages end at row 10,000: whoever looks for something further back searches or filters.
    """

    template_name = "panel/pagination.html"

    @property
    def rows(self) -> QuerySet[Any]:
        return cast("QuerySet[Any]", self.object_list)

    @cached_property
    def estimate(self) -> int | None:
        """Rows of the table as PostgreSQL last estimated them; None where the list is filtered, the table small."""
        query = self.rows.query
        if query.where or query.combinator or query.distinct:
            return None
        with connections[self.rows.db].cursor() as cursor:
            table = query.get_meta().db_table
            cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(%s)", [f'"{table}"'])
            row = cursor.fetchone()
        return int(row[0]) if row and row[0] > COUNTED_AT_MOST else None

    @cached_property
    def found(self) -> int:
        """How many rows there are, counted to 10,001."""
        if self.estimate is not None:
            return COUNTED_AT_MOST + 1
        capped = self.rows.order_by().values("pk")[: COUNTED_AT_MOST + 1]
        return int(capped.count())

    @cached_property
    def count(self) -> int:
        return min(self.found, COUNTED_AT_MOST)

    @property
    def count_text(self) -> str:
        """As people read it: `137`, `10,000+`, `about 1,000,000`."""
        if self.estimate is not None:
            return _("about %s") % number_format(float(f"{self.estimate:.2g}"), 0, use_l10n=True, force_grouping=True)
        text = number_format(self.count, use_l10n=True, force_grouping=True)
        return f"{text}+" if self.found > COUNTED_AT_MOST else text


class ServiceChangeList(ChangeList):
    """A list that says how many there are once, below the table, and lets its class prepare the rows of the page."""

    is_narrowed = False
    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        self.model_admin.prepare_rows(self.result_list, request=request)
        self.is_narrowed = bool(self.query or self.has_active_filters)
        self.full_result_count = self.result_count
