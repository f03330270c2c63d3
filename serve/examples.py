"""Examples for every operation of the OpenAPI document: one order, one claim, told throughout.

They are put together from the document's own schemas, so that a new route has some at once; what a
field holds is looked up by `Model.field`, then by `field`, and is made up by its type where neither
is listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from serve.example_report import REPORT

_CLAIM = "5f0c2b1e-8a4d-4c1b-9d63-0e7a52f4c9d1"
_SHOP = "c2b7a9d4-13f0-4e57-8a6e-b1d90c54e2f3"
_RECALL = "91d3e6f2-7c45-4b0a-a2e8-6f1c0d9b8e47"
_PHOTO, _POLICY, _MODEL = "7d" * 32, "a1" * 32, "c4" * 32
_TOKEN = "XwwrHopNTBudYw56UvTJ0Q.o9cTq0yX3l"  # noqa: S105 - of no order
_RULE = {
    "code": "compensation_applies",
    "zh": "按规则赔付50%：变质（中等）",
    "en": "The policy gives 50 % for spoiled food, moderate",
}

PATHS: Mapping[str, Any] = {
    "alert_id": 12,
    "claim_id": _CLAIM,
    "key_id": "9f86d081884c7d65",
    "order_id": "A-1001",
    "recall_id": _RECALL,
    "sha256": _PHOTO,
}
"""What stands in addresses."""

MODELS: Mapping[str, Any] = {
    "VerdictIn": {
        "decision": "approve",
        "severity": "moderate",
        "amount_fen": 1640,
        "note": "wilted, wet",
        "labels": [
            {
                "spoilage": True,
                "spoilage_severity": "moderate",
                "foreign_objects": [],
                "boxes": [],
            }
        ],
    },
    "FeedbackIn": {"score": 5, "comment": "很快，谢谢"},
    "ReportOut": REPORT,
}
"""Whole objects, where fields hang together."""

OPERATIONS: Mapping[str, Mapping[str, Any]] = {
    "get /readyz": {"status": "ready"},
    "post /v1/claims/{claim_id}/appeal": {
        "status": "needs_agent",
        "appeal": "请再看一下，里面还有一半是坏的",
    },
    "post /v1/claims/{claim_id}/feedback": {
        "feedback": {
            "score": 5,
            "comment": "很快，谢谢",
            "at": "2026-11-22T13:00:00.000Z",
            "changeable_until": "2026-11-29T13:00:00.000Z",
        },
        "may_rate": True,
    },
    "post /v1/claims/{claim_id}/verdict": {
        "status": "resolved",
        "verdict": {
            "decision": "approve",
            "severity": "moderate",
            "amount_fen": 1640,
            "note": "wilted, wet",
            "at": "2026-11-22T12:51:00.000Z",
        },
    },
    "post /v1/alerts/{alert_id}/close": {
        "closed_at": "2026-11-22T12:45:00.000Z",
        "closed_by": f"agent:{_SHOP}",
        "note": "batch checked, called back",
    },
    "put /v1/orders/{order_id}/packing-photo": {"packing_photo": _PHOTO},
}
"""What the answer of an operation holds besides."""


_PROGRESS = (
    ("received", "2026-11-22T12:25:01.000Z", "2026-11-22T12:25:16.000Z"),
    ("assessed", "2026-11-22T12:25:03.000Z", "2026-11-22T12:28:01.000Z"),
    ("decided", "2026-11-22T12:25:03.000Z", "2026-11-22T12:28:01.000Z"),
    ("verified", "2026-11-22T12:25:03.000Z", "2026-11-22T14:25:01.000Z"),
    ("resolved", "2026-11-22T12:25:08.000Z", "2026-11-23T12:25:01.000Z"),
    ("closed", None, "2026-11-25T12:25:08.000Z"),
)

FIELDS: Mapping[str, Any] = {
    "AccessOut.actor": f"agent:{_SHOP}",
    "AccessOut.purpose": "view",
    "AlertOut.details": {"batch": "B7", "claims": 3, "orders": 3},
    "AlertOut.id": 12,
    "AlertOut.kind": "batch_cluster",
    "AlertOut.note": None,
    "AlertOut.subject": f"{_SHOP}:B7",
    "AppealIn.text": "请再看一下，里面还有一半是坏的",
    "CloseIn.note": "batch checked, called back",
    "AssessmentOut.photo": "salad.jpg",
    "AssessmentOut.reasons": ["spoiled area between 10 % and one third"],
    "EndpointOut.url": "https://shop.example/webhooks",
    "FailureOut.attempts": 2,
    "FailureOut.type": "refund.instructed",
    "FeedbackOut.comment": "很快，谢谢",
    "ForeignObjectOut.objects": [],
    "ForeignObjectOut.probability": 0.03,
    "Health.status": "ok",
    "KeyOut.id": "9f86d081884c7d65",
    "NewKeyOut.id": "9f86d081884c7d65",
    "ModelOut.version": "2026-11-22",
    "ModelOut.sha256": _MODEL,
    "OrderOut.packing_photo": None,
    "OrderWithClaimsOut.packing_photo": None,
    "PhotoOut.name": "salad.jpg",
    "PolicyOut.sha256": _POLICY,
    "PolicyRef.sha256": _POLICY,
    "PolicyTable.grades": {"spoilage": {"severe_area_fraction": 0.333333}},
    "PortionOut.basis": None,
    "PortionOut.interval": None,
    "PortionOut.shortfall_fraction": None,
    "RecallIn.reason": "box was warm, three claims within the hour",
    "RecallOut.id": _RECALL,
    "RecallOut.reason": "box was warm, three claims within the hour",
    "RefundOut.created_at": "2026-11-22T12:25:03.000Z",
    "RefundOut.kind": "decision",
    "SceneOut.label": "salad",
    "SceneOut.probability": 0.97,
    "Text.code": _RULE["code"],
    "TrialOut.url": "https://shop.example/webhooks",
    "TrialOut.error": None,
    "amount_fen": 1640,
    "appeal": None,
    "area_fraction": 0.21,
    "at": "2026-11-22T12:25:03.000Z",
    "attempts": 1,
    "batch": "B7",
    "box_px": [812, 1033, 905, 1101],
    "celsius": 4.5,
    "changeable_until": "2026-11-29T13:00:00.000Z",
    "claim_id": _CLAIM,
    "claim_link": f"https://claims.example/c/{_TOKEN}",
    "claim_token": _TOKEN,
    "closed_at": None,
    "closed_by": None,
    "coldest_celsius": 3.5,
    "comment": "",
    "created_at": "2026-11-22T11:32:00.000Z",
    "currency": "CNY",
    "customer_id": "c-77",
    "decided_at": "2026-11-22T12:25:03.000Z",
    "delivered_at": "2026-11-22T12:10:00.000Z",
    "description": "叶子发黄，出水",
    "effective_from": "2026-11-23T00:00:00.000Z",
    "en": _RULE["en"],
    "error": "HTTP 503",
    "extras": [],
    "feedback": None,
    "height_px": 3024,
    "highest_celsius": 6.0,
    "hint": "fc_q1w2e3",
    "id": _CLAIM,
    "interval": [0.16, 0.27],
    "cold_chain": [{"at": "2026-11-22T11:50:00.000Z", "celsius": 4.5}],
    "key": "fc_…",
    "label_weight_g": 350,
    "late_s": 600,
    "limit_celsius": 8.0,
    "last_used_at": "2026-11-22T12:00:00.000Z",
    "limit": 20,
    "list_url": f"/v1/recalls/{_RECALL}.csv",
    "marks": ["spoiled"],
    "message_id": "msg_3f8a1c0d9b7e4a52",
    "name": "salad.jpg",
    "note": "wilted, wet",
    "offset": 0,
    "order_count": 42,
    "claim_count": 3,
    "order_id": "A-1001",
    "outcome": "pre_approved",
    "overlay_url": f"/v1/claims/{_CLAIM}/photos/{_PHOTO}/overlay",
    "percent": 50,
    "photo_url": f"/v1/claims/{_CLAIM}/photos/{_PHOTO}",
    "packing_photo_url": None,
    "price_fen": 3280,
    "probability": 0.93,
    "problem": "spoilage",
    "problems": [],
    "product": "凯撒沙拉 Caesar salad",
    "progress": [
        {"step": step, "at": at, "due": due, "overdue": False} for step, at, due in _PROGRESS
    ],
    "promised_at": "2026-11-22T12:00:00.000Z",
    "raised_at": "2026-11-22T12:31:00.000Z",
    "reason": "spoilage",
    "recall_id": None,
    "received_at": "2026-11-22T12:25:01.000Z",
    "released_at": "2026-11-22T12:25:08.000Z",
    "score": 5,
    "severity": "moderate",
    "sha256": _PHOTO,
    "shop": "Green bowl",
    "shop_id": _SHOP,
    "signals": [],
    "similarity": 0.93,
    "since": "2026-11-01T08:00:00.000Z",
    "started_at": "2026-11-22T12:40:00.000Z",
    "started_by": f"agent:{_SHOP}",
    "status": "pre_approved",
    "TrialOut.status": 204,
    "took_ms": 84,
    "total": 1,
    "SimilarOut.decision": "approve",
    "above_limit_s": 0,
    "acknowledged": True,
    "acknowledged_s": 15,
    "blind_propensity": 0.1,
    "confidence": 0.95,
    "first_answer_s": 180,
    "follow_up_s": 259200,
    "food_safety_s": 3600,
    "limit_fen": 5000,
    "max_amount_fen": 12000,
    "max_claims": 3,
    "max_wrong_fraction": 0.02,
    "moderate_late_s": 1800,
    "propensity": 0.05,
    "resolved_s": 86400,
    "verified_s": 7200,
    "window_s": 2592000,
    "Vocabulary.extras": {"small_coupon": {"zh": "小额优惠券一张", "en": "a small coupon"}},
    "Vocabulary.problems": {"spoilage": {"zh": "变质", "en": "spoiled food"}},
    "Vocabulary.reasons": {"compensation_applies": {"zh": _RULE["zh"], "en": _RULE["en"]}},
    "Vocabulary.severities": {"moderate": {"zh": "中等", "en": "moderate"}},
    "url": f"/v1/claims/{_CLAIM}/photos/{_PHOTO}",
    "usable": True,
    "verdict": None,
    "version": "2026-11-23.2",
    "waiting": 1,
    "warmest_celsius": 6.0,
    "width_px": 4032,
    "zh": _RULE["zh"],
}
