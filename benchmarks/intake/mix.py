"""The orders: bodies as a shop sends them, of a known mix of outcomes, none of them sent before."""

import random
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from benchmarks.intake.world import CODE, Scale

# Of a hundred orders so many have each outcome.
MIX = {"account": 70, "erp_customer": 15, "customer": 10, "created": 5}
PREFIX = {"account": "c", "erp_customer": "e", "customer": "k", "created": "n"}
ADDRESS = {
    "first_name": "Jo", "last_name": "Hale", "company": "Acme", "line1": "1 Main St", "line2": "", "city": "Memphis",
    "region": "TN", "postal_code": "38103", "country": "US", "phone": "",
}  # fmt: skip
LINES = [{"sku": f"SKU-{n}", "name": "Saw", "quantity": 1, "unit_price": "19.90"} for n in range(3)]


def bodies(scale: Scale, *, seed: object, outcomes: dict[str, int] | None = None) -> Iterator[dict[str, Any]]:
    """Bodies of `POST /orders` without end; numbers are unique over all runs."""
    chance, run = random.Random(str(seed)), uuid4().hex[:12]
    kinds, weights = zip(*(outcomes or MIX).items(), strict=True)
    people = {
        "account": scale.contacts,
        "erp_customer": scale.erp_customers,
        # The first customers carry numbers of the ERP.
        "customer": scale.customers - scale.erp_customers,
        "created": 10**9,
    }
    number = 0
    while True:
        for kind in chance.choices(kinds, weights, k=1000):
            number += 1
            person = chance.randrange(people[kind]) + (scale.erp_customers if kind == "customer" else 0)
            yield _body(f"{run}-{number}", f"{PREFIX[kind]}{person}", person if kind != "created" else None)


def _body(number: str, who: str, shop_customer: int | None) -> dict[str, Any]:
    return {
        "storefront": CODE,
        "number": number,
        "kind": "b2b",
        "placed_at": "2026-11-23T10:15:00Z",
        "currency": "USD",
        "customer": {
            "email": f"{who}@bench.example" if shop_customer is not None else f"{who}-{number}@bench.example",
            "phone": "",
            "first_name": "Jo",
            "last_name": "Hale",
            "external_id": who if shop_customer is not None else f"{who}-{number}",
        },
        "purchase_order_number": "PO-8812",
        "payment_method": "net30",
        "billing_address": ADDRESS,
        "shipping_address": ADDRESS,
        "lines": LINES,
        "total": "59.70",
    }
