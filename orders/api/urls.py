from django.urls import path

from orders.api.bulk import BulkView
from orders.api.identity import OrderIdentityView
from orders.api.of_account import PurchasesOfAccountView
from orders.api.of_customer import OrdersOfCustomerView
from orders.api.storefront import urls as storefront
from orders.api.views import DecisionView, OrderListView, OrderView, ResolveView

urlpatterns = [
    *storefront.urlpatterns,
    path("orders", OrderListView.as_view(), name="orders"),
    path("orders/bulk", BulkView.as_view(), name="orders-bulk"),
    path("orders/<uuid:pk>", OrderView.as_view(), name="order"),
    path("orders/<uuid:pk>/identity", OrderIdentityView.as_view(), name="order-identity"),
    path("customers/<str:shared_id>/orders", OrdersOfCustomerView.as_view(), name="customer-orders"),
    path("accounts/<str:shared_id>/purchases", PurchasesOfAccountView.as_view(), name="account-purchases"),
    path("identity/resolve", ResolveView.as_view(), name="identity-resolve"),
    path("identity/decisions/<uuid:pk>", DecisionView.as_view(), name="identity-decision"),
]
