"""Examples of how a mistake is answered: for every operation and status a code that it sends."""

from __future__ import annotations

from collections.abc import Mapping

from model.photo import MAX_BYTES
from serve.accounts.keys import MAX_KEYS
from serve.agents.pending import UNDO_S
from serve.reports.periods import MAX_DAYS

Problem = tuple[str, str]
"""Code and detail."""

OF_SHOPS = ("Orders", "Webhooks", "Keys", "Assessments")
"""Tags of operations that are a shop's alone; those of other tags are an agent's."""


NOT_WHOLE = "Input should be a valid integer, unable to parse string as an integer"
_NO_ORDER = (
    "no_order",
    "An order is registered before a claim is made on it; received: order_id {order_id}; Send the"
    " order to POST /v1/orders first.",
)
_NO_CLAIM = (
    "no_claim",
    "A claim is shown to its shop, to the holder of its claim link and to agents; received: claim"
    " id {claim_id}; Check the id, and that the key or link belongs to this claim.",
)
_NO_ENDPOINT = (
    "no_endpoint",
    "Webhooks go to an endpoint that was set; received: a shop without one; Set it with: python -m"
    " serve webhook set SHOP URL.",
)
_NO_RECALL = (
    "no_recall",
    "A recall is shown to the shop whose batch it is and to agents; received: recall id"
    " {recall_id}; GET /v1/recalls lists them.",
)
_NO_BATCH = (
    "no_batch",
    "A batch is looked at, and called back, by a claim on an order that names one; received: claim"
    " {claim_id}, whose order names no batch; Ask the shop which batch it was; orders name it in"
    " the field batch.",
)
_NOT_WAITING = (
    "no_verdict_wanted",
    "A verdict is given on a claim that waits for an agent; received: a claim with the status"
    " resolved; GET /v1/claims?waiting=true lists the claims that wait.",
)
_BAD_PERIOD = (
    "invalid_period",
    f"A report covers 1 to {MAX_DAYS} days, and ends no earlier than it begins; received: 400 days"
    " up to 2026-11-22; Send other days for from and to.",
)
BY_STATUS: Mapping[str, Problem] = {
    "400": ("bad_request", "The request cannot be read: check its headers and body."),
    "401": (
        "no_credentials",
        "A request carries an API key or a claim-link token; received: neither; Send the header"
        " Authorization: Bearer, followed by the key or token.",
    ),
    "404": _NO_CLAIM,
    "413": (
        "body_too_large",
        "The request body is larger than five photos may be: send smaller photos.",
    ),
    "415": (
        "unsupported_media_type",
        "A request body has the media type application/json or multipart/form-data or"
        " application/x-www-form-urlencoded; received: text/plain; See GET /docs for what this"
        " route takes.",
    ),
    "503": (
        "database_down",
        "The service is ready when its database answers; received: no answer; Try again in a few"
        " seconds.",
    ),
}
_OF_PHOTO_FILES: Mapping[str, Problem] = {
    "413": (
        "too_many_bytes",
        f"A photo file has at most {MAX_BYTES} bytes; received: more than {MAX_BYTES} bytes; Send"
        " it at a lower resolution or quality.",
    ),
    "415": (
        "not_an_image",
        "A photo is a JPEG, PNG, WebP, HEIC or AVIF file; received: 18 bytes beginning"
        " b'%PDF-1.7'; Send the picture as the camera stored it.",
    ),
}
_OF_PERIODS: Mapping[str, Problem] = {"422": _BAD_PERIOD}
_OF_RECALLS: Mapping[str, Problem] = {"404": _NO_RECALL}

