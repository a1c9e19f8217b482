"""One world, as the database has it and as the model has it, and what is asked of both."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, TypeVar

from tests.api.shopping_model import rules
from tests.api.shopping_model.building import Built
from tests.api.shopping_model.generating import Step
from tests.api.shopping_model.looking import Said, said_by, tokens_in
from tests.api.shopping_model.rules import Acting, Code
from tests.api.shopping_model.world import Account, Person, Shop, World
from tests.customers.shoppers import Browser, by_session

Thing = TypeVar("Thing")
NOBODYS = "019a0000-0000-7000-8000-000000000000"
UNKNOWN_ACCOUNT = "nobodys"


@dataclass
class Asker:
    """Who asks, on which shop, and which account the header names; `header` None: no header."""

    person: Person
    shop: Shop
    by_key: bool
    header: str | None = None
    account: Account | None = None

    def __str__(self) -> str:
        return f"{self.person.id} ({'key' if self.by_key else 'session'}, {self.shop.code}, for {self.header})"


@dataclass
class Expected:
    """What the model says of an answer: `shows` is in it, `may` could be, `amounts` are all the amounts there are.

    `check` looks at the body of an answer that is as expected otherwise. Where it `makes` something, it has new ids.
    """

    status: int = 200
    code: str = ""
    shows: Collection[str] = ()
    may: Collection[str] = ()
    amounts: Collection[Decimal] = ()
    may_amounts: Collection[Decimal] = ()
    check: Callable[[Any], None] | None = None
    makes: bool = False


@dataclass
class Call:
    """A request, what is expected of it, and what becomes true in the world if it succeeds."""

    method: str
    path: str
    body: Any
    expected: Expected
    then: Callable[[Any], None] | None = None


def refused(code: Code) -> Expected:
    return Expected(*code)


NOT_FOUND = refused((404, "not_found"))


@dataclass
class Play:
    """Counts what it sees in `seen`, and keeps a diary for whoever reads a failure."""

    world: World
    built: Built
    seen: Counter[tuple[str, int, str]]
    requests: int = 0
    diary: list[str] = field(default_factory=list)
    ended: set[Person] = field(default_factory=set)
    browsers: dict[tuple[Person, bool, Shop], Browser] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    last: Asker | None = None
    turned_away: int = 0

    def asker(self, step: Step) -> Asker:
        """Mostly one who may act for the account he names, and mostly the one who asked last: what he has adds up."""
        by_key = step.more % 2 == 1
        if self.last is not None and step.who % 3 and not self.refuses_header(self.last):
            self.last = replace(self.last, by_key=by_key)
            return self.last
        person = pick(self.world.people, step.who)
        shop = self.world.shops[1 if step.more % 7 == 6 else 0]
        self.last = asker = Asker(person, shop, by_key)
        choice = step.header % 12
        his = [each.account for each in self.world.associations if each.person is person]
        acts_for = [account for account in his if rules.refused_header(self.world, person, account) is None]
        if choice < 6 and acts_for:
            asker.account = pick(acts_for, step.on)
        elif choice == 9:
            asker.account = pick(self.world.accounts, step.on)
        elif choice == 10 and his:
            asker.account = pick(his, step.on)
        elif choice == 11:
            asker.header = UNKNOWN_ACCOUNT
        if asker.account:
            asker.header = asker.account.id
        return asker

    def acting(self, asker: Asker) -> Acting:
        """Without account where the header is refused."""
        association = None
        if asker.account and rules.refused_header(self.world, asker.person, asker.account) is None:
            association = rules.in_force(self.world, asker.person, asker.account)
        if association is None:
            return Acting(self.world, asker.person, asker.shop)
        return Acting(self.world, asker.person, asker.shop, association.account, association.role)

    def refused_at_the_door(self, asker: Asker) -> Code | None:
        """Who may not act any more is told so; by session once, because that ends it."""
        if not asker.by_key and asker.person in self.ended:
            return 401, "session_ended"
        if asker.person.on_hold:
            return 401, "on_hold"
        return None

    def ask(self, asker: Asker, verb: str, call: Call, *, explains: bool = False) -> None:
        """Make the request and compare; `explains` where an answer is given although the header is refused."""
        at_the_door = self.refused_at_the_door(asker)
        by_header = self.refuses_header(asker)
        expected = call.expected
        if at_the_door or (by_header and not explains):
            expected = refused(at_the_door or by_header or (0, ""))
        if at_the_door and not asker.by_key:
            self.ended.add(asker.person)
        self.turned_away += bool(at_the_door)
        is_acting = bool(asker.header) and not (at_the_door or by_header)
        self.diary.append(f"{asker}: {call.method} {call.path} {call.body or ''}")
        answer = self._browser(asker).call(
            call.method, call.path, call.body, **({"X-Account-Shared-Id": asker.header} if asker.header else {})
        )
        said = said_by(answer)
        self.requests += 1
        self.seen[verb, said.status, said.code] += 1
        problems = [*self._differences(said, expected, call)]
        if said.acting != (asker.header if is_acting else None):
            problems.append(f"acts for {said.acting}")
        if not problems and said.status < 300 and expected.check is not None:
            try:
                expected.check(said.body)
            except AssertionError as error:
                problems.append(f"the body is not as the model says: {error}")
        assert not problems, self._report(problems, said, expected)
        if said.status < 300 and call.then is not None:
            call.then(said.body)

    def know(self, token: str, what: str) -> None:
        """An id that the database gave."""
        self.ids[token] = what

    def know_orders(self) -> None:
        for place, order in enumerate(self.world.orders):
            for token in (order.id, order.number, *(line.id for line in order.lines)):
                self.know(token, f"of order {place}")

    def forget_sessions(self, person: Person) -> None:
        """He signs in anew."""
        self.ended.discard(person)
        for key in [key for key in self.browsers if key[0] is person and not key[1]]:
            del self.browsers[key]

    def refuses_header(self, asker: Asker) -> Code | None:
        return rules.refused_header(self.world, asker.person, asker.account) if asker.header else None

    def _browser(self, asker: Asker) -> Browser:
        key = asker.person, asker.by_key, asker.shop
        if key not in self.browsers:
            customer = self.built.people[asker.person]
            browser = Browser(asker.shop.code)
            browser.client.raise_request_exception = False
            # Loading the middleware takes longer than a request.
            browser.client.handler = self.built.handler
            if asker.by_key:
                browser.client.defaults["HTTP_AUTHORIZATION"] = f"Api-Key {self.built.key}"
                browser.client.defaults["HTTP_X_CUSTOMER_SHARED_ID"] = asker.person.id
            else:
                browser.token = self._token(asker.person) or by_session(customer).token
            self.browsers[key] = browser
        return self.browsers[key]

    def _token(self, person: Person) -> str | None:
        """One session of his serves all shops."""
        return next(
            (
                browser.token
                for (each, by_key, _shop), browser in self.browsers.items()
                if each is person and not by_key
            ),
            None,
        )

    def _differences(self, said: Said, expected: Expected, call: Call) -> Sequence[str]:
        if (said.status, said.code) != (expected.status, expected.code):
            return [f"expected {expected.status} {expected.code}"]
        sent = tokens_in([call.path, repr(call.body)])
        is_new = said.status == 201 or expected.makes
        leaked = said.tokens - {*expected.shows, *expected.may, *sent}
        amounts, more = texts(expected.amounts), texts(expected.may_amounts)
        return [
            *(f"leaks {self._told(each)}" for each in sorted(leaked) if not is_new or self._told(each) != each),
            *(f"hides {self._told(each)}" for each in sorted(set(expected.shows) - said.tokens)),
            *(f"leaks the amount {each}" for each in sorted(said.amounts - amounts - more)),
            *(f"hides the amount {each}" for each in sorted(amounts - said.amounts)),
        ]

    def _told(self, token: str) -> str:
        what = self.world.marks.get(token) or self.ids.get(token)
        return f"{token} ({what})" if what else token

    def _report(self, problems: Sequence[str], said: Said, expected: Expected) -> str:
        told = "\n".join(f"  {line}" for line in self.diary[-30:])
        what = "\n".join(f"- {problem}" for problem in problems)
        roles = "; ".join(
            f"{each.person.id} is {each.role} of {each.account.id} ({each.account.status}), {each.when}"
            for each in self.world.associations
        )
        answer = f"{said.status} {said.body}\nexpected: {expected}"
        return f"\n{what}\n{answer}\nassociations: {roles}\nwhat was done:\n{told}"


def texts(amounts: Collection[Decimal]) -> set[str]:
    return {f"{amount:.2f}" for amount in amounts}


def pick(among: Sequence[Thing], number: int) -> Thing:
    return among[number % len(among)]
