from tests.customers.shoppers import speak
from tests.people import acme, acme_west, ana, ben, cleo, opal, stranger, us

__all__ = ["acme", "acme_west", "ana", "ben", "cleo", "opal", "speak", "stranger", "us"]
