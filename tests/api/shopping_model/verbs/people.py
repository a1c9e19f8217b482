"""What is only about the person."""

from tests.api.shopping_model.generating import Step
from tests.api.shopping_model.playing import Call, Expected, Play
from tests.api.shopping_model.verbs.accounts import parent_of
from tests.api.shopping_model.verbs.asking import both
from tests.api.shopping_model.world import Person


def me(play: Play, step: Step) -> None:
    """Its links are those of the account acted for."""
    asker, acting = both(play, step)
    shows = profile_of(asker.person)
    if acting.account:
        shows |= {acting.account.id, *parent_of(play.world, asker.person, acting.account)}
    play.ask(asker, "me", Call("GET", "me", None, Expected(shows=shows)))


def profile_of(person: Person) -> set[str]:
    email = {person.email.partition("@")[0]} - {""}
    seen = {person.attributes["open"], person.attributes["fixed"]}
    return {person.id, person.first_name, person.last_name, *email, *seen}


CODES: set[tuple[int, str]] = set()
VERBS = {"me": me}
