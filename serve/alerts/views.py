from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint

from serve.accounts.access import AGENT, current_caller, require_role
from serve.alerts.board import close_alert, list_alerts, present_alert
from serve.alerts.schemas import AlertOut, AlertsOut, AlertsQuery, CloseIn
from serve.runtime import current_runtime

blueprint = APIBlueprint("alerts", __name__, url_prefix="/v1", tag="Alerts")


@blueprint.get("/alerts")
@require_role(AGENT)
@blueprint.input(AlertsQuery, location="query")
@blueprint.output(AlertsOut)
@blueprint.doc(security="api_key")
def get_alerts(query_data: AlertsQuery) -> dict[str, Any]:
    """List alerts, the latest first."""
    with current_runtime().transaction() as session:
        alerts, total = list_alerts(session, query_data)
        shown = [present_alert(alert) for alert in alerts]
    return {
        "alerts": shown,
        "total": total,
        "limit": query_data.limit,
        "offset": query_data.offset,
    }


@blueprint.post("/alerts/<int:alert_id>/close")
@require_role(AGENT)
@blueprint.input(CloseIn)
@blueprint.output(AlertOut)
@blueprint.doc(security="api_key", responses={404: "No such alert"})
def post_close(alert_id: int, json_data: CloseIn) -> dict[str, Any]:
    """Close an alert.

    Closing it again changes nothing: who closed it first, and with which note, stays.
    """
    with current_runtime().transaction() as session:
        alert = close_alert(session, alert_id, current_caller().name, json_data.note)
        return present_alert(alert)
