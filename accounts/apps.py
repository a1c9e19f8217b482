from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from accounts.admin import customer_panel  # noqa: PLC0415 -- models load first
        from accounts.services import admins, associates, personal_records, price_lists, segments  # noqa: PLC0415
        from customers import ports  # noqa: PLC0415
        from storefronts import ports as storefront_ports  # noqa: PLC0415

        ports.register(personal_records.CONTACTS)
        ports.register(personal_records.ASSOCIATIONS)
        ports.register(personal_records.TREE)
        ports.register(personal_records.ACCOUNT_BELONGINGS)
        storefront_ports.answer_base_price_lists(price_lists.codes_of_base_lists)
        ports.guard_stops(admins.guard_the_last_admin)
        ports.carry_segments(segments.take_out_of_segment)
        ports.answer_company_names(associates.names_of_accounts)
        ports.add_to_answers(associates.accounts_in_answers)
        ports.panels.register(customer_panel.CONTACTS_OF_CUSTOMER)
