"""The demo's companies: trees of accounts, and the contacts named on them. All of it is made up."""

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.models import AccountStatus, ContactType


@dataclass(frozen=True, slots=True)
class Company:
    """An account and what is below it. Without `number` its orders get the nearest ancestor's."""

    shared_id: str
    name: str
    number: str = ""
    phone: str = ""
    postal_code: str = ""
    status: AccountStatus = AccountStatus.ACTIVE
    parts: tuple["Company", ...] = ()

    def walk(self, parent: str | None = None) -> Iterator[tuple["Company", str | None]]:
        """This company and every part of it, each with its parent's shared id, parents first."""
        yield self, parent
        for part in self.parts:
            yield from part.walk(self.shared_id)


@dataclass(frozen=True, slots=True)
class Person:
    """A contact. `erp_slot`: one of the two that the ERP knows too."""

    account: str
    first_name: str
    last_name: str
    email: str
    phone: str = ""
    type: ContactType = ContactType.OTHER
    active: bool = True
    on_hold: bool = False
    erp_slot: int | None = None


ACME = Company(
    "acme",
    "Acme",
    "1000",
    "901-555-0100",
    "38103",
    parts=(
        Company(
            "acme-south",
            "Acme South",
            "1010",
            "901-555-0101",
            "38104",
            parts=(
                Company("acme-memphis", "Acme Memphis Store", "1011", "901-555-0102", "38105"),
                Company("acme-nashville", "Acme Nashville Store", "", "615-555-0103", "37201"),
                Company("acme-little-rock", "Acme Little Rock Store", "1013", "501-555-0104", "72201"),
            ),
        ),
        Company(
            "acme-west",
            "Acme West",
            "1020",
            "602-555-0105",
            "85003",
            parts=(
                Company(
                    "acme-phoenix",
                    "Acme Phoenix Store",
                    "1021",
                    "602-555-0106",
                    "85004",
                    parts=(Company("acme-phoenix-rental", "Acme Phoenix Tool Rental", "", "602-555-0107", "85004"),),
                ),
                Company("acme-tucson", "Acme Tucson Store", "1022", "520-555-0108", "85701"),
            ),
        ),
    ),
)

HARBOR = Company(
    "harbor",
    "Harbor Supply",
    "2000",
    "617-555-0110",
    "02110",
    parts=(
        Company(
            "harbor-east",
            "Harbor Supply East",
            "2010",
            "617-555-0111",
            "02111",
            parts=(
                Company("harbor-boston", "Harbor Supply Boston", "2011", "617-555-0112", "02113"),
                Company("harbor-portland", "Harbor Supply Portland", "2012", "207-555-0113", "04101"),
            ),
        ),
        Company(
            "harbor-gulf",
            "Harbor Supply Gulf",
            "2020",
            "251-555-0114",
            "36602",
            parts=(
                Company("harbor-mobile", "Harbor Supply Mobile", "2021", "251-555-0115", "36603"),
                Company("harbor-galveston", "Harbor Supply Galveston", "2022", "409-555-0116", "77550"),
            ),
        ),
    ),
)

NORTHWIND = Company(
    "northwind",
    "Northwind Tools",
    "3000",
    "206-555-0120",
    "98101",
    parts=(
        Company(
            "northwind-retail",
            "Northwind Retail",
            "3010",
            "206-555-0121",
            "98102",
            parts=(
                Company("northwind-seattle", "Northwind Seattle", "3011", "206-555-0122", "98103"),
                Company("northwind-tacoma", "Northwind Tacoma", "3012", "253-555-0123", "98402"),
                Company("northwind-spokane", "Northwind Spokane", "", "509-555-0124", "99201"),
            ),
        ),
        Company("northwind-online", "Northwind Online", "3020", "206-555-0125", "98104"),
    ),
)

# One company per status that keeps orders from it. A status is not inherited: Granite's yard goes on buying.
GRANITE = Company(
    "granite",
    "Granite Masonry",
    "4000",
    "512-555-0130",
    "78701",
    AccountStatus.SUSPENDED,
    parts=(Company("granite-yard", "Granite Masonry Yard", "4001", "512-555-0131", "78702"),),
)
JUNIPER = Company("juniper", "Juniper Landscapes", "5000", "303-555-0132", "80202", AccountStatus.PENDING)
OLDTOWN = Company("oldtown", "Oldtown Fixtures", "6000", "312-555-0133", "60601", AccountStatus.DISABLED)

BERGLAND = Company(
    "bergland",
    "Bergland Werkzeuge",
    "",
    "+49 30 23125 000",
    "10115",
    parts=(
        Company("bergland-berlin", "Bergland Werkzeuge Berlin", "", "+49 30 23125 001", "10117"),
        Company("bergland-hamburg", "Bergland Werkzeuge Hamburg", "", "+49 40 66969 002", "20095"),
        Company("bergland-muenchen", "Bergland Werkzeuge München", "", "+49 89 99998 003", "80331"),
    ),
)

COMPANIES = (ACME, HARBOR, NORTHWIND, GRANITE, JUNIPER, OLDTOWN, BERGLAND)

