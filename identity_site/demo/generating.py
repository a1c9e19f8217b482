"""The demo's files as text: the same every time. `manage.py write_demo_files` writes them, a test compares."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from identity_site.demo import vendor_shapes
from identity_site.demo.companies import COMPANIES, CONTACTS
from identity_site.demo.people import CUSTOMERS, ERP_CUSTOMERS, InErp
from identity_site.demo.shop_orders import AMERICA, EUROPE, OUTLET, orders_of

ERP_SYSTEM = "counterpoint-main"


def generated_files() -> dict[str, str]:
    """Every file's name and text."""
    files = {
        "accounts.json": _array(_accounts()),
        "contacts.json": _array(_contacts()),
        "customers.json": _array(_customers()),
        "erp_customers.json": f'{{"Customers": {_array(_erp_customers()).rstrip()}, "ErrorCode": "SUCCESS"}}\n',
    }
    for shop in (AMERICA, EUROPE, OUTLET):
        orders = orders_of(shop)
        products = [product for order in orders for product in vendor_shapes.order_products(order)]
        addresses = [vendor_shapes.order_shipping_address(order) for order in orders]
        files[f"{shop.code}_orders.jsonl"] = _lines(vendor_shapes.order(order) for order in orders)
        files[f"{shop.code}_order_products.jsonl"] = _lines(products)
        files[f"{shop.code}_order_shipping_addresses.jsonl"] = _lines(addresses)
    return files


def _accounts() -> list[dict[str, Any]]:
    """In the words of our own API, parents before children."""
    return [
        {
            "shared_id": company.shared_id,
            "name": company.name,
            "parent_shared_id": parent,
            "erp_system": ERP_SYSTEM if company.number else "",
            "account_number": company.number,
            "phone": company.phone,
            "email": f"office@{company.shared_id}.example",
            "postal_code": company.postal_code,
            "status": str(company.status),
        }
        for root in COMPANIES
        for company, parent in root.walk()
    ]


def _contacts() -> list[dict[str, Any]]:

    contacts = []
    for person in CONTACTS:
        contact = asdict(person)
        contacts.append({"account_shared_id": contact.pop("account"), **contact, "type": str(person.type)})
    return contacts


def _customers() -> list[dict[str, Any]]:

    customers = []
    for known in CUSTOMERS:
        customer = asdict(known)
        number, storefront = customer.pop("erp_number"), customer.pop("storefront")
        customers.append(
            {
                **customer,
                "kind": str(known.kind),
                "preferred_storefront": storefront,
                "preferred_currency": "EUR" if storefront == "eu" else "USD",
                "external_ids": {ERP_SYSTEM: number} if number else {},
            }
        )
    return customers


def _erp_customers() -> list[dict[str, Any]]:
    """Every account with a number, with the two contacts the ERP has room for; then the others it knows."""
    rows = []
    for company in (company for root in COMPANIES for company, _ in root.walk() if company.number):
        people = [person for person in CONTACTS if person.account == company.shared_id and person.erp_slot]
        emails = (f"office@{company.shared_id}.example", *(person.email for person in people[:1]))
        phones = (company.phone, *(person.phone for person in people))
        names = [f"{person.first_name} {person.last_name}" for person in people]
        rows.append(vendor_shapes.erp_customer(InErp(company.number, company.name, emails, phones), contacts=names))
    return [*rows, *(vendor_shapes.erp_customer(customer) for customer in ERP_CUSTOMERS)]


def _array(rows: Iterable[dict[str, Any]]) -> str:
    return "[\n" + ",\n".join(_line(row) for row in rows) + "\n]\n"


def _lines(rows: Iterable[dict[str, Any]]) -> str:
    return "".join(f"{_line(row)}\n" for row in rows)


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False)
