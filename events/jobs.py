"""Housekeeping of the queue: jobs of dead workers are taken up again, finished ones are removed."""

import logging

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

SECONDS_WITHOUT_HEARTBEAT = 30
HOURS_KEPT_AFTER_FAILURE = 24 * 14

logger = logging.getLogger(__name__)


@app.periodic(cron="* * * * * */30", periodic_id="rescue")
@app.task(name="events.rescue_stalled_jobs", pass_context=True)
async def rescue_stalled_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 -- given to every periodic job
    """Queue again what a killed worker left in `doing`: its lock would hold back every later job of that object.

    Where a twin waits already (`enqueue_once`), it does the work, and the dead worker's job is removed.
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SECONDS_WITHOUT_HEARTBEAT):
        try:
            await manager.retry_job(job)
        except UniqueViolation:
            logger.warning("Job %s (%s) of a dead worker gives way to its twin", job.id, job.task_name)
            await manager.finish_job(job, status=Status.ABORTED, delete_job=True)
        else:
            logger.warning("Job %s (%s) of a dead worker is queued again", job.id, job.task_name)


@app.periodic(cron="7 * * * *", periodic_id="clean")
@app.task(name="events.remove_finished_jobs", queueing_lock="events.remove_finished_jobs", pass_context=True)
async def remove_finished_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 -- given to every periodic job
    """Successful jobs leave at once (the worker is started so); failed ones are kept two weeks for whoever asks why."""
    await context.app.job_manager.delete_old_jobs(nb_hours=HOURS_KEPT_AFTER_FAILURE, include_failed=True)
