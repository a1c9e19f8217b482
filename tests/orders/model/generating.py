"""Random small worlds and orders. There are few names, so that everything meets everything."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.orders.model.world import Account, Claimed, Contact, ErpRow, Order, Person, Rules, World

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ERP, OTHER_ERP = "counterpoint-main", "counterpoint-west"
EMAILS = ["a@x.example", "b@x.example", "none@x.example", "c@fake.example"]
PHONES = ["+19015552222", "+13214551836", "+19015550100"]
SPELLINGS = {
    "a@x.example": ["a@x.example", " A@X.example "],
    "b@x.example": ["b@x.example", "B@x.EXAMPLE"],
    "none@x.example": ["none@x.example"],
    "c@fake.example": ["c@fake.example"],
    "+19015552222": ["901 555 2222", "+1 (901) 555-2222", "901-555-2222 ext. 7"],
    "+13214551836": ["321-455-1836"],
    "+19015550100": ["901 555 0100"],
}
NONSENSE = ["", "no address", "555", "1111111111"]
# What a policy may list, and the keys that it covers.
PLACEHOLDERS = {
    (): [],
    ("none@", "@fake.example", "901 555 0100"): ["none@x.example", "c@fake.example", "+19015550100"],
}
NUMBERS = ["100", "200", "300"]
STATUSES = ["active", "active", "active", "suspended", "pending", "disabled"]
DAYS = st.integers(0, 3)
ONE_IN_FOUR = st.sampled_from([False, False, False, True])

Draw = Any


def moment(days: int) -> datetime:
    return NOON - timedelta(days=days)


@st.composite
def worlds(draw: Draw) -> World:
    world = World(draw(rules()))
    world.accounts = _accounts(draw)
    world.people = _people(draw)
    world.contacts = _contacts(draw, world)
    world.erp_rows = _erp_rows(draw)
    world.system_customers = draw(st.sampled_from([[], [], ["300"]]))
    world.caught_up = draw(st.sampled_from([None, NOON - timedelta(minutes=30), NOON - timedelta(minutes=5)]))
    return world


@st.composite
def rules(draw: Draw) -> Rules:
    b2b = draw(st.permutations(["account_contact_email", "erp_email", "erp_phone", "own_customer"]))
    b2b = draw(st.sampled_from([["account_contact_email", "erp_email", "erp_phone", "own_customer"], b2b, b2b[:2]]))
    both = ["customer_email", "customer_phone"]
    b2c = draw(st.sampled_from([both, both[::-1], both[:1]]))
    first = draw(st.sampled_from([[], ["pinned"]]))
    last = draw(st.sampled_from([["create"], ["create"], []]))
    return Rules(
        b2b_steps=[*first, *b2b, *last],
        b2c_steps=[*first, *b2c, *last],
        b2b_ambiguous=draw(st.sampled_from(["hold", "earliest_sale", "oldest"])),
        b2c_ambiguous=draw(st.sampled_from(["hold", "earliest_sale", "oldest"])),
        placeholders=PLACEHOLDERS[draw(st.sampled_from(sorted(PLACEHOLDERS)))],
        max_age=draw(st.sampled_from([None, 900])),
        assume_complete=draw(st.booleans()),
        erp=draw(st.sampled_from([ERP, ERP, ERP, ""])),
    )


def _accounts(draw: Draw) -> list[Account]:
    """Chains of at most three; a number names one account of its ERP."""
    accounts: list[Account] = []
    free = {(erp, number) for erp in (ERP, OTHER_ERP) for number in NUMBERS[:2]}
    for place in range(draw(st.integers(0, 4))):
        above = accounts[-1] if accounts and place % 3 and draw(st.booleans()) else None
        account = Account(f"a{place}", draw(st.sampled_from(STATUSES)), moment(draw(DAYS)), above)
        named = draw(st.sampled_from([("", ""), *sorted(free)]))
        if named[0]:
            free.discard(named)
            account.erp, account.number = named
        accounts.append(account)
    return accounts


def _people(draw: Draw) -> list[Person]:
    people: list[Person] = []
    registered: set[str] = set()
    for place in range(draw(st.integers(0, 4))):
        email, phone = draw(st.sampled_from([None, *EMAILS])), draw(st.sampled_from([None, *PHONES[:2]]))
        person = Person(f"p{place}", False, email, phone, moment(draw(DAYS)))
        if email and email not in registered and draw(st.booleans()):
            person.registered = True
            registered.add(email)
        person.active, person.on_hold = not draw(ONE_IN_FOUR), draw(ONE_IN_FOUR)
        person.anonymized = draw(ONE_IN_FOUR)
        survivors = [other for other in people if other.merged_into is None]
        if survivors and draw(ONE_IN_FOUR):
            person.merged_into = draw(st.sampled_from(survivors))
        taken = {other.numbers.get(ERP) for other in people}
        number = draw(st.sampled_from([None, None, *NUMBERS]))
        # Whoever is anonymized or merged away has handed his number on.
        if number and number not in taken and not person.anonymized and person.merged_into is None:
            person.numbers[ERP] = number
        people.append(person)
    for person in people:
        if person.anonymized:
            person.numbers.clear()
    return people


def _contacts(draw: Draw, world: World) -> list[Contact]:
    pairs = [(account, email) for account in world.accounts for email in EMAILS[:3]]
    chosen = draw(st.lists(st.sampled_from(range(len(pairs))), unique=True, max_size=4)) if pairs else []
    return [
        Contact(
            *pairs[place],
            active=not draw(ONE_IN_FOUR),
            on_hold=draw(ONE_IN_FOUR),
            person=draw(st.sampled_from([None, *world.people])),
        )
        for place in chosen
    ]


def _erp_rows(draw: Draw) -> list[ErpRow]:
    return [
        ErpRow(
            number=number,
            emails=draw(st.lists(st.sampled_from(EMAILS[:3]), max_size=2, unique=True)),
            phones=draw(st.lists(st.sampled_from(PHONES), max_size=2, unique=True)),
            gone=draw(ONE_IN_FOUR),
            allows_orders=not draw(ONE_IN_FOUR),
            first_sale=draw(st.sampled_from([None, date(2019, 5, 1), date(2020, 5, 1)])),
            read_at=NOON - timedelta(minutes=draw(st.sampled_from([1, 60]))),
        )
        for number in draw(st.lists(st.sampled_from(NUMBERS), unique=True, max_size=3))
    ]


@st.composite
def claims(draw: Draw, keys: list[str]) -> Claimed:
    key = draw(st.sampled_from([*keys[:2], *keys, None]))
    if key is None:
        return Claimed(draw(st.sampled_from(NONSENSE)), None)
    return Claimed(draw(st.sampled_from(SPELLINGS[key])), key)


@st.composite
def orders(draw: Draw) -> list[Order]:
    return [
        Order(
            number=str(place),
            b2b=draw(st.sampled_from([True, True, False])),
            email=draw(claims(EMAILS)),
            phone=draw(claims(PHONES)),
            external_id=draw(st.sampled_from(["", "77", "88"])),
            placed=moment(draw(DAYS)),
            received=NOON,
        )
        for place in range(draw(st.integers(1, 6)))
    ]
