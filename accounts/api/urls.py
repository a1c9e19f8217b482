from django.urls import path

from accounts.api.contacts import ConvertView

urlpatterns = [path("contacts/<uuid:contact_id>/convert", ConvertView.as_view())]
