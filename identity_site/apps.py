from django.apps import AppConfig


class IdentitySiteConfig(AppConfig):
    name = "identity_site"
    verbose_name = "B2B Customer Identity"
