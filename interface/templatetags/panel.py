"""What templates of the panel show, by the same functions as lists do."""

from typing import Any

from django import template

from interface.panel import showing

register = template.Library()
register.filter("moment", showing.moment)
register.filter("exact", showing.exact)
register.filter("money", showing.money)
register.filter("copyable", showing.copyable)
register.simple_tag(showing.tag, name="tag")


@register.simple_tag(takes_context=True)
def row_links(context: dict[str, Any], inline: Any, row: Any) -> Any:
    """What the inline links to from a row that is stored."""
    return inline.links_of(context["request"], row) if row is not None else ()


@register.filter
def or_nothing(value: object) -> object:
    """A dash where there is nothing to show."""
    return value if value not in (None, "") else showing.NOTHING
