"""Customers, what they are grouped by and asked for, and the mirror of ERP customers in the panel."""

from customers.admin.customers import CustomerAdmin
from customers.admin.definitions import ProfileAttributeAdmin, SegmentAdmin
from customers.admin.erp_customers import ErpCustomerAdmin

__all__ = ["CustomerAdmin", "ErpCustomerAdmin", "ProfileAttributeAdmin", "SegmentAdmin"]
