"""Calling a batch back, and the page of all recalls."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "recalls_title": ("召回记录", "Recalls"),
    "recalls_lead": (
        "每个商家的每个批次只召回一次，最近的在前。",
        "A batch of a shop is called back once. The latest come first.",
    ),
    "recalls_count": ("共 {count} 次召回", "Recalls: {count}"),
    "recalls_none": ("还没有召回过任何批次。", "No batch has been called back."),
    "recall_all": ("全部召回记录", "All recalls"),
    "recall_title": ("召回批次 {batch}", "Call back batch {batch}"),
    "recall_open": ("召回这个批次…", "Call this batch back…"),
    "recall_warning": (
        "将召回“{shop}”的整个批次 {batch}（{orders} 单），不只是这一单。"
        "每个批次只能召回一次，不能撤销。",
        "This calls back the whole batch {batch} of {shop} (orders: {orders}), not just this "
        "order. It is done once and cannot be undone.",
    ),
    "recall_told_shop": (
        "系统会立即向商家发送消息，商家可下载订单清单。联系顾客由商家负责，系统不通知顾客。",
        "The shop is sent a message at once and can download the list of orders. Calling the "
        "customers is up to the shop: nothing is sent to them from here.",
    ),
    "recall_shop_unreachable": (
        "此商家没有设置消息接收：召回后请自行联系商家。商家可下载订单清单并联系顾客，"
        "系统不通知顾客。",
        "This shop takes no messages yet: get in touch with it yourself. It can download the "
        "list of orders and call the customers: nothing is sent to them from here.",
    ),
    "recall_told_us": (
        "同事会看到一条警报。召回人、时间和原因都会记录在案。",
        "Colleagues see an alert. Who did it, when and why is kept.",
    ),
    "recall_no_verdict": (
        "召回不等于裁定，也不退款：此案仍按原流程处理。",
        "It is no verdict and pays nothing: the case goes on as before.",
    ),
    "recall_reason": ("召回原因（商家可见）", "Why (the shop reads it)"),
    "recall_checked": (
        "我已核对批次和原因",
        "I have checked the batch and the reason",
    ),
    "recall_submit": ("召回整个批次（{orders} 单）", "Call the batch back (orders: {orders})"),
    "recall_is": ("此批次已召回", "This batch is called back"),
    "recall_badge": ("批次已召回", "batch called back"),
    "recall_by": ("召回人", "By"),
    "recall_at": ("时间", "When"),
    "recall_orders": ("订单", "Orders"),
    "recall_shop": ("商家", "Shop"),
    "recall_from": ("发起召回的案件", "The case that it began with"),
    "recall_list": ("下载订单清单（CSV）", "Download the list of orders (CSV)"),
    "recall_list_of": (
        "下载批次 {batch} 的订单清单（CSV）",
        "Download the orders of batch {batch} (CSV)",
    ),
    "recall_claims": ("本批次的全部案件", "All cases on this batch"),
    "recall_back": ("返回案件", "Back to the case"),
    "recall_new": ("批次已召回。", "The batch is called back."),
    "recall_message": (
        "给商家的消息正在发送。",
        "The message to the shop is on its way.",
    ),
    "recall_no_message": (
        "此商家没有设置消息接收：请自行联系商家。",
        "This shop takes no messages yet: get in touch with it yourself.",
    ),
    "recall_before": (
        "此批次先前已被召回，没有再次召回。您填写的原因没有保存，以下是当时的召回记录。",
        "The batch had been called back before, and was not again. Your reason was not kept: "
        "below is the recall as it stands.",
    ),
    "error_no_batch": (
        "此案的订单没有批次信息，不能召回。请向商家询问批次。",
        "The order of this case names no batch: there is none to call back. Ask the shop for it.",
    ),
    "error_recall_reason": (
        "请填写召回原因，最多 {longest} 个字。",
        "Say why the batch is called back, in at most {longest} characters.",
    ),
    "error_recall_unchecked": (
        "请先核对，并勾选“我已核对批次和原因”。",
        "Check it first, and tick “I have checked the batch and the reason”.",
    ),
}
