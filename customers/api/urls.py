from django.urls import path

from customers.api import belongings, customers, definitions, self_service

urlpatterns = [
    path("customers", customers.CustomerListView.as_view(), name="customers"),
    path("customers/by-external-id/<str:system>/<str:external_id>", customers.CustomerByExternalIdView.as_view()),
    path("customers/<str:shared_id>", customers.CustomerView.as_view(), name="customer"),
    path("customers/<str:shared_id>/password-link", customers.PasswordLinkView.as_view()),
    path("customers/<str:shared_id>/segments", customers.CustomerSegmentsView.as_view()),
    path("customers/<str:shared_id>/addresses", belongings.AddressListView.as_view()),
    path("customers/<str:shared_id>/addresses/<str:code>", belongings.AddressView.as_view()),
    path("customers/<str:shared_id>/notes", belongings.NoteListView.as_view()),
    path("customers/<str:shared_id>/notes/<uuid:note_id>", belongings.NoteView.as_view()),
    path("segments", definitions.SegmentListView.as_view(), name="segments"),
    path("segments/<slug:code>", definitions.SegmentView.as_view()),
    path("profile-attributes", definitions.AttributeListView.as_view(), name="profile-attributes"),
    path("profile-attributes/<slug:subject>/<slug:key>", definitions.AttributeView.as_view()),
    path("storefront/registration", self_service.RegistrationView.as_view()),
    path("storefront/registration/verify", self_service.VerificationView.as_view()),
    path("storefront/auth/password/request", self_service.PasswordRequestView.as_view()),
    path("storefront/guest", self_service.GuestView.as_view()),
]