BY_OPERATION: Mapping[str, Mapping[str, Problem]] = {
    "post /v1/orders": {
        "409": (
            "order_exists",
            "An order is registered once, with facts that stay; received: other facts for order_id"
            " {order_id}; Send the same facts as before, or use another order_id.",
        ),
    },
    "get /v1/orders/{order_id}": {"404": _NO_ORDER},
    "put /v1/orders/{order_id}/packing-photo": {
        **_OF_PHOTO_FILES,
        "404": _NO_ORDER,
        "409": (
            "packing_photo_exists",
            "An order has one packing photo, which stays; received: another photo; the order has"
            " {sha256}; Send the same photo again, or none.",
        ),
    },
    "post /v1/claims": {
        **_OF_PHOTO_FILES,
        "404": _NO_ORDER,
        "409": (
            "claim_exists",
            "An order has one claim per reason; received: a second claim for spoilage; the first is"
            " {claim_id}; Add photos to the first claim, or appeal its answer.",
        ),
        "413": (
            "too_many_photos",
            "A claim comes with at most 5 photos; received: 6 photos; Send the photos that show"
            " the problem best.",
        ),
    },
    "post /v1/claims/{claim_id}/photos": {
        **_OF_PHOTO_FILES,
        "409": (
            "claim_decided",
            "Photos can be added while a claim waits for a photo or an agent; received: a claim"
            " with the status resolved; Appeal to have an agent look again.",
        ),
    },
    "post /v1/claims/{claim_id}/appeal": {
        "409": (
            "appealed_before",
            "A claim can be appealed once; received: a second appeal; Wait for the agent's verdict,"
            " or read it if it is there.",
        ),
    },
    "post /v1/claims/{claim_id}/feedback": {
        "409": (
            "feedback_too_early",
            "A claim is rated once it is settled; received: a claim with the status needs_agent;"
            " Wait until it is resolved and its refund is on the way.",
        ),
    },
    "get /v1/claims/{claim_id}/photos/{sha256}/overlay": {
        "403": (
            "blind_case",
            "A blind case shows no finding before its verdict; received: a photo of a blind case"
            " that waits for one; Look at the photo itself, and give the verdict first.",
        ),
        "422": (
            "unusable",
            "Evidence is drawn on a usable photo only; received: a photo that is blurred; See the"
            " photo itself at the same address without /overlay.",
        ),
    },
    "get /v1/webhook": {"404": _NO_ENDPOINT},
    "post /v1/webhook/test": {
        "404": _NO_ENDPOINT,
        "429": (
            "webhook_trial_running",
            "An endpoint is tried once at a time; received: a second ping while the first is on its"
            " way; Wait for its answer, at most 12 s.",
        ),
    },
    "post /v1/keys": {
        "409": (
            "too_many_keys",
            f"An account has at most {MAX_KEYS} valid keys; received: a request for one more;"
            " Revoke a key that is no longer used.",
        ),
    },
    "delete /v1/keys/{key_id}": {
        "404": (
            "no_key",
            "A key is revoked by the id that it is listed with; received: key id {key_id}; List the"
            " valid keys: GET /v1/keys, or python -m serve key list.",
        ),
        "409": (
            "last_key",
            "An account keeps a valid key; received: its last one; Issue a new key first, or have"
            " the operator disable the account.",
        ),
    },
    "post /v1/assessments": _OF_PHOTO_FILES,
    "post /v1/claims/{claim_id}/hold": {
        "409": (
            "case_held",
            "Two agents never hold one case; received: a case that is held by Li Na, until"
            " 2026-11-22T12:50:00.000Z; Take another one: POST /console/next, or wait.",
        ),
    },
    "post /v1/claims/{claim_id}/verdict": {"409": _NOT_WAITING},
    "delete /v1/claims/{claim_id}/verdict": {
        "409": (
            "nothing_to_undo",
            f"A verdict can be undone by who entered it, for {UNDO_S} seconds; received: a claim on"
            " which you have none that is not given yet; A verdict that is given stands; the"
            " customer may appeal.",
        ),
    },
    "post /v1/claims/{claim_id}/hand-over": {
        "409": (
            "no_verdict_wanted",
            "A case is handed over while it waits for an agent; received: a claim with the status"
            " resolved; Read it; there is no verdict to give.",
        ),
    },
    "get /v1/claims/{claim_id}/packing-photo": {
        "422": (
            "undecodable",
            "A photo is shown as a JPEG picture; received: photo {sha256}, which cannot be turned"
            " into one.",
        ),
    },
    "get /v1/claims/{claim_id}/batch": {"409": _NO_BATCH},
    "post /v1/claims/{claim_id}/recall": {"409": _NO_BATCH},
    "get /v1/recalls/{recall_id}": _OF_RECALLS,
    "get /v1/recalls/{recall_id}.csv": _OF_RECALLS,
    "post /v1/alerts/{alert_id}/close": {
        "404": (
            "no_alert",
            "An alert is closed by the id that it is listed with; received: alert id {alert_id};"
            " GET /v1/alerts lists them.",
        ),
    },
    "get /v1/reports/summary": _OF_PERIODS,
    "get /v1/reports/days.csv": _OF_PERIODS,
    "get /v1/reports/claims.csv": _OF_PERIODS,
}


NOT_WHOLE = "Input should be a valid integer, unable to parse string as an integer"
_MISSING = "Field required"
RULES: Mapping[str, tuple[str, str]] = {
    "post /v1/orders": ("price_fen", _MISSING),
    "put /v1/orders/{order_id}/packing-photo": ("photo", _MISSING),
    "post /v1/assessments": ("photo", _MISSING),
    "post /v1/claims": ("reason", _MISSING),
    "post /v1/claims/{claim_id}/photos": ("photo", "Not a valid file"),
    "post /v1/claims/{claim_id}/appeal": ("text", "Input should be a valid string"),
    "post /v1/claims/{claim_id}/feedback": ("score", _MISSING),
    "post /v1/claims/{claim_id}/verdict": ("decision", _MISSING),
    "post /v1/claims/{claim_id}/recall": ("reason", _MISSING),
    "post /v1/alerts/{alert_id}/close": ("note", "Input should be a valid string"),
    "get /v1/claims/{claim_id}/photos/{sha256}": ("width", NOT_WHOLE),
}
"""A field of an operation with a rule that it can break; that of a list is its limit."""

OPEN_TO: Mapping[str, tuple[str, ...]] = {
    "post /v1/claims": ("a shop", "a claim link"),
    "post /v1/claims/{claim_id}/photos": ("a shop", "a claim link"),
    "post /v1/claims/{claim_id}/appeal": ("a shop", "a claim link"),
    "post /v1/claims/{claim_id}/feedback": ("a claim link",),
    "get /v1/recalls": ("an agent", "a shop"),
    "get /v1/recalls/{recall_id}": ("an agent", "a shop"),
    "get /v1/recalls/{recall_id}.csv": ("an agent", "a shop"),
    "get /v1/claims/{claim_id}/accesses": ("a lead",),
    "get /v1/reports/summary": ("a lead",),
    "get /v1/reports/days.csv": ("a lead",),
    "get /v1/reports/claims.csv": ("a lead",),
}
"""Whom an operation is open to, where that is not shops alone, by its tag, or agents alone."""
