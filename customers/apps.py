from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "customers"
    verbose_name = "Customers"

    def ready(self) -> None:
        from customers import ports  # noqa: PLC0415 -- models load first
        from customers.services import own_records  # noqa: PLC0415

        ports.register(own_records.EXTERNAL_IDS)
        ports.register(own_records.MERGED_CUSTOMERS)
        ports.register(own_records.KEPT_ANSWERS)
