from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "customers"
    verbose_name = "Customers"

    def ready(self) -> None:
        from customers import ports  # noqa: PLC0415 -- models load first
        from customers.services import erp_mirror, newsletter, own_records  # noqa: PLC0415
        from storefronts.ports import answer_erp_systems  # noqa: PLC0415

        answer_erp_systems(erp_mirror.erp_system_codes)

        for records in (*own_records.OWN, newsletter.NEWSLETTERS):
            ports.register(records, prepared=records is own_records.ADDRESSES)