PRIMARY, BILLING, LOGISTICS = ContactType.PRIMARY, ContactType.BILLING, ContactType.LOGISTICS
CONTACTS = (
    Person("acme", "Jo", "Hale", "jo@acme.example", "901-555-0140", PRIMARY, erp_slot=1),
    Person("acme", "Rita", "Moss", "rita@acme.example", "901-555-0141", BILLING, erp_slot=2),
    Person("acme", "Ana", "Ruiz", "ana@acme.example", "901-555-0142"),
    Person("acme", "Sam", "Thorne", "sam@acme.example", "901-555-0143", active=False),
    Person("acme-south", "Omar", "Beck", "omar@acme-south.example", "901-555-0144", PRIMARY, erp_slot=1),
    # Five people buy for one store, of whom the ERP has room for two.
    Person("acme-memphis", "Nell", "Avery", "nell@acme-memphis.example", "901-555-0145", PRIMARY, erp_slot=1),
    Person("acme-memphis", "Hugo", "Lane", "hugo@acme-memphis.example", "901-555-0146", BILLING, erp_slot=2),
    Person("acme-memphis", "Ines", "Ford", "ines@acme-memphis.example", "901-555-0147", LOGISTICS),
    Person("acme-memphis", "Karl", "Odom", "karl@acme-memphis.example", "901-555-0148"),
    Person("acme-memphis", "Tess", "Wynn", "tess@acme-memphis.example"),
    Person("acme-nashville", "Lena", "Cross", "lena@acme-nashville.example", "615-555-0149", PRIMARY),
    Person("acme-little-rock", "Ray", "Dunn", "ray@acme-little-rock.example", "501-555-0150", PRIMARY, erp_slot=1),
    Person("acme-west", "Ben", "Cole", "ben@acme-west.example", "602-555-0151", PRIMARY, erp_slot=1),
    # One e-mail on two accounts: whose the order is, a person must say.
    Person("acme-west", "Pat", "Quill", "pat@buildwise.example", "602-555-0152"),
    Person("acme-phoenix", "Mia", "Stone", "mia@acme-phoenix.example", "602-555-0153", PRIMARY, erp_slot=1),
    Person("acme-phoenix", "Leo", "Finch", "leo@acme-phoenix.example", "602-555-0154", BILLING, erp_slot=2),
    Person("acme-phoenix-rental", "Zoe", "Park", "zoe@acme-rental.example", "602-555-0155", PRIMARY),
    Person("acme-tucson", "Ivan", "Holt", "ivan@acme-tucson.example", "520-555-0156", PRIMARY, erp_slot=1),
    Person("harbor", "Cleo", "Marsh", "cleo@harbor.example", "617-555-0157", PRIMARY, erp_slot=1),
    Person("harbor-east", "Pat", "Quill", "pat@buildwise.example", "602-555-0152"),
    Person("harbor-boston", "Drew", "Salt", "drew@harbor-boston.example", "617-555-0158", PRIMARY, erp_slot=1),
    Person("harbor-portland", "Wren", "Tate", "wren@harbor-portland.example", "207-555-0159", PRIMARY),
    Person("harbor-mobile", "Gail", "Reed", "gail@harbor-mobile.example", "251-555-0160", PRIMARY, erp_slot=1),
    # Made in the panel: the ERP knows neither e-mail nor phone.
    Person("harbor-galveston", "Lee", "Ashby", "lee@harbor-galveston.example", "409-555-0161", PRIMARY),
    Person("northwind", "Dora", "Keen", "dora@northwind.example", "206-555-0162", PRIMARY, erp_slot=1),
    Person("northwind", "Vic", "Hobbs", "vic@northwind.example", "206-555-0163", on_hold=True),
    Person("northwind-retail", "Eli", "Grant", "eli@northwind-retail.example", "206-555-0164", PRIMARY, erp_slot=1),
    Person("northwind-seattle", "Fay", "Lund", "fay@northwind-seattle.example", "206-555-0165", PRIMARY),
    Person("northwind-tacoma", "Max", "Boyd", "max@northwind-tacoma.example", "253-555-0166", PRIMARY),
    Person("northwind-spokane", "Uma", "Dale", "uma@northwind-spokane.example", "509-555-0167", PRIMARY),
    Person("northwind-online", "Noel", "Webb", "noel@northwind-online.example", "206-555-0168", PRIMARY),
    Person("granite", "Gus", "Mercer", "gus@granite.example", "512-555-0169", PRIMARY, erp_slot=1),
    Person("granite-yard", "Abe", "Mercer", "abe@granite-yard.example", "512-555-0170", PRIMARY),
    Person("juniper", "June", "Alder", "june@juniper.example", "303-555-0171", PRIMARY),
    Person("oldtown", "Olga", "Frost", "olga@oldtown.example", "312-555-0172", PRIMARY),
    Person("bergland", "Anja", "Köhler", "anja@bergland.example", "+49 30 23125 010", PRIMARY),
    Person("bergland-berlin", "Jörg", "Weiß", "joerg@bergland-berlin.example", "+49 30 23125 011", PRIMARY),
    Person("bergland-berlin", "Mara", "Vogt", "mara@bergland-einkauf.example", "+49 30 23125 012"),
    Person("bergland-hamburg", "Mara", "Vogt", "mara@bergland-einkauf.example", "+49 30 23125 012"),
    Person("bergland-hamburg", "Silke", "Thomsen", "silke@bergland-hamburg.example", "+49 40 66969 013", PRIMARY),
    Person("bergland-muenchen", "Toni", "Huber", "toni@bergland-muenchen.example", "+49 89 99998 014", PRIMARY),
)
