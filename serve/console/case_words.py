"""Names of the texts that the page of a case puts together: by code of a kind, state or key."""

from __future__ import annotations

SEVERITIES = (("1", "none"), ("2", "minor"), ("3", "moderate"), ("4", "severe"), ("0", "unknown"))
"""Keys and the grades that they pick."""

KINDS = {
    "insect": "case_kind_insect",
    "hair": "case_kind_hair",
    "plastic": "case_kind_plastic",
    "metal": "case_kind_metal",
    "glass": "case_kind_glass",
    "paper": "case_kind_paper",
    "stone": "case_kind_stone",
    "other": "case_kind_other",
}
SCENES = {
    "salad": "case_scene_salad",
    "bento": "case_scene_bento",
    "other_food": "case_scene_other_food",
    "not_food": "case_scene_not_food",
}
MARKS = {
    "spoiled": "case_legend_spoiled",
    "mould": "case_legend_mould",
    "object": "case_legend_object",
    "container": "case_legend_container",
}
OUTCOMES = {
    "pre_approved": "case_outcome_pre_approved",
    "needs_photo": "case_outcome_needs_photo",
    "needs_agent": "case_outcome_needs_agent",
}
STATUSES = {
    "received": "case_status_received",
    "pre_approved": "case_status_pre_approved",
    "needs_photo": "case_status_needs_photo",
    "needs_agent": "case_status_needs_agent",
    "resolved": "case_status_resolved",
    "closed": "case_status_closed",
}

KEYS = (
    ("1 2 3 4 0", "case_key_grade"),
    ("a d c", "case_key_decision"),
    ("Ctrl+Enter", "case_key_send"),
    ("z", "case_key_undo"),
    ("Enter", "case_key_next"),
    ("m", "case_key_amount"),
    ("e", "case_key_note"),
    ("y n u", "case_key_spoilage"),
    ("f x", "case_key_foreign"),
    ("b r", "case_key_draw"),
    ("Delete", "case_key_delete"),
    ("← →", "case_key_photo"),
    ("+ − w", "case_key_zoom"),
    ("o", "case_key_overlay"),
    ("p", "case_key_packing"),
    ("Esc", "case_key_escape"),
    ("?", "case_key_help"),
)

SCRIPT_WORDS = (
    *("case_held", "case_held_unknown", "case_photo", "case_photo_alt", "case_photo_failed"),
    *("case_overlay_failed", "case_hint_box", "case_hint_region", "case_labels"),
    *("case_box", "case_region", "case_region_points", "case_kind", "case_confirm", "case_delete"),
    *("case_use_proposal", "case_why_grade", "case_why_none", "case_sending", "case_sent"),
    *("case_given", "case_undone", "case_seconds", "case_wrong_grade", "case_wrong_decision"),
    *("case_wrong_amount", "case_wrong_most", "case_wrong_price", "case_wrong_authority"),
    *("case_wrong_lost", "case_wrong_session", "case_sign_in", "case_wrong_held"),
    *(
        "case_wrong_unseen",
        "case_wrong_late",
        "case_wrong_undo",
        "case_wrong_undo_lost",
        "case_wrong_hand_over",
        "case_wrong_for_lead",
        "case_wrong_above_authority",
        "case_wrong_above_price",
        "case_over",
        "case_wrong_not_sent",
        "case_sent_before",
        "case_giving",
        "case_not_given_unknown",
        "case_wrong_input",
        "case_wrong_server",
    ),
)
"""What `static/case*.js` say; they know them without their first word."""
