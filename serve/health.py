"""What operators ask: does it live, is it ready, what does it measure."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from model.errors import Unavailable
from serve.metrics import render_metrics
from serve.openapi import PLAIN_TEXT
from serve.runtime import current_runtime

blueprint = APIBlueprint("health", __name__, tag="Operators")


class Health(BaseModel):
    status: str


@blueprint.get("/healthz")
@blueprint.output(Health)
def get_health() -> dict[str, str]:
    """Does the process answer."""
    return {"status": "ok"}


@blueprint.get("/readyz")
@blueprint.output(Health)
@blueprint.doc(responses={503: "Not ready"})
def get_readiness() -> dict[str, str]:
    """Can it accept claims.

    Checks the database, the photo store and the model.
    """
    runtime = current_runtime()
    try:
        with runtime.transaction() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        raise Unavailable(
            "The service is ready when its database answers",
            "no answer",
            "Try again in a few seconds",
            code="database_down",
        ) from error
    runtime.photos.check()
    runtime.scoring.check()
    return {"status": "ready"}


@blueprint.get("/metrics")
@blueprint.doc(responses=PLAIN_TEXT)
def get_metrics() -> Response:
    """Measures in the Prometheus text format."""
    return render_metrics()
