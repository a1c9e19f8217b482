from django.db import migrations

# Of a database that took the column before it had a default, too: programs of the last version still write.
DEFAULTS = """
    ALTER TABLE customers_customer ALTER COLUMN email_is_own_word SET DEFAULT false;
    ALTER TABLE customers_customerevent ALTER COLUMN email_is_own_word SET DEFAULT false
"""
# Who registered himself, confirmed nothing, and still has the e-mail that he registered with; and guests who came by
# themselves and have one. Once: what is said of an e-mail afterwards counts.
MARK_OWN_WORDS = """
    UPDATE customers_customer AS customer SET email_is_own_word = true
    WHERE email_key IS NOT NULL AND NOT email_is_own_word AND CASE kind
        WHEN 'REGISTERED' THEN email_verified_at IS NULL
            AND EXISTS (SELECT FROM events_event WHERE name = 'customer.registered' AND subject = 'customer:' || shared_id)
            AND NOT EXISTS (SELECT FROM customers_customerevent AS past
                            WHERE past.pgh_obj_id = customer.id AND past.email_key IS DISTINCT FROM customer.email_key)
        ELSE EXISTS (SELECT FROM events_event WHERE name = 'customer.created' AND subject = 'customer:' || shared_id
                     AND by = 'shopper') END
"""


class Migration(migrations.Migration):
    atomic = False  # apart from the schema, whose lock is short

    dependencies = [
        ("events", "0002_enqueue_once"),
        ("customers", "0005_email_is_own_word"),
    ]

    operations = [
        migrations.RunSQL(DEFAULTS, migrations.RunSQL.noop),
        migrations.RunSQL(MARK_OWN_WORDS, migrations.RunSQL.noop),
    ]
