"""The demo's people and small businesses outside the account trees: customers of the ERP, and customers here."""

from dataclasses import dataclass

from customers.models import CustomerKind


@dataclass(frozen=True, slots=True)
class InErp:
    """A customer of the ERP; `emails` and `phones` fill its two and four places in order."""

    number: str
    name: str
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    first_sale: str = "2021-03-15"
    is_business: bool = True
    allows_orders: bool = True
    loyalty_card: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A customer here. `erp_number` is the ERP's number he carries."""

    shared_id: str
    first_name: str
    last_name: str
    email: str = ""
    phone: str = ""
    kind: CustomerKind = CustomerKind.REGISTERED
    storefront: str = "us"
    company: str = ""
    active: bool = True
    on_hold: bool = False
    erp_number: str = ""


SYSTEM_CUSTOMERS = ("CASH", "TEMPLATE")

ERP_CUSTOMERS = (
    # Walk-in and template: they have an e-mail and a phone, and nobody is them.
    InErp("CASH", "Cash customer", ("walkin@shop.example",), ("901-555-0199",), "2015-01-02"),
    InErp("TEMPLATE", "Template customer", ("walkin@shop.example",), (), "2015-01-02"),
    InErp("7001", "Bluebird Cabinets", ("orders@bluebird.example",), ("512-555-0101",), "2018-05-11"),
    InErp("7002", "Cedar Dock Builders", ("yard@cedardock.example",), ("512-555-0102",), "2019-02-20"),
    InErp("7003", "Dovetail Joinery", ("shop@dovetail.example",), ("512-555-0103",), "2019-09-09"),
    InErp("7004", "Elm Street Roofing", ("crew@elmroofing.example",), ("512-555-0104",), "2020-01-13"),
    InErp("7005", "Fieldstone Fencing", ("hello@fieldstone.example",), ("512-555-0105",), "2020-06-30"),
    InErp("7006", "Grove Carpentry", (), ("", "", "512-555-0106"), "2020-08-04"),
    InErp("7007", "Hillside Plumbing", ("office@hillside.example",), ("512-555-0107",), "2020-10-19"),
    InErp("7008", "Ironwood Decks", ("ironwood@decks.example",), ("", "512-555-0108"), "2021-01-25"),
    InErp("7009", "Jackpine Cabins", ("front@jackpine.example", "books@jackpine.example"), ("512-555-0109",)),
    InErp("7010", "Kiln and Brick", ("sales@kilnbrick.example",), ("512-555-0110",), allows_orders=False),
    InErp("7011", "Larkspur Gardens", ("larkspur@gardens.example",), ("512-555-0111",), "2021-07-07"),
    InErp("7012", "Millrace Floors", ("desk@millrace.example",), ("512-555-0112",), "2021-11-30"),
    InErp("7013", "Nutmeg Kitchens", ("studio@nutmeg.example",), ("512-555-0113",), "2022-02-14"),
    InErp("7014", "Oriole Windows", ("oriole@windows.example",), ("512-555-0114",), "2022-05-23"),
    InErp("7015", "Pinecone Play", ("team@pinecone.example",), ("512-555-0115",), "2022-09-01"),
    InErp("7016", "Quarry Lane Stone", ("quarry@lane.example",), ("512-555-0116",), "2023-01-16"),
    InErp("7017", "Redwood Frames", ("info@redwood.example",), ("512-555-0117",), "2023-04-03"),
    InErp("7018", "Saltbox Homes", ("build@saltbox.example",), ("512-555-0118",), "2023-10-10"),
    # One e-mail, two customers of the ERP.
    InErp("7020", "Twin Oaks North", ("office@twinoaks.example",), ("512-555-0120",), "2019-03-18"),
    InErp("7021", "Twin Oaks South", ("office@twinoaks.example",), ("512-555-0121",), "2017-11-06"),
    # Carried by one of our customers already.
    InErp("7022", "Ulmer Interiors", ("ulmer@interiors.example",), ("512-555-0122",), "2020-02-02"),
    InErp("100101", "Vera Stokes", ("vera@stokes.example",), ("737-555-0131",), "2022-12-01", is_business=False),
    InErp("100102", "Walt Ober", ("walt@ober.example",), ("737-555-0132",), "2023-06-17", is_business=False),
    InErp("OL-100001", "Xenia Falk", ("xenia@falk.example",), ("737-555-0133",), "2024-04-21", is_business=False),
)

GUEST = CustomerKind.GUEST
# In the order in which they were made: the first is the oldest.
CUSTOMERS = (
    Known("cust-iris", "Iris", "Vale", "iris@valeworkshop.example", "713-555-0101", company="Vale Workshop"),
    Known("cust-ulla", "Ulla", "Mertz", "ulla@interiors.example", "713-555-0102", erp_number="7022"),
    # His e-mail is that of an ERP customer whose number nobody carries yet.
    Known("cust-nat", "Nat", "Meg", "studio@nutmeg.example", "713-555-0103", company="Nutmeg Kitchens"),
    Known("cust-lars", "Lars", "Purvis", "lars@purvis.example", "713-555-0104", active=False, erp_number="7011"),
    Known("cust-mina", "Mina", "Race", "mina@race.example", "713-555-0105", on_hold=True, erp_number="7012"),
    Known("cust-hank", "Hank", "Dorsey", "hank@dorsey.example", "713-555-0106"),
    Known("cust-polly", "Polly", "Nash", "polly@nash.example", "713-555-0107"),
    Known("cust-quinn", "Quinn", "Rhodes", "quinn@rhodes.example", "713-555-0108"),
    Known("cust-rosa", "Rosa", "Lund", "rosa@lund.example", "713-555-0109"),
    Known("cust-seth", "Seth", "Bloom", "seth@bloom.example", "713-555-0110"),
    Known("cust-tara", "Tara", "Holm", "tara@holm.example", "713-555-0111"),
    Known("cust-ugo", "Ugo", "Pratt", "ugo@pratt.example", "713-555-0112", active=False),
    Known("cust-vita", "Vita", "Crane", "vita@crane.example", "713-555-0113", on_hold=True),
    Known("cust-will", "Will", "Yates", "will@yates.example", "713-555-0114"),
    # Two guests share an e-mail: B2C takes the oldest, B2B asks.
    Known("cust-guest-fern", "Fern", "Ivory", "family@ivory.example", "713-555-0120", GUEST),
    Known("cust-guest-glen", "Glen", "Ivory", "family@ivory.example", "713-555-0121", GUEST),
    # A guest with the e-mail of someone registered: the registered one goes first.
    Known("cust-guest-will", "W.", "Yates", "will@yates.example", "", GUEST),
    Known("cust-guest-dot", "Dot", "Ember", "", "713-555-0122", GUEST),
    Known("cust-anton", "Anton", "Seidel", "anton@seidel.example", "+49 30 23125 101", storefront="eu"),
    Known("cust-berta", "Berta", "Lohse", "berta@lohse.example", "+49 30 23125 102", storefront="eu"),
    Known("cust-claus", "Claus", "Ostheim", "claus@ostheim.example", "+49 40 66969 103", storefront="eu"),
)
