"""Who orders in the demo's shops, how often, and what each order is there to show."""

from collections.abc import Iterator
from dataclasses import dataclass

from identity_site.demo.companies import COMPANIES, CONTACTS


@dataclass(frozen=True, slots=True)
class Buyer:
    """What the orders of one person claim; without `company` they are B2C. `email` is written as he writes it.

    `login`: the number of the shop's customer, where two buyers share one.
    """

    first_name: str
    last_name: str
    email: str = ""
    phone: str = ""
    company: str = ""
    orders: int = 1
    signed_in: bool = True
    login: int | None = None


BLOCKED_ACCOUNTS = frozenset({"granite", "juniper", "oldtown"})
# Orders per contact; who is not named here orders three times, in Europe as well.
OFTEN = {"jo@acme.example": 5, "ben@acme-west.example": 5, "cleo@harbor.example": 5, "dora@northwind.example": 5}


def contacts_buying(*, in_europe: bool) -> Iterator[Buyer]:
    """Outcome `account`: every contact in good standing buys, in the name of the account he stands on."""
    names = {company.shared_id: company.name for root in COMPANIES for company, _ in root.walk()}
    seen_emails: dict[str, int] = {}
    for person in CONTACTS:
        seen_emails[person.email] = seen_emails.get(person.email, 0) + 1
    for person in CONTACTS:
        is_good = person.active and not person.on_hold and person.account not in BLOCKED_ACCOUNTS
        if is_good and seen_emails[person.email] == 1 and person.account.startswith("bergland") == in_europe:
            yield Buyer(
                person.first_name,
                person.last_name,
                person.email,
                person.phone,
                names[person.account],
                OFTEN.get(person.email, 3),
            )


# Contacts whom something keeps from buying, each with the reason it is held for; then two that are passed by.
CONTACTS_IN_TROUBLE = (
    Buyer("Pat", "Quill", "pat@buildwise.example", "602-555-0152", "Buildwise Consulting", 4),  # ambiguous
    Buyer("Vic", "Hobbs", "vic@northwind.example", "206-555-0163", "Northwind Tools", 3),  # contact_on_hold
    Buyer("Gus", "Mercer", "gus@granite.example", "512-555-0169", "Granite Masonry", 3),  # account_suspended
    Buyer("June", "Alder", "june@juniper.example", "303-555-0171", "Juniper Landscapes", 3),  # account_pending
    Buyer("Sam", "Thorne", "sam@acme.example", "901-555-0143", "Acme"),  # inactive contact: a new customer
    Buyer("Olga", "Frost", "olga@oldtown.example", "312-555-0172", "Oldtown Fixtures"),  # disabled account: the same
    Buyer("Jo", "Hale", "Jo@ACME.example", "", "Acme", signed_in=False),  # written otherwise, and still Jo
)

# Outcome `erp_customer`, by the number the e-mail or phone leads to.
IN_THE_ERP = (
    Buyer("Bea", "Bird", "orders@bluebird.example", "512-555-0101", "Bluebird Cabinets", 3),
    Buyer("Cal", "Dock", "yard@cedardock.example", "512-555-0102", "Cedar Dock Builders", 2),
    Buyer("Dov", "Tail", "shop@dovetail.example", "512-555-0104", "Dovetail Joinery", 2),  # phone_points_elsewhere
    Buyer("Elm", "Rowe", "crew@elmroofing.example", "", "Elm Street Roofing", 2),
    Buyer("Flo", "Stone", "", "(512) 555-0105", "Fieldstone Fencing", 3, signed_in=False),  # by phone alone
    Buyer("Gro", "Vale", "", "512.555.0106", "Grove Carpentry", 2, signed_in=False),  # by its mobile number
    Buyer("Hal", "Side", "hal@private.example", "512-555-0107", "Hillside Plumbing", 3),  # email_differs
    Buyer("Ira", "Wood", "none@nowhere.example", "512-555-0108", "Ironwood Decks", 2),  # placeholder, so by phone
    Buyer("Jack", "Pine", "books@jackpine.example", "", "Jackpine Cabins", 2),  # by the second e-mail
    Buyer("Kim", "Ilne", "sales@kilnbrick.example", "512-555-0110", "Kiln and Brick", 3),  # erp_orders_not_allowed
    Buyer("Lars", "Purvis", "larkspur@gardens.example", "", "Larkspur Gardens", 2),  # customer_inactive
    Buyer("Mina", "Race", "desk@millrace.example", "", "Millrace Floors", 2),  # customer_on_hold
    Buyer("Nat", "Meg", "studio@nutmeg.example", "512-555-0113", "Nutmeg Kitchens", 2),  # our customer gets the number
    Buyer("Ori", "Ole", "oriole@windows.example", "512-555-0114", "Oriole Windows", 2),
    Buyer("Pia", "Cone", "team@pinecone.example", "", "Pinecone Play", 2),
    Buyer("Quin", "Lane", "quarry@lane.example", "512-555-0116", "Quarry Lane Stone", 2),
    Buyer("Reed", "Wood", "info@redwood.example", "512-555-0117", "Redwood Frames", 2),
    Buyer("Sal", "Box", "build@saltbox.example", "", "Saltbox Homes", 2),
    Buyer("Twi", "Noak", "office@twinoaks.example", "", "Twin Oaks", 3),  # ambiguous
    Buyer("Ulla", "Mertz", "ulmer@interiors.example", "512-555-0122", "Ulmer Interiors", 2),
    Buyer("Xenia", "Falk", "xenia@falk.example", "737-555-0133", "Falk Repairs", 2),
    Buyer("Ivan", "Holt", "office@acme-tucson.example", "", "Acme Tucson Store", 2),  # the number is an account's
    Buyer("Olga", "Frost", "office@oldtown.example", "", "Oldtown Fixtures", 2),  # account_disabled
    Buyer("Gus", "Mercer", "office@granite.example", "", "Granite Masonry", 2),  # account_suspended
    Buyer("June", "Alder", "office@juniper.example", "", "Juniper Landscapes", 2),  # account_pending
)

