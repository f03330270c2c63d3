"""Examples of a report and of spreadsheets: a day at a shop, whose figures agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SHOP = "c2b7a9d4-13f0-4e57-8a6e-b1d90c54e2f3"
_CLAIM = "5f0c2b1e-8a4d-4c1b-9d63-0e7a52f4c9d1"


_CLOCKS = {
    "acknowledged": {"clock": "acknowledged", "kept": 40, "missed": 0, "kept_share": 1.0},
    "first_answer": {"clock": "first_answer", "kept": 38, "missed": 2, "kept_share": 0.95},
    "food_safety": {"clock": "food_safety", "kept": 2, "missed": 0, "kept_share": 1.0},
    "verified": {"clock": "verified", "kept": 15, "missed": 1, "kept_share": 0.9375},
    "resolved": {"clock": "resolved", "kept": 36, "missed": 0, "kept_share": 1.0},
}
_MONEY = {"pre_approval": 32800, "verdict": 13120, "appeal": 1640}

REPORT: Mapping[str, Any] = {
    "period": {
        "from": "2026-11-22",
        "to": "2026-11-22",
        "time_zone": "Asia/Shanghai",
        "shop_id": _SHOP,
    },
    "received": 42,
    "held_back": 2,
    "open_now": 6,
    "waiting_now": 4,
    "late_now": 1,
    "first_response": {
        "count": 40,
        "median_s": 3.1,
        "p95_s": 42.5,
        "clock": _CLOCKS["first_answer"],
    },
    "resolution": {
        "count": 36,
        "median_s": 1260.0,
        "p95_s": 6840.0,
        "clock": _CLOCKS["resolved"],
    },
    "satisfaction": {
        "count": 20,
        "mean": 4.2,
        "scores": [1, 1, 2, 5, 11],
        "settled": 36,
        "settled_scored": 18,
        "answered_share": 0.5,
    },
    "automation": {"decided": 40, "alone": 22, "share": 0.55},
    "wrong_pre_approvals": {
        "audited": 0,
        "wrong": 0,
        "thinned_out": 0,
        "unaudited": 0,
        "share": None,
        "interval": None,
    },
    "appeals": {"judged": 4, "changed": 1, "share": 0.25},
    "asked_instead": 1,
    "grades": {"judged": 10, "changed": 2, "share": 0.2},
    "clocks": [*_CLOCKS.values()],
    "alerts": [
        {
            "kind": "clock_missed",
            "count": 1,
            "oldest_at": "2026-11-22T12:31:00.000Z",
            "claim_ids": [_CLAIM],
        }
    ],
    "money": {
        "total_fen": 47560,
        "by_kind_fen": _MONEY,
        "order_value_fen": 2378000,
        "share": 0.02,
    },
    "days": [
        {
            "day": "2026-11-22",
            "received": 42,
            "decided": 40,
            "alone": 22,
            "order_value_fen": 2378000,
            "money_fen": _MONEY,
        }
    ],
    "products": [{"shop_id": _SHOP, "name": "凯撒沙拉 Caesar salad", "claims": 9}],
    "batches": [{"shop_id": _SHOP, "name": "B7", "claims": 3}],
}

SHEETS: Mapping[str, str] = {
    "/v1/reports/days.csv": "day,received,decided,alone,pre_approval_fen,verdict_fen,appeal_fen,"
    "total_fen,order_value_fen\r\n"
    "2026-11-22,42,40,22,32800,13120,1640,47560,2378000\r\n",
    "/v1/reports/claims.csv": "claim_id,shop,order_id,product,batch,price_fen,reason,received_at,"
    "status,food_safety,answered_at,answer_s,resolved_at,resolution_s,machine_severity,"
    "pre_approved,alone,verdict,severity,appealed,granted_fen,score,missed_clocks\r\n"
    "5f0c2b1e-8a4d-4c1b-9d63-0e7a52f4c9d1,Green bowl,A-1001,Caesar salad,B7,3280,spoilage,"
    "2026-11-22 20:25:01,resolved,0,2026-11-22 20:25:03,2.0,2026-11-22 20:51:00,1559.0,moderate,"
    "0,0,approve,moderate,0,1640,5,\r\n",
    "/v1/recalls/{recall_id}.csv": "order_id,customer_id,product,batch,delivered_at,price_fen,"
    "claims\r\n"
    "A-1001,c-77,Caesar salad,B7,2026-11-22T12:10:00.000Z,3280,spoilage: pre_approved\r\n",
}
"""By address, the first lines of a spreadsheet."""
