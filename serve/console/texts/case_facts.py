"""The page of a case: order, cold chain, history."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "case_order": ("订单", "Order"),
    "case_order_number": ("订单号", "Number"),
    "case_promised": ("承诺送达", "Promised"),
    "case_delivered": ("实际送达", "Delivered"),
    "case_not_known": ("不详", "not known"),
    "case_late": ("晚 {minutes} 分钟", "{minutes} min late"),
    "case_early": ("准时", "on time"),
    "case_cold_chain": ("冷链", "Cold chain"),
    "case_cold_none": ("没有温度记录。", "No temperatures were recorded."),
    "case_cold_summary": (
        "最高 {celsius} °C，超过 {limit} °C 共 {minutes} 分钟",
        "Highest {celsius} °C, above {limit} °C for {minutes} min",
    ),
    "case_cold_table": ("温度表", "Temperatures as a table"),
    "case_cold_time": ("时间", "Time"),
    "case_cold_celsius": ("温度（°C）", "°C"),
    "case_signals": ("完整性提示", "Integrity signals"),
    "case_signals_none": ("没有。", "None."),
    "case_signals_hint": (
        "这些只是事实。没有来源信息不说明任何问题。",
        "These are facts. A lack of provenance proves nothing.",
    ),
    "case_customer": ("顾客", "Customer"),
    "case_customer_sum": (
        "另有 {claims} 件申请，共赔 {amount}，拒绝 {declined} 件",
        "Other claims: {claims}; granted {amount}, declined {declined}",
    ),
    "case_customer_first": ("第一次申请。", "Their first claim."),
    "case_batch_title": ("同批次", "Same batch"),
    "case_batch_sum": (
        "另有 {claims} 件申请，本批次共 {orders} 单",
        "Other claims: {claims}; orders in the batch: {orders}",
    ),
    "case_batch_none": ("没有批次信息。", "The batch is not known."),
    "case_recent": ("最近几件", "Latest"),
    "case_status_received": ("处理中", "received"),
    "case_status_pre_approved": ("预先通过", "pre-approved"),
    "case_status_needs_photo": ("待补照片", "waits for a photo"),
    "case_status_needs_agent": ("待人工", "waits for an agent"),
    "case_status_resolved": ("已处理", "resolved"),
    "case_status_closed": ("已结束", "closed"),
}
