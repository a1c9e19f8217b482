from datetime import UTC, datetime

from django.db import migrations

from accounts.permissions import BUILT_IN

MOMENT = datetime(2026, 11, 24, tzinfo=UTC)


def create_roles(apps, schema_editor):
    roles = apps.get_model("accounts", "Role").objects
    for role in BUILT_IN:
        roles.get_or_create(
            code=role.code,
            defaults={
                "name": role.name,
                "permissions": list(role.permissions),
                "built_in": True,
                "created_at": MOMENT,
                "updated_at": MOMENT,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_roles_and_associates")]
    operations = [migrations.RunPython(create_roles, migrations.RunPython.noop)]
