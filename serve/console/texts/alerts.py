"""Texts of the page of alerts."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "alerts_title": ("警报", "Alerts"),
    "alerts_lead": (
        "需要有人马上知道的事。多数在原因消除后自动关闭；“同批次多起”“召回”和“风险证书已冻结”"
        "不会，处理后请在这里关闭。",
        "What somebody has to know now. Most close by themselves once their cause is gone; several"
        " claims on a batch, recalls and a frozen certificate do not: close them here when done.",
    ),
    "alerts_count_open": ("{count} 条未关闭", "{count} open"),
    "alerts_open": ("未关闭", "Open"),
    "alerts_closed": ("已关闭", "Closed"),
    "alerts_kinds": ("警报种类", "Kinds of alerts"),
    "alerts_all_kinds": ("全部种类", "All kinds"),
    "alerts_none_open": ("没有未关闭的警报。", "No alert is open."),
    "alerts_none_closed": ("没有已关闭的警报。", "No alert was closed."),
    "alerts_raised": ("发出 {time}", "raised {time}"),
    "alerts_counts": (
        "发出时：{orders} 个订单上有 {claims} 件申请，其中食品安全 {food_safety} 件",
        "When it was raised: {claims} claims on {orders} orders, {food_safety} of food safety",
    ),
    "alerts_problem": ("{problem} {count} 件", "{problem}: {count}"),
    "alerts_more_claims": ("另有 {count} 件，见批次", "and {count} more, see the batch"),
    "alerts_clock": (
        "超过的时限：{clock}，截止 {time}",
        "Clock that ran out: {clock}, due {time}",
    ),
    "alerts_harm_photo": ("照片中有可能伤人的异物", "A photo shows what may harm a person"),
    "alerts_harm_words": (
        "顾客提到身体不适或受伤",
        "The customer speaks of harm to a person",
    ),
    "alerts_recall_reason": ("召回原因：{reason}", "Reason of the recall: {reason}"),
    "alerts_recall_orders": ("受影响的订单（CSV）", "Orders affected (CSV)"),
    "alerts_verdict_of": ("{name} 的裁定没有生效：{why}", "{name}'s verdict was not given: {why}"),
    "alerts_webhook": (
        "一条消息已发送失败 {attempts} 次，最后的错误：{error}",
        "A message failed {attempts} times, last with: {error}",
    ),
    "alerts_webhook_message": ("消息 {message}", "Message {message}"),
    "alerts_certificate": ("证书 {number}：{because}", "Certificate {number}: {because}"),
    "alerts_store": ("照片存储：{why}", "The photo store: {why}"),
    "alerts_store_foreign": (
        "它属于另一个数据库",
        "it belongs to another database",
    ),
    "alerts_store_unknown": (
        "它没有归属，且有此处未知的文件",
        "nobody owns it, and it has files unknown here",
    ),
    "alerts_store_many": (
        "一次要删除的文件过多",
        "too many files would be deleted at once",
    ),
    "alerts_close": ("关闭警报", "Close this alert"),
    "alerts_close_which": ("：{kind}，{about}", ": {kind}, {about}"),
    "alerts_note": ("处理说明（可不填）", "What was done about it (optional)"),
    "alerts_close_now": ("关闭", "Close"),
    "alerts_closed_by": ("{name} 于 {time} 关闭", "Closed by {name}, {time}"),
    "alerts_closed_itself": (
        "原因已消除，{time} 自动关闭",
        "Closed by itself, as its cause was gone, {time}",
    ),
    "alerts_done": ("警报已关闭。", "The alert is closed."),
    "alerts_done_before": (
        "这条警报之前已经关闭，保留原来的关闭人和说明；您的说明没有保存。",
        "This alert had been closed before. Who closed it and their note stay; yours was not kept.",
    ),
    "error_no_alert": ("没有这条警报。", "There is no such alert."),
    "error_invalid_note": (
        "说明最多 1000 个字。警报没有关闭。",
        "A note has at most 1000 characters. The alert was not closed.",
    ),
}
