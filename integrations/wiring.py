"""The one place that picks file formats."""

from collections.abc import Mapping

from integrations.bigcommerce import mapping as bigcommerce
from integrations.counterpoint import mapping as counterpoint
from integrations.ports import ErpCustomerFormat, OrderFormat

ERP_CUSTOMER_FORMATS: Mapping[str, ErpCustomerFormat] = {"counterpoint": counterpoint.CUSTOMERS}
ORDER_FORMATS: Mapping[str, OrderFormat] = {"bigcommerce": bigcommerce.ORDERS}
