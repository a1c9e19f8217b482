"""The panel's navigation, by job and not by table, and its looks."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _


def permitted(permission: str) -> Any:
    """Whether the signed-in staff member may open a page; what he may not is not shown."""

    def asks(request: HttpRequest) -> bool:
        return bool(request.user.has_perm(permission))

    return asks


def _link(title: Any, icon: str, address: str, permission: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse_lazy(address), "permission": permitted(permission)}


def _is_among_orders(request: HttpRequest) -> bool:
    """Trying an order lies below the orders' address and is a place of its own."""
    orders, trying = reverse("admin:orders_order_changelist"), reverse("admin:orders_order_try")
    return request.path.startswith(orders) and not request.path.startswith(trying)


def _is_among_payment_methods(request: HttpRequest) -> bool:
    """The matrix lies below the methods' address and is a place of its own."""
    methods, matrix = reverse("admin:accounts_paymentmethod_changelist"), reverse("admin:accounts_paymentmethod_matrix")
    return request.path.startswith(methods) and not request.path.startswith(matrix)


def _static(path: str) -> Any:
    """The address of a file of ours; known only after the settings are read."""

    def address(request: HttpRequest) -> str:  # noqa: ARG001 -- Unfold's signature
        return static(path)

    return address


# Indigo: white on its 600 reads with a contrast of 6 to 1.
INDIGO = {
    "50": "oklch(96.2% .018 272.314)",
    "100": "oklch(93% .034 272.788)",
    "200": "oklch(87% .065 274.039)",
    "300": "oklch(78.5% .115 274.713)",
    "400": "oklch(67.3% .182 276.935)",
    "500": "oklch(58.5% .233 277.117)",
    "600": "oklch(51.1% .262 276.966)",
    "700": "oklch(45.7% .24 277.023)",
    "800": "oklch(39.8% .195 277.366)",
    "900": "oklch(35.9% .144 278.697)",
    "950": "oklch(25.7% .09 281.288)",
}

PANEL: dict[str, Any] = {
    "SITE_TITLE": "B2B Customer Identity",
    "SITE_HEADER": "Customer Identity",
    "SITE_SYMBOL": "hub",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SITE_URL": None,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _static("panel/favicon.svg")}],
    "COLORS": {"primary": INDIGO},
    "STYLES": [_static("panel/panel.css")],
    "SCRIPTS": [_static("panel/panel.js")],
    "DASHBOARD_CALLBACK": "identity_site.home.home",
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": [
            {
                "title": "",
                "items": [{"title": _("Home"), "icon": "home", "link": reverse_lazy("admin:index")}],
            },
            {
                "title": _("Identity"),
                "separator": True,
                "items": [
                    {
                        **_link(_("Orders"), "receipt_long", "admin:orders_order_changelist", "orders.view_order"),
                        "active": _is_among_orders,
                    },
                    _link(_("Try an order"), "science", "admin:orders_order_try", "orders.view_order"),
                ],
            },
            {
                "title": _("Accounts"),
                "separator": True,
                "items": [
                    _link(_("Accounts"), "account_tree", "admin:accounts_account_changelist", "accounts.view_account"),
                    _link(_("Contacts"), "contacts", "admin:accounts_contact_changelist", "accounts.view_contact"),
                    _link(_("Roles"), "badge", "admin:accounts_role_changelist", "accounts.view_role"),
                ],
            },
            {
                "title": _("Customers"),
                "separator": True,
                "items": [
                    _link(_("Customers"), "group", "admin:customers_customer_changelist", "customers.view_customer"),
                    _link(_("Segments"), "sell", "admin:customers_segment_changelist", "customers.view_segment"),
                    _link(
                        _("Profile attributes"),
                        "list_alt",
                        "admin:customers_profileattribute_changelist",
                        "customers.view_profileattribute",
                    ),
                    _link(
                        _("ERP customers"),
                        "database",
                        "admin:customers_erpcustomer_changelist",
                        "customers.view_erpcustomer",
                    ),
                ],
            },
            {
                "title": _("Prices & payments"),
                "separator": True,
                "items": [
                    _link(_("Price lists"), "sell", "admin:accounts_pricelist_changelist", "accounts.view_pricelist"),
                    {
                        **_link(
                            _("Payment methods"),
                            "credit_card",
                            "admin:accounts_paymentmethod_changelist",
                            "accounts.view_paymentmethod",
                        ),
                        "active": _is_among_payment_methods,
                    },
                    _link(
                        _("Payment matrix"),
                        "grid_on",
                        "admin:accounts_paymentmethod_matrix",
                        "accounts.view_paymentmethod",
                    ),
                ],
            },
            {
                "title": _("Storefronts"),
                "separator": True,
                "items": [
                    _link(
                        _("Storefronts"),
                        "storefront",
                        "admin:storefronts_storefront_changelist",
                        "storefronts.view_storefront",
                    ),
                ],
            },
            {
                "title": _("Help"),
                "separator": True,
                "items": [
                    _link(
                        _("Support requests"),
                        "support_agent",
                        "admin:interface_supportrequest_changelist",
                        "interface.view_supportrequest",
                    ),
                ],
            },
            {
                "title": _("Connections"),
                "separator": True,
                "items": [
                    _link(
                        _("API clients"), "key", "admin:storefronts_apiclient_changelist", "storefronts.view_apiclient"
                    ),
                ],
            },
        ],
    },
}
