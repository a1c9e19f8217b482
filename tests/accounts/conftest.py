from tests.accounts.shoppers import company, crowd
from tests.customers.shoppers import speak
from tests.people import acme, acme_west, ana, ben, cleo, opal, stranger, us

__all__ = ["acme", "acme_west", "ana", "ben", "cleo", "company", "crowd", "opal", "speak", "stranger", "us"]
