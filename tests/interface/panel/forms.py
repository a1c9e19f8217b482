"""What a browser would send: the fields of a page's form as they stand there, with what a person types."""

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self.select = ""
        self.text = ""
        self.is_in_text = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "input" and name and given.get("type") not in {"submit", "button"}:
            is_ticked = given.get("type") in {"checkbox", "radio"}
            if is_ticked and "checked" not in given:
                return
            self.values.setdefault(name, []).append(given.get("value") or ("on" if is_ticked else ""))
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in given:
            self.values.setdefault(self.select, []).append(given.get("value") or "")
        elif tag == "textarea":
            self.text, self.is_in_text = name, True
            self.values.setdefault(name, []).append("")

    def handle_data(self, data: str) -> None:
        if self.is_in_text:
            self.values[self.text][-1] += data.strip()

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.is_in_text = False
        elif tag == "select":
            self.select = ""


def filled(page: HttpResponse, **typed: Any) -> dict[str, Any]:
    """The values of the page's forms, with what is typed in place of what stood there; None leaves a field out."""
    form = _Form()
    form.feed(page.content.decode())
    values: dict[str, Any] = {name: given for name, given in form.values.items() if "__prefix__" not in name}
    return {name: value for name, value in {**values, **typed}.items() if value is not None}
