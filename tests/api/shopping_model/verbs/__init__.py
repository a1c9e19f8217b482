"""What shoppers ask for, by name, and why it is refused sooner or later."""

from collections.abc import Callable

from tests.api.shopping_model.generating import Step
from tests.api.shopping_model.playing import Play
from tests.api.shopping_model.verbs import accounts, asking, carts, history, ordering, people, sections, terms

MODULES = (people, sections, terms, accounts, carts, ordering, history)
VERBS: dict[str, Callable[[Play, Step], None]] = {
    name: verb for module in MODULES for name, verb in module.VERBS.items()
}
# What takes most to succeed.
OFTEN = ["order", "associate_add", "associate_change", "order_read", "reorder"]
CODES = asking.CODES.union(*(module.CODES for module in MODULES))
