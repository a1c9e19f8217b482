from django.db import migrations

# Who registered himself, confirmed nothing, and still has the e-mail that he registered with; and guests who wrote
# theirs into their profile. Once: what is said of an e-mail afterwards counts.
MARK_OWN_WORDS = """
    UPDATE customers_customer AS customer SET email_is_own_word = true
    WHERE email_key IS NOT NULL AND NOT email_is_own_word AND CASE kind
        WHEN 'REGISTERED' THEN email_verified_at IS NULL
            AND EXISTS (SELECT FROM events_event WHERE name = 'customer.registered' AND subject = 'customer:' || shared_id)
            AND NOT EXISTS (SELECT FROM customers_customerevent AS past
                            WHERE past.pgh_obj_id = customer.id AND past.email_key IS DISTINCT FROM customer.email_key)
        ELSE EXISTS (SELECT FROM events_event WHERE name = 'customer.changed' AND subject = 'customer:' || shared_id
                     AND by = subject AND payload -> 'fields' ? 'email') END
"""


class Migration(migrations.Migration):
    atomic = False  # apart from the schema, whose lock is short

    dependencies = [
        ("events", "0002_enqueue_once"),
        ("customers", "0005_email_is_own_word"),
    ]

    operations = [migrations.RunSQL(MARK_OWN_WORDS, migrations.RunSQL.noop)]