# B2B buyers whom neither an account nor the ERP knows: outcome `customer`, or `created` and `customer` from then on.
OWN_OR_NEW = (
    Buyer("Iris", "Vale", "iris@valeworkshop.example", "713-555-0101", "Vale Workshop", 3),
    Buyer("Will", "Yates", "will@yates.example", "", "Yates and Sons"),  # registered before the guest
    Buyer("Tara", "Holm", "tara.office@holm.example", "713-555-0111", "Holm Studio"),  # by phone: email_differs
    Buyer("Seth", "Bloom", "seth@bloom.example", "713-555-0109", "Bloom Farm"),  # Rosa's phone: phone_points_elsewhere
    Buyer("Fern", "Ivory", "family@ivory.example", "", "Ivory Pianos", 2, signed_in=False),  # two guests: ambiguous
    Buyer(
        "Cash", "Walker", "walkin@shop.example", "", "Walker Paints", 2, signed_in=False
    ),  # the ERP's walk-in: no match
    Buyer("Abel", "Fenn", "abel@fennworks.example", "469-555-0101", "Fenn Works"),
    Buyer("Bree", "Gault", "bree@gaultsigns.example", "469-555-0102", "Gault Signs", 2),
    Buyer("Cody", "Hush", "cody@hushdoors.example", "469-555-0103", "Hush Doors"),
    Buyer("Dina", "Ives", "dina@ivesglass.example", "469-555-0104", "Ives Glass", 2),
    Buyer("Earl", "Jost", "earl@jostbarns.example", "469-555-0105", "Jost Barns"),
    Buyer("Faye", "Knox", "faye@knoxpools.example", "469-555-0106", "Knox Pools", 2),
    Buyer("Gabe", "Lyle", "", "469-555-0107", "Lyle Saunas", 2, signed_in=False),
)

# Reason `no_usable_identifier`: blank, placeholders of the storefront, digits that are no number.
UNREACHABLE = (
    Buyer("", "", "", "", "Market order desk", 2, signed_in=False),
    Buyer("Moe", "Carver", "none@nowhere.example", "000-000-0000", "Carver Crates", 2, signed_in=False),
    Buyer("Nia", "Drum", "order-8842@marketplace.example", "", "Drum Displays", 2, signed_in=False),
    Buyer("Ott", "Ebb", "not an e-mail", "12345", "Ebb Boats", signed_in=False),
    Buyer("Pru", "Flint", "noemail@shop.example", "", "", 2, signed_in=False),
)

