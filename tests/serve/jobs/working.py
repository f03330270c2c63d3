"""Doing what a worker does, from within a test."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from serve.jobs.tasks import make_worker_app
from serve.runtime import Runtime


def work_once(runtime: Runtime) -> None:
    """Works until the queue has nothing left that is due."""

    async def run() -> None:
        app = make_worker_app(runtime)
        async with app.open_async():
            await app.run_worker_async(wait=False, install_signal_handlers=False, concurrency=1)

    # In a thread of its own: a browser that a test has opened runs a loop in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, run()).result()


def make_due(runtime: Runtime) -> None:
    """Makes every job due now."""
    with runtime.transaction() as session:
        session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now()"))


def count_jobs(runtime: Runtime, *, due: bool = False) -> int:
    """Returns how many jobs wait, or are due now."""
    late = "AND coalesce(scheduled_at, now()) <= now()" if due else ""
    query = f"SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' {late}"
    with runtime.transaction() as session:
        return int(session.scalar(text(query)) or 0)
