"""What the worker does; every task may run twice and then changes nothing."""

from __future__ import annotations

import logging
import uuid

from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy

from serve.agents.pending import give_due_verdicts, give_pending
from serve.claims.assessing import assess_claim
from serve.claims.clocks import escalate_clocks
from serve.claims.followup import close_followed_up, find_stranded, settle_refund
from serve.claims.rescue import rescue_unanswered
from serve.database import libpq_url
from serve.jobs.queue import (
    ASSESS_CLAIM,
    DELIVER_MESSAGE,
    GIVE_VERDICT,
    RELEASE_REFUND,
    WEBHOOKS_QUEUE,
)
from serve.privacy.purge import clean_up
from serve.runtime import Runtime
from serve.webhooks.delivery import WebhookRetries, deliver_message

log = logging.getLogger(__name__)

ATTEMPTS = 4
"""Tries to assess a claim before it goes to an agent unseen."""

_RETRY = RetryStrategy(max_attempts=ATTEMPTS, exponential_wait=3)
_ALWAYS = RetryStrategy(max_attempts=None, linear_wait=30)


def make_worker_app(runtime: Runtime) -> App:
    """Returns the Procrastinate application with all tasks, bound to the runtime."""
    url = libpq_url(runtime.engine.url.render_as_string(hide_password=False))
    app = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=4))

    @app.task(name=ASSESS_CLAIM, pass_context=True, retry=_RETRY)
    def _assess(context: JobContext, claim_id: str) -> None:
        last = context.job.attempts >= ATTEMPTS - 1
        try:
            assess_claim(runtime, uuid.UUID(claim_id))
        except Exception:
            if not last:
                raise
            log.exception("claim %s could not be assessed: an agent looks", claim_id)
            assess_claim(runtime, uuid.UUID(claim_id), give_up=True)

    _add_payments(app, runtime)

    @app.periodic(cron="* * * * *")
    @app.task(name="sweep", queueing_lock="sweep", pass_context=True)
    async def _sweep(context: JobContext, timestamp: int) -> None:
        for job in await app.job_manager.get_stalled_jobs():
            await app.job_manager.retry_job(job)

    @app.periodic(cron="*/5 * * * *")
    @app.task(name="follow_up", queueing_lock="follow_up")
    def _follow_up(timestamp: int) -> None:
        close_followed_up(runtime)
        for claim_id in find_stranded(runtime):
            try:
                assess_claim(runtime, claim_id)
            except Exception:
                log.exception("claim %s is stranded", claim_id)

    _watch_clocks(app, runtime)
    _add_verdicts(app, runtime)
    _add_nightly(app, runtime)
    return app


def _add_payments(app: App, runtime: Runtime) -> None:
    @app.task(name=RELEASE_REFUND, retry=_ALWAYS)
    def _release(refund_id: int) -> None:
        settle_refund(runtime, refund_id)

    @app.task(name=DELIVER_MESSAGE, queue=WEBHOOKS_QUEUE, retry=WebhookRetries())
    def _deliver(message_id: str) -> None:
        deliver_message(runtime, uuid.UUID(message_id))


def _add_verdicts(app: App, runtime: Runtime) -> None:
    @app.task(name=GIVE_VERDICT, retry=_ALWAYS)
    def _give(claim_id: str) -> None:
        give_pending(runtime, uuid.UUID(claim_id))

    # Whatever became of a verdict's job, it is given within a minute of its time.
    @app.periodic(cron="* * * * *")
    @app.task(name="give_due_verdicts", queueing_lock="give_due_verdicts")
    def _give_due(timestamp: int) -> None:
        give_due_verdicts(runtime)


def _watch_clocks(app: App, runtime: Runtime) -> None:
    @app.periodic(cron="* * * * *")
    @app.task(name="escalate", queueing_lock="escalate")
    def _escalate(timestamp: int) -> None:
        escalate_clocks(runtime)
        rescue_unanswered(runtime)


def _add_nightly(app: App, runtime: Runtime) -> None:
    @app.periodic(cron="17 3 * * *")
    @app.task(name="clean_up", queueing_lock="clean_up")
    def _clean_up(timestamp: int) -> None:
        clean_up(runtime)
