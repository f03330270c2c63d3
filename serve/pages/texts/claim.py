"""The page of a claim."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "claim_title": ("您的申请", "Your claim"),
    "received_headline": ("正在查看您的照片", "We are looking at your photos"),
    "received_detail": (
        "通常几秒钟，最迟 {due}。可以关掉页面，稍后再打开此链接。",
        "Usually seconds, by {due} at the latest. You may close this page and come back.",
    ),
    "received_late": (
        "比平时久一些，正在继续。可以关掉页面，稍后再打开此链接。",
        "This takes longer than it should, and goes on. You may close this page and come back.",
    ),
    "approved_headline": ("已预先通过，退款 {amount}", "Pre-approved: {amount} refund"),
    "approved_paying": ("退款正在办理。", "The refund is being arranged."),
    "approved_paid": (
        "退款已于 {time} 交商家原路退回。",
        "Handed to the shop on {time} to pay back the way you paid.",
    ),
    "extras": ("另外送您", "And on top"),
    "food_safety_detail": (
        "涉及食品安全，专人会在 {due} 前核查。",
        "This is a matter of food safety: a person checks it by {due}.",
    ),
    "photo_headline": ("还需要一张照片", "Another photo, please"),
    "photo_detail": (
        "这不是拒绝：请按下面的提示再拍一张。",
        "This is not a refusal: please take one more as described below.",
    ),
    "agent_headline": ("已转人工查看", "A person is looking at it"),
    "agent_detail": (
        "最迟 {due} 给您答复。您可以等候，也可以在下面补充照片。",
        "You will have an answer by {due}. You can wait, or add a photo below.",
    ),
    "agent_soon": (
        "会尽快给您答复。您可以等候，也可以在下面补充照片。",
        "You will have an answer soon. You can wait, or add a photo below.",
    ),
    "agent_granted": (
        "此前已通过的 {amount} 不受影响。",
        "The {amount} granted before stays yours.",
    ),
    "appeal_taken": ("您已申请人工复核。", "You have asked for a person."),
    "resolved_headline": ("已处理，退款 {amount}", "Resolved: {amount} refund"),
    "resolved_nothing": ("已处理，本次不予退款", "Resolved without a refund"),
    "agent_note": ("客服留言", "The agent's note"),
    "closed_headline": ("已结束", "Closed"),
    "closed_with_amount": ("已结束，共退款 {amount}", "Closed: {amount} refunded"),
    "why": ("为什么", "Why"),
    "your_reason": ("您反映的问题", "You reported"),
    "evidence": ("照片与判断依据", "Your photos and what was seen"),
    "photo_alt": ("您的照片 {number}", "Your photo {number}"),
    "overlay_alt": (
        "您的照片 {number}，标出了系统看到的情况",
        "Your photo {number} with what the system saw marked on it",
    ),
    "legend_spoiled": ("疑似变质", "spoiled"),
    "legend_mould": ("霉斑", "mould"),
    "legend_object": ("异物", "foreign object"),
    "legend_container": ("餐盒", "container"),
    "add_photo_title": ("补充照片", "Add a photo"),
    "send_photos": ("提交照片", "Send photos"),
    "appeal": ("申请人工", "Ask a human"),
    "appeal_hint": (
        "不满意这个结果？点一下，由人工重新查看。",
        "Not happy with this answer? One tap and a person looks again.",
    ),
    "progress": ("进度", "Progress"),
    "step_received": ("已收到", "Received"),
    "step_assessed": ("照片已分析", "Photos assessed"),
    "step_decided": ("已答复", "Answered"),
    "step_verified": ("已核实", "Verified"),
    "step_resolved": ("已解决", "Resolved"),
    "step_closed": ("已结束", "Closed"),
    "step_done": ("完成", "done"),
    "step_open": ("待完成", "to come"),
    "due_by": ("预计 {time} 前", "by {time}"),
    "due_soon": ("尽快", "soon"),
    "due_after_photo": ("收到新照片后", "after your photo"),
    "times_note": ("时间为北京时间。", "Times are Beijing time."),
    "another_problem": ("反映其他问题", "Report another problem"),
    "versions": (
        "模型 {model} · 规则 {policy} · 申请号 {claim}",
        "Model {model} · policy {policy} · claim {claim}",
    ),
    "no_model": ("未使用", "not used"),
}
