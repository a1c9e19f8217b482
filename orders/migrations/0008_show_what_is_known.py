from django.db import migrations

BATCH = 5000

# Whom somebody named or who ordered it here; and what was placed with an e-mail that is, or was, known to be his.
SHOW_WHAT_IS_KNOWN = """
    UPDATE orders_order AS placed SET shown_to_customer = true
    FROM orders_identitydecision AS decision
    JOIN orders_decisionevidence AS evidence ON evidence.decision_id = decision.id, customers_customer AS customer
    WHERE placed.id = ANY(%s) AND NOT placed.shown_to_customer
    AND decision.id = placed.decision_id AND customer.id = placed.customer_id AND (
        decision.receipt::jsonb #>> '{ruling,customer}' IS NOT NULL
        OR EXISTS (SELECT FROM orders_cart AS cart JOIN customers_customer AS buyer ON buyer.id = cart.customer_id
                   WHERE cart.order_id = placed.id AND COALESCE(buyer.merged_into_id, buyer.id) = customer.id)
        OR customer.kind = 'REGISTERED' AND evidence.email_key <> '' AND (
            NOT customer.email_is_own_word AND evidence.email_key = customer.email_key
            OR EXISTS (SELECT FROM customers_customerevent AS past
                       WHERE past.pgh_obj_id = customer.id AND past.kind = 'REGISTERED'
                       AND past.email_key = evidence.email_key
                       AND (past.email_verified_at IS NOT NULL
                            OR NOT EXISTS (SELECT FROM events_event WHERE name = 'customer.registered'
                                           AND subject = 'customer:' || customer.shared_id)))))
"""


def show(apps, schema_editor):
    """Batch by batch, so that nothing waits long. Again, it finds what came in between; it hides nothing."""
    orders = apps.get_model("orders", "Order").objects.order_by("pk").values_list("pk", flat=True)
    batch = list(orders[:BATCH])
    while batch:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(SHOW_WHAT_IS_KNOWN, [batch])
        batch = list(orders.filter(pk__gt=batch[-1])[:BATCH])


class Migration(migrations.Migration):
    atomic = False  # apart from the schema, whose lock is short

    dependencies = [
        ("events", "0002_enqueue_once"),
        ("customers", "0006_mark_own_words"),
        ("orders", "0007_order_shown_to_customer"),
    ]

    operations = [migrations.RunPython(show, migrations.RunPython.noop)]
