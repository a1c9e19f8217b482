from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from accounts.admin import customer_panel  # noqa: PLC0415 -- models load first
        from accounts.services import personal_records  # noqa: PLC0415
        from customers import ports  # noqa: PLC0415

        ports.register(personal_records.CONTACTS)
        ports.register(personal_records.TREE)
        ports.panels.register(customer_panel.CONTACTS_OF_CUSTOMER)
