"""What the board of alerts shows."""

from __future__ import annotations

from typing import Any

from serve.alerts.board import list_alerts, present_alert
from serve.alerts.schemas import AlertsQuery
from tests.serve.actors import Actors


def open_alerts(actors: Actors, kind: str | None = None) -> list[dict[str, Any]]:
    """Returns the alerts that nobody closed, the latest first."""
    with actors.runtime.transaction() as session:
        alerts, _ = list_alerts(session, AlertsQuery(open=True, kind=kind, limit=100))
        return [present_alert(alert) for alert in alerts]
