"""Which payment methods an account's buyers see, and why. `domain.md` 2, effective settings. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.inheritance import Node, Source, reachable


class Why(TextChoices):
    """What became of a word on the method that was looked at on the way up."""

    APPLIES = "applies", _("It applies.")
    SHADOWED = "shadowed", _("A nearer one applies.")
    INACTIVE = "inactive", _("The method is inactive: nobody sees it.")


@dataclass(frozen=True, slots=True)
class Method:
    """A payment method of the storefront, as far as the rule looks at it."""

    id: int
    code: str
    name: str
    active: bool = True
    visible_by_default: bool = False


@dataclass(frozen=True, slots=True)
class Considered:
    """One account's word on the method; `node` is None for the method's own default."""

    node: Node | None
    visible: bool
    applies: bool
    reason: Why


@dataclass(frozen=True, slots=True)
class EffectiveMethod:
    """Whether buyers see the method, where that is set, and everything it was chosen among."""

    method: Method
    visible: bool
    source: Source
    set_on: Node | None
    why: Sequence[Considered] = field(default=())


def effective_methods(
    *, path: Sequence[Node], rules: Mapping[tuple[int, int], bool], methods: Sequence[Method]
) -> list[EffectiveMethod]:
    """What buyers of the first account of `path` see of each method, in the given order.

    The nearest rule wins, going up, else the method's default; an inactive method is seen by nobody. `rules` is by the
    ids of node and method.
    """
    nodes = reachable(path)
    return [_effective(method, nodes, rules, path[0] if path else None) for method in methods]


def _effective(
    method: Method, nodes: Sequence[Node], rules: Mapping[tuple[int, int], bool], asked: Node | None
) -> EffectiveMethod:
    words = [(node, rules[node.id, method.id]) for node in nodes if (node.id, method.id) in rules]
    said: list[tuple[Node | None, bool]] = [*words, (None, method.visible_by_default)]
    on, visible = said[0]
    why = tuple(
        Considered(node, word, position == 0 and method.active, _reason(position, is_active=method.active))
        for position, (node, word) in enumerate(said)
    )
    source = Source.STOREFRONT if on is None else Source.ACCOUNT if on == asked else Source.ANCESTOR
    return EffectiveMethod(method, visible and method.active, source, on, why)


def _reason(position: int, *, is_active: bool) -> Why:
    if not is_active:
        return Why.INACTIVE
    return Why.APPLIES if position == 0 else Why.SHADOWED
