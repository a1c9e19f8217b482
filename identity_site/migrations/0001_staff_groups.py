from django.db import migrations

VIEW_ALL = [
    "storefronts.view_storefront",
    "storefronts.view_resolutionpolicy",
    "customers.view_customer",
    "customers.view_erpsystem",
    "customers.view_erpcustomer",
    "accounts.view_account",
    "accounts.view_contact",
    "orders.view_order",
    "orders.view_identitydecision",
]
MANAGE_ACCOUNTS = [
    "accounts.add_account",
    "accounts.change_account",
    "accounts.delete_account",
    "accounts.add_contact",
    "accounts.change_contact",
    "accounts.delete_contact",
    "customers.add_customer",
    "customers.change_customer",
]
ADMINISTER = [
    "storefronts.add_storefront",
    "storefronts.change_storefront",
    "storefronts.view_apiclient",
    "storefronts.add_apiclient",
    "storefronts.change_apiclient",
    "customers.change_erpsystem",
    "customers.view_user",
    "customers.add_user",
    "customers.change_user",
]
DECIDE = ["orders.decide_identity"]

GROUPS = {
    "Administrators": [*VIEW_ALL, *MANAGE_ACCOUNTS, *DECIDE, *ADMINISTER],
    "Account managers": [*VIEW_ALL, *MANAGE_ACCOUNTS],
    "Support": [*VIEW_ALL, *DECIDE],
    "Read only": VIEW_ALL,
}


def create_groups(apps, schema_editor):
    """Permissions are otherwise made after the last migration; made here, Django then finds them there."""
    content_types = apps.get_model("contenttypes", "ContentType").objects
    permissions = apps.get_model("auth", "Permission").objects
    groups = apps.get_model("auth", "Group").objects
    for name, granted in GROUPS.items():
        group, _ = groups.get_or_create(name=name)
        for word in granted:
            app_label, codename = word.split(".")
            action, model = codename.rsplit("_", 1)
            label = f"Can {action} {model}"
            if codename == "decide_identity":
                model, label = "order", "Can decide whose an order is"
            content_type, _ = content_types.get_or_create(app_label=app_label, model=model)
            permission, _ = permissions.get_or_create(
                content_type=content_type, codename=codename, defaults={"name": label}
            )
            group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("storefronts", "0001_initial"),
        ("customers", "0001_initial"),
        ("accounts", "0001_initial"),
        ("orders", "0001_initial"),
    ]
    operations = [migrations.RunPython(create_groups, migrations.RunPython.noop)]
