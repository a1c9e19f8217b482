"""People who register with an e-mail, and what they are shown of orders."""

from typing import Any

from customers.models import Customer, CustomerKind
from customers.services.lifecycle import change_customer
from orders.models import Order
from tests.customers.shoppers import PASSWORD, Browser
from tests.factories import NOW

ANA, BEN = "ana@home.test", "ben@home.test"
BY: dict[str, Any] = {"by": "staff:12", "at": NOW}


def shown(browser: Browser) -> list[str]:
    """The numbers of the person's own orders; each is read by its id too, and every other one is not."""
    listed = browser.call("GET", "orders")
    assert listed.status_code == 200, listed.content
    numbers = [order["number"] for order in listed.json()["results"]]
    for order in Order.objects.all():
        expected = 200 if order.number in numbers else 404
        assert browser.call("GET", f"orders/{order.pk}").status_code == expected
        again = browser.call("POST", f"orders/{order.pk}/reorder", {})
        assert again.status_code == expected, again.content
    return sorted(numbers)


def register(email: str, **fields: str) -> Customer:
    body = {"email": email, "password": PASSWORD, "first_name": "Ana", "last_name": "Alvarez", **fields}
    assert Browser().call("POST", "registration", body).status_code == 201
    person = Customer.objects.get(kind=CustomerKind.REGISTERED, email=email)
    return change_customer(customer=person, active=True, **BY)
