"""Customers and the mirror of ERP customers in the panel."""

from customers.admin.customers import CustomerAdmin
from customers.admin.erp_customers import ErpCustomerAdmin

__all__ = ["CustomerAdmin", "ErpCustomerAdmin"]
