"""Rules of the database that customers and accounts share.

They cannot be upserted (`bulk_create(update_conflicts=True)`, INSERT … ON CONFLICT): CLAIM_SHARED_ID fires before
PostgreSQL looks for the conflict, so the id of a row that is there is claimed a second time and refused.
"""

import pgtrigger

CLAIM_SHARED_ID = pgtrigger.Trigger(
    name="claim_shared_id",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="INSERT INTO customers_sharedid (value) VALUES (NEW.shared_id); RETURN NEW;",
)

KEEP_SHARED_ID = pgtrigger.Trigger(
    name="keep_shared_id",
    when=pgtrigger.Before,
    operation=pgtrigger.UpdateOf("shared_id"),  # type: ignore[no-untyped-call]
    condition=pgtrigger.Condition("OLD.shared_id IS DISTINCT FROM NEW.shared_id"),
    func="RAISE EXCEPTION 'a shared id never changes' USING ERRCODE = 'check_violation';",
)
