from django.db import migrations

BATCH = 1000


def fill(apps, schema_editor):
    """What lists sort by, for customers that were there before the columns were. No history is kept of them."""
    from customers.identifiers import sort_key

    customers = apps.get_model("customers", "Customer").objects
    last = 0
    while batch := list(customers.filter(pk__gt=last).order_by("pk")[:BATCH]):
        for customer in batch:
            customer.companies = customer.company
            customer.first_name_sort = sort_key(customer.first_name, customer.last_name)[:400]
            customer.company_sort = sort_key(customer.company)[:400]
        customers.bulk_update(batch, ["companies", "first_name_sort", "company_sort"])
        last = batch[-1].pk


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_life_sign_in_and_mail")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