PRIVATE = (
    Buyer("Hank", "Dorsey", "hank@dorsey.example", "713-555-0106", "", 4),
    Buyer("Polly", "Nash", "polly@nash.example", "713-555-0107", "", 4),
    Buyer("Quinn", "Rhodes", "Quinn@Rhodes.example", "713-555-0108", "", 3),
    Buyer("Rosa", "Lund", "rosa@lund.example", "713-555-0109", "", 3),
    Buyer("Seth", "Bloom", "seth@bloom.example", "713-555-0110", "", 3),
    Buyer("Tara", "Holm", "tara@holm.example", "713-555-0111", "", 3),
    Buyer("Ugo", "Pratt", "ugo@pratt.example", "713-555-0112", "", 2),  # customer_inactive
    Buyer("Vita", "Crane", "vita@crane.example", "713-555-0113", "", 2),  # customer_on_hold
    Buyer("Will", "Yates", "will@yates.example", "713-555-0114", "", 3),
    Buyer("Polly", "Nash", "polly@nash.example", "713-555-0106"),  # Hank's phone: phone_points_elsewhere
    Buyer("Rosa", "Lund", "rosa.lund@post.example", "713-555-0109", "", 2),  # by phone: email_differs
    Buyer("Dot", "Ember", "", "713-555-0122", "", 3, signed_in=False),  # a guest, by phone
    Buyer("Fern", "Ivory", "family@ivory.example", "", "", 3, signed_in=False),  # two guests: the oldest
    Buyer("Jo", "Hale", "jo@acme.example"),  # privately: account contacts are not asked
)
STRANGERS = (
    ("Ada", "Amber", 2), ("Bill", "Brandt", 1), ("Cora", "Chase", 3), ("Dale", "Dunbar", 1), ("Edie", "Ellis", 2),
    ("Finn", "Farrow", 1), ("Gwen", "Garner", 2), ("Herb", "Hollis", 1), ("Ivy", "Ingram", 1), ("Joel", "Jarvis", 2),
    ("Kate", "Keller", 1), ("Liam", "Lowry", 1), ("Maud", "Mayhew", 2), ("Ned", "Norris", 1), ("Opie", "Orton", 1),
    ("Peg", "Pruitt", 2), ("Rex", "Rowan", 1), ("Sue", "Sayer", 1), ("Ted", "Thorpe", 2), ("Una", "Upton", 1),
)  # fmt: skip

EUROPEANS = (
    Buyer("Mara", "Vogt", "mara@bergland-einkauf.example", "", "Bergland Werkzeuge", 2),  # two accounts: the oldest
    Buyer("Anton", "Seidel", "anton@seidel.example", "", "Seidel Innenausbau", 2),  # outcome customer
    Buyer("Rolf", "Zander", "rolf@zander.example", "040 66969 201", "Zander Bootsbau", 2),  # no_match
    Buyer("Elke", "Prinz", "elke@prinz.example", "", "Prinz Metallbau"),  # no_match
    Buyer("Berta", "Lohse", "berta@lohse.example", "030 23125 102", "", 4),
    Buyer("Claus", "Ostheim", "", "040 66969 103", "", 2, signed_in=False),
    Buyer("Dörte", "Gärtner", "doerte@gaertner.example", "089 99998 202", "", 2),
    Buyer("Emil", "Fuchs", "emil@fuchs.example", "", "", 2),
    Buyer("Frieda", "Groß", "frieda@gross.example"),
    Buyer("Georg", "Strobl", "georg@strobl.example", "089 99998 203"),
)


# In the outlet, whose orders wait for the ERP where neither an account nor the ERP's mirror knows the buyer.
JOS_LOGIN = 90
IN_THE_OUTLET = (
    Buyer("Jo", "Hale", "jo@acme.example", "901-555-0142", "Acme", 3, login=JOS_LOGIN),
    Buyer("Bea", "Bird", "orders@bluebird.example", "512-555-0101", "Bluebird Cabinets", 2),
    Buyer("Gwen", "Ash", "gwen@ashbarns.example", "469-555-0120", "Ash Barns", 2),  # waits
    Buyer("Hugo", "Birch", "", "469-555-0121", "Birch Works", signed_in=False),  # waits
    Buyer("Ines", "Cole", "ines@cole.example", "", "", 2),
    Buyer("", "", "", "", "Acme", login=JOS_LOGIN),  # no e-mail, no phone: found by what is pinned to Jo's login
)


def outlet_buyers() -> tuple[Buyer, ...]:
    return IN_THE_OUTLET


def american_buyers() -> list[Buyer]:
    strangers = [
        Buyer(
            first,
            last,
            f"{first}@{last}.example".lower(),
            f"832-555-01{index:02}",
            "",
            orders,
            signed_in=index % 2 == 0,
        )
        for index, (first, last, orders) in enumerate(STRANGERS)
    ]
    known = (*CONTACTS_IN_TROUBLE, *IN_THE_ERP, *OWN_OR_NEW, *UNREACHABLE, *PRIVATE)
    return [*contacts_buying(in_europe=False), *known, *strangers]


def european_buyers() -> list[Buyer]:
    return [*contacts_buying(in_europe=True), *EUROPEANS]
