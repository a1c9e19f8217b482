"""The demo's orders: every buyer's, spread over the thirty days up to REFERENCE, the same way every time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from identity_site.demo.buyers import Buyer, american_buyers, european_buyers, outlet_buyers
from identity_site.demo.vendor_shapes import Item, Place, ShopOrder

# Files are written as of this moment; loading shifts them to the moment of loading.
REFERENCE = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
SPREAD = timedelta(days=30)
NEWEST_IS_OLD = timedelta(minutes=25)
# Any prime that divides no shop's number of orders: it mixes the buyers, each order at a place of its own.
STRIDE = 97

CATALOGUE = (
    ("SAW-10", "Hand saw 10 in", "19.90"),
    ("SAW-14", "Table saw blade 14 in", "64.50"),
    ("DRL-18", "Cordless drill 18 V", "129.00"),
    ("DRL-BIT", "Drill bit set, 29 pieces", "38.75"),
    ("HAM-16", "Claw hammer 16 oz", "24.30"),
    ("LVL-48", "Spirit level 48 in", "41.20"),
    ("CLP-06", "Bar clamp 6 in", "8.95"),
    ("SND-220", "Sandpaper 220, box of 50", "27.40"),
    ("GLV-L", "Work gloves L", "11.60"),
    ("SCR-100", "Deck screws, box of 100", "14.85"),
    ("TAP-25", "Tape measure 25 ft", "16.99"),
    ("PLY-BIR", "Birch plywood sheet", "72.00"),
    ("OAK-8", "Oak board 8 ft", "33.10"),
    ("STN-WAL", "Wood stain, walnut", "21.45"),
)
AMERICAN_PLACES = (
    Place("12 Depot Street", "Memphis", "Tennessee", "38103"),
    Place("480 Canal Road", "Phoenix", "Arizona", "85003"),
    Place("7 Wharf Lane", "Boston", "Massachusetts", "02110"),
    Place("2210 Pine Avenue", "Seattle", "Washington", "98101"),
    Place("931 Mill Creek Drive", "Austin", "Texas", "78701"),
    Place("64 Quarry Hill", "Denver", "Colorado", "80202"),
)
GERMANY = ("DE", "Germany")
EUROPEAN_PLACES = (
    Place("Werkstraße 4", "Berlin", "Berlin", "10115", GERMANY),
    Place("Hafenweg 21", "Hamburg", "Hamburg", "20095", GERMANY),
    Place("Sägegasse 9", "München", "Bayern", "80331", GERMANY),
)
# How old an order is at least, in days, to have come so far: completed, shipped, awaiting fulfillment, pending.
PROGRESS = ((14, 10), (6, 2), (2, 11), (0, 1))
CANCELLED, AWAITING_PAYMENT = 5, 7


@dataclass(frozen=True, slots=True)
class Shop:
    """One storefront as the shop's own system knows it; `first_id` counts its orders up from there."""

    code: str
    currency: str
    first_id: int
    channel_id: int
    tax: Decimal
    places: tuple[Place, ...]
    business_payment: str
    private_payment: str


AMERICA = Shop("us", "USD", 10001, 1, Decimal("0.0825"), AMERICAN_PLACES, "Net 30", "Credit Card")
EUROPE = Shop("eu", "EUR", 50001, 2, Decimal("0.19"), EUROPEAN_PLACES, "Invoice", "PayPal")
OUTLET = Shop("outlet", "USD", 70001, 3, Decimal("0.0825"), AMERICAN_PLACES, "Net 30", "Credit Card")
BUYERS = {"us": american_buyers, "eu": european_buyers, "outlet": outlet_buyers}


def orders_of(shop: Shop) -> list[ShopOrder]:
    """The shop's orders, the oldest first."""
    buyers = BUYERS[shop.code]()
    each = [(number, buyer) for number, buyer in enumerate(buyers) for _ in range(buyer.orders)]
    mixed = [each[place * STRIDE % len(each)] for place in range(len(each))]
    return [_order(shop, place, len(mixed), number, buyer) for place, (number, buyer) in enumerate(mixed)]


def _order(shop: Shop, place: int, count: int, buyer_number: int, buyer: Buyer) -> ShopOrder:
    between = (SPREAD - NEWEST_IS_OLD) / count
    age = NEWEST_IS_OLD + timedelta(minutes=int((count - 1 - place) * between.total_seconds() // 60))
    is_business = bool(buyer.company)
    return ShopOrder(
        id=shop.first_id + place,
        customer_id=shop.channel_id * 1000 + (buyer.login or buyer_number) if buyer.signed_in else 0,
        placed_at=REFERENCE - age,
        status_id=_status(place, age),
        currency=shop.currency,
        payment_method=shop.business_payment if is_business else shop.private_payment,
        person={
            "first_name": buyer.first_name,
            "last_name": buyer.last_name,
            "company": buyer.company,
            "email": buyer.email,
            "phone": buyer.phone,
        },
        place=shop.places[buyer_number % len(shop.places)],
        items=tuple(_items(place, CATALOGUE, is_business=is_business)),
        # Companies that buy to build or to sell pay none, and theirs are large orders, which ship free.
        tax=Decimal(0) if is_business else shop.tax,
        shipping=Decimal(0) if is_business else Decimal("9.95"),
        channel_id=shop.channel_id,
    )


def _items(place: int, catalogue: Sequence[tuple[str, str, str]], *, is_business: bool) -> list[Item]:
    items = []
    for line in range(1 + place % 3):
        product = (place * 5 + line * 3) % len(catalogue)
        sku, name, price = catalogue[product]
        quantity = (2 + (place + line * 7) % 18) if is_business else 1 + (place + line) % 2
        items.append(Item(100 + product, sku, name, Decimal(price), quantity))
    return items


def _status(place: int, age: timedelta) -> int:
    if place % 23 == 22:  # noqa: PLR2004 -- now and then one is cancelled, or not yet paid
        return CANCELLED
    status = next(status for days, status in PROGRESS if age >= timedelta(days=days))
    return AWAITING_PAYMENT if status == 1 and place % 4 == 0 else status
