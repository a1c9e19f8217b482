from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = "Orders"

    def ready(self) -> None:
        from accounts import ports as account_ports  # noqa: PLC0415 -- models load first
        from customers import ports  # noqa: PLC0415
        from orders.admin import tabs  # noqa: PLC0415
        from orders.services import deletion, list_records, own_orders, personal_records, tree_numbers  # noqa: PLC0415

        ports.register(personal_records.ORDERS)
        ports.register(personal_records.PINS)
        ports.register(personal_records.CARTS, prepared=True)
        ports.register(list_records.LISTS, prepared=True)
        ports.follow_known_emails(own_orders.show_found_by_email)
        ports.panels.register(tabs.ORDERS_OF_CUSTOMER)
        account_ports.panels.register(tabs.PURCHASES_OF_ACCOUNT)
        account_ports.guard_deletion(deletion.has_no_orders)
        account_ports.count_shoppers_things(deletion.shoppers_things)
        account_ports.follow_tree_numbers(tree_numbers.follow_tree_numbers)
