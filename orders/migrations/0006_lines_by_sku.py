from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # a large table is not locked while the index is built

    dependencies = [
        ('orders', '0005_shopping_lists'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='orderline',
            index=models.Index(fields=['sku', 'order'], name='order_line_sku'),
        ),
    ]
