from django.db import migrations

VIEW_ALL = [
    "customers.view_segment",
    "customers.view_profileattribute",
    "accounts.view_role",
    "accounts.view_associate",
    "interface.view_supportrequest",
    "interface.add_supportrequest",
]
NOTE = ["customers.add_customernote", "customers.delete_customernote"]
ADMINISTER = [
    "customers.add_segment",
    "customers.change_segment",
    "customers.delete_segment",
    "customers.add_profileattribute",
    "customers.change_profileattribute",
    "customers.delete_profileattribute",
    "interface.change_supportrequest",
]
ASSOCIATE = ["accounts.add_associate"]

GROUPS = {
    "Administrators": [*VIEW_ALL, *NOTE, *ASSOCIATE, *ADMINISTER],
    "Account managers": [*VIEW_ALL, *NOTE, *ASSOCIATE],
    "Support": [*VIEW_ALL, *NOTE],
    "Read only": VIEW_ALL,
}

# Attempts to sign in are counted here, by all processes; a crash may forget them, so nothing is written ahead.
CACHE_TABLE = """
    CREATE UNLOGGED TABLE identity_site_cache (
        cache_key varchar(255) PRIMARY KEY,
        value text NOT NULL,
        expires timestamptz NOT NULL
    );
    CREATE INDEX identity_site_cache_expires ON identity_site_cache (expires);
"""


def grant(apps, schema_editor):
    give(apps, GROUPS)


def give(apps, groups_with_permissions):
    """Permissions are otherwise made after the last migration; made here, Django then finds them there."""
    content_types = apps.get_model("contenttypes", "ContentType").objects
    permissions = apps.get_model("auth", "Permission").objects
    groups = apps.get_model("auth", "Group").objects
    for name, granted in groups_with_permissions.items():
        group, _ = groups.get_or_create(name=name)
        for word in granted:
            app_label, codename = word.split(".")
            action, model = codename.rsplit("_", 1)
            content_type, _ = content_types.get_or_create(app_label=app_label, model=model)
            permission, _ = permissions.get_or_create(
                content_type=content_type, codename=codename, defaults={"name": f"Can {action} {model}"}
            )
            group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("identity_site", "0001_staff_groups"),
        ("customers", "0003_fill_sort_keys"),
        ("accounts", "0006_built_in_roles"),
        ("interface", "0003_support_requests"),
    ]
    operations = [
        migrations.RunSQL(CACHE_TABLE, "DROP TABLE identity_site_cache"),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
