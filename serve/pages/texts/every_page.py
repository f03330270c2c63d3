"""What stands on every page, and the bare address."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "service": ("餐品售后", "Meal care"),
    "other_language": ("English", "中文"),
    "skip": ("跳到正文", "Skip to content"),
    "policy_link": ("赔付规则", "Compensation policy"),
    "promise": (
        "系统只会通过或转交人工，绝不自动拒绝。",
        "The system approves or passes on to a person. It never declines.",
    ),
    "home_title": ("餐品售后服务", "Meal care"),
    "home_lead": (
        "餐品变质、有异物、分量不足或配送迟到，都可以申请赔付：凭照片和公开的规则判断。",
        "Claims for meals that arrive spoiled, contaminated, short or late: judged by photo and "
        "by a published policy.",
    ),
    "home_customers": (
        "顾客：请打开商家发给您的申请链接。",
        "Customers: please open the claim link that the shop sent you.",
    ),
    "home_docs": ("接口文档", "API documentation"),
    "home_openapi": ("OpenAPI 描述", "OpenAPI document"),
}
