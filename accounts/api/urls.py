from django.urls import path

from accounts.api import accounts, assignments, belongings, conversion, payment_methods, people, price_lists, roles
from accounts.api.storefront import urls as storefront

urlpatterns = [
    *storefront.urlpatterns,
    path("accounts", accounts.AccountListView.as_view(), name="accounts"),
    path("accounts/by-external-id/<str:system>/<str:external_id>", accounts.AccountByExternalIdView.as_view()),
    path("accounts/<str:shared_id>", accounts.AccountView.as_view(), name="account"),
    path("accounts/<str:shared_id>/addresses", belongings.AddressListView.as_view()),
    path("accounts/<str:shared_id>/addresses/<str:code>", belongings.AddressView.as_view()),
    path("accounts/<str:shared_id>/associates", people.AssociateListView.as_view()),
    path("accounts/<str:shared_id>/associates/<uuid:associate_id>", people.AssociateView.as_view()),
    path("accounts/<str:shared_id>/children", accounts.ChildrenView.as_view()),
    path("accounts/<str:shared_id>/contacts", people.ContactListView.as_view()),
    path("accounts/<str:shared_id>/deletion", accounts.DeletionView.as_view()),
    path("accounts/<str:shared_id>/notes", belongings.NoteListView.as_view()),
    path("accounts/<str:shared_id>/notes/<uuid:note_id>", belongings.NoteView.as_view()),
    path("accounts/<str:shared_id>/payment-methods", payment_methods.AccountPaymentMethodsView.as_view()),
    path("accounts/<str:shared_id>/price-list", assignments.AccountPriceListView.as_view()),
    path("accounts/<str:shared_id>/price-list/assignments", assignments.AssignmentListView.as_view()),
    path("accounts/<str:shared_id>/prices", assignments.AccountPricesView.as_view()),
    path("accounts/<str:shared_id>/readiness", accounts.ReadinessView.as_view()),
    path("accounts/<str:shared_id>/status", accounts.AccountStatusView.as_view()),
    path("accounts/<str:shared_id>/timeline", accounts.TimelineView.as_view()),
    path("contacts/<uuid:contact_id>", people.ContactView.as_view()),
    path("contacts/<uuid:contact_id>/convert", conversion.ConvertView.as_view()),
    path("payment-methods", payment_methods.PaymentMethodListView.as_view(), name="payment-methods"),
    path("payment-methods/<slug:storefront>/<str:code>", payment_methods.PaymentMethodView.as_view()),
    path("price-lists", price_lists.PriceListListView.as_view(), name="price-lists"),
    path("price-lists/<str:code>", price_lists.PriceListView.as_view()),
    path("price-lists/<str:code>/accounts", price_lists.UsersView.as_view()),
    path("price-lists/<str:code>/entries", price_lists.EntriesView.as_view()),
    path("roles", roles.RoleListView.as_view(), name="roles"),
    path("roles/<slug:code>", roles.RoleView.as_view()),
    path("storefronts/<slug:code>/base-price-list", price_lists.BasePriceListView.as_view()),
]
