from importlib import import_module

from django.db import migrations

KEPT_BY_MANAGERS = (
    "accountaddress", "accountexternalid", "pricelist", "pricelistentry", "pricelistassignment", "paymentmethod",
    "paymentrule",
)  # fmt: skip
VIEW_ALL = [
    *(f"accounts.view_{model}" for model in KEPT_BY_MANAGERS),
    "accounts.view_accountnote",
    "accounts.view_storefrontdefaults",
]
NOTE = ["accounts.add_accountnote", "accounts.delete_accountnote"]
MANAGE = [
    *(f"accounts.{action}_{model}" for model in KEPT_BY_MANAGERS for action in ("add", "change", "delete")),
    "accounts.change_associate",
    "accounts.delete_associate",
    "accounts.change_storefrontdefaults",
]
ADMINISTER = ["accounts.add_role", "accounts.change_role", "accounts.delete_role"]

GROUPS = {
    "Administrators": [*VIEW_ALL, *NOTE, *MANAGE, *ADMINISTER],
    "Account managers": [*VIEW_ALL, *NOTE, *MANAGE],
    "Support": [*VIEW_ALL, *NOTE],
    "Read only": VIEW_ALL,
}


def grant(apps, schema_editor):
    import_module("identity_site.migrations.0002_attempts_and_groups").give(apps, GROUPS)


class Migration(migrations.Migration):
    dependencies = [("identity_site", "0002_attempts_and_groups"), ("accounts", "0008_contacts_by_parts")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
