from __future__ import annotations

import uuid
from typing import Any

from apiflask import APIBlueprint
from flask import Response

from serve.accounts.access import AGENT, SHOP, current_caller, require_role
from serve.batches.recalls import (
    list_recalls,
    load_recall,
    present_recall,
    write_list,
)
from serve.batches.schemas import BatchOut, PageQuery, RecallIn, RecallOut, RecallsOut
from serve.batches.service import call_back, show_batch
from serve.openapi import SPREADSHEET
from serve.runtime import current_runtime

blueprint = APIBlueprint("batches", __name__, url_prefix="/v1", tag="Batches and recalls")


@blueprint.get("/claims/<claim_id>/batch")
@require_role(AGENT)
@blueprint.input(PageQuery, location="query")
@blueprint.output(BatchOut)
@blueprint.doc(
    security="api_key", responses={404: "No such claim", 409: "Its order names no batch"}
)
def get_batch(claim_id: str, query_data: PageQuery) -> dict[str, Any]:
    """See the batch of a claim.

    Lists the other orders of the same batch and shop, the latest first, with their claims and the
    cold chain's extremes.
    """
    page = query_data.model_dump()
    with current_runtime().transaction() as session:
        return show_batch(session, current_caller(), claim_id, **page)


@blueprint.post("/claims/<claim_id>/recall")
@require_role(AGENT)
@blueprint.input(RecallIn)
@blueprint.output(RecallOut, status_code=201)
@blueprint.doc(
    security="api_key",
    responses={
        200: "Being called back already",
        404: "No such claim",
        409: "Its order names no batch",
    },
)
def post_recall(claim_id: str, json_data: RecallIn) -> tuple[dict[str, Any], int]:
    """Start the recall of a claim's batch.

    A batch of a shop is called back once: asking again answers with that recall.
    """
    agent, runtime = current_caller(), current_runtime()
    with runtime.transaction() as session:
        recall, is_new = call_back(session, runtime.jobs, agent, claim_id, json_data.reason)
        return present_recall(session, recall), 201 if is_new else 200


@blueprint.get("/recalls")
@require_role(AGENT, SHOP)
@blueprint.input(PageQuery, location="query")
@blueprint.output(RecallsOut)
@blueprint.doc(security="api_key")
def get_recalls(query_data: PageQuery) -> dict[str, Any]:
    """List recalls, the latest first.

    A shop sees those of its own batches.
    """
    page = query_data.model_dump()
    with current_runtime().transaction() as session:
        recalls, total = list_recalls(session, current_caller(), **page)
        shown = [present_recall(session, recall) for recall in recalls]
    return {"recalls": shown, "total": total, **page}


@blueprint.get("/recalls/<uuid:recall_id>")
@require_role(AGENT, SHOP)
@blueprint.output(RecallOut)
@blueprint.doc(security="api_key", responses={404: "No such recall"})
def get_recall(recall_id: uuid.UUID) -> dict[str, Any]:
    """See a recall."""
    with current_runtime().transaction() as session:
        return present_recall(session, load_recall(session, current_caller(), recall_id))


@blueprint.get("/recalls/<uuid:recall_id>.csv")
@require_role(AGENT, SHOP)
@blueprint.doc(security="api_key", responses=SPREADSHEET)
def get_recall_list(recall_id: uuid.UUID) -> Response:
    """List all orders of a recalled batch, for a spreadsheet.

    UTF-8 with a byte order mark. A cell that begins like a formula has an apostrophe before it.
    """
    runtime, caller = current_runtime(), current_caller()
    with runtime.transaction() as session:
        recall = load_recall(session, caller, recall_id)
    rows = write_list(runtime, recall, for_agent=caller.decides)
    headers = {"Content-Disposition": f'attachment; filename="recall-{recall.id}.csv"'}
    return Response(rows, content_type="text/csv; charset=utf-8", headers=headers)
