"""Every event that the code records stands on the page of events, and no other."""

import re

from tests.architecture.project import PROJECT, ROOMS

NAME = re.compile(r'\b(?:Fact|_record)\(\s*"([a-z_]+\.[a-z_]+)"|^[A-Z_]+ = "([a-z_]+\.[a-z_]+)"$', re.MULTILINE)
ROW = re.compile(r"^\| `([a-z_.]+)` \|", re.MULTILINE)


# Books of addresses and of external ids share their code between owners.
OF_BOOKS = {
    f"{owner}.{what}"
    for owner in ("account", "customer")
    for what in ("address_added", "address_changed", "address_removed", "linked")
}


def recorded() -> set[str]:
    names = set(OF_BOOKS)
    for room in ROOMS:
        for module in (PROJECT / room / "services").rglob("*.py"):
            names |= {first or second for first, second in NAME.findall(module.read_text())}
    return names


def test_the_page_names_what_is_recorded():
    told = ROW.findall((PROJECT / "docs" / "reference" / "events.md").read_text())

    assert sorted(told) == sorted(recorded())
    assert {"order.received", "contact.removed", "customer.wanted_in_erp"} < recorded()
