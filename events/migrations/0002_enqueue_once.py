from django.db import migrations

CREATE = """
CREATE FUNCTION enqueue_once(queue_name text, task_name text, job_lock text, twin_lock text, job_args jsonb)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    found_id bigint;
BEGIN
    LOOP
        -- The worker takes jobs with SKIP LOCKED: it passes this one by until the caller's transaction ends.
        SELECT id INTO found_id FROM procrastinate_jobs
         WHERE queueing_lock = twin_lock AND status = 'todo' FOR UPDATE;
        IF FOUND THEN
            RETURN found_id;
        END IF;
        BEGIN
            SELECT unnest(procrastinate_defer_jobs_v1(ARRAY[
                ROW(queue_name, task_name, 0, job_lock, twin_lock, job_args, NULL)
            ]::procrastinate_job_to_defer_v1[])) INTO found_id;
            RETURN found_id;
        EXCEPTION WHEN unique_violation THEN
            NULL;  -- another transaction was first: look again
        END;
    END LOOP;
END;
$$
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial"), ("procrastinate", "0041_post_retry_failed_job")]
    operations = [
        migrations.RunSQL(CREATE, reverse_sql="DROP FUNCTION enqueue_once(text, text, text, text, jsonb)"),
    ]
