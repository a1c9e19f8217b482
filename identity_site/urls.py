from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView

from identity_site.api_docs import ApiDocsView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("", include("identity_site.health")),
    path(
        "api/schema/",
        SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[]),
        name="api-schema",
    ),
    path("api/docs/", ApiDocsView.as_view(), name="api-docs"),
    path("staff/", include("identity_site.staff_sign_in")),
    path("api/v1/", include("storefronts.api.urls")),
    path("api/v1/", include("customers.sign_in.urls")),
    path("api/v1/", include("customers.api.urls")),
    path("api/v1/", include("accounts.api.urls")),
    path("api/v1/", include("orders.api.urls")),
]

handler400 = "identity_site.error_pages.bad_request"
handler403 = "identity_site.error_pages.not_allowed"
handler404 = "identity_site.error_pages.not_found"
handler500 = "identity_site.error_pages.server_error"
