"""What templates of the panel show, by the same functions as lists do."""

from django import template

from interface.panel import showing

register = template.Library()
register.filter("moment", showing.moment)
register.filter("exact", showing.exact)
register.filter("money", showing.money)
register.filter("copyable", showing.copyable)
register.simple_tag(showing.tag, name="tag")


@register.filter
def or_nothing(value: object) -> object:
    """A dash where there is nothing to show."""
    return value if value not in (None, "") else showing.NOTHING
