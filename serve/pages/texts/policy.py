"""The policy in words."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "policy_title": ("赔付规则", "Compensation policy"),
    "policy_version": (
        "版本 {version}，自 {date} 起生效",
        "Version {version}, in force since {date}",
    ),
    "policy_lead": (
        "符合以下情形即按比例赔付，多项相加不超过实付金额。",
        "What we pay for which problem. Together never more than the price paid.",
    ),
    "policy_none": ("由人工处理", "a person decides"),
    "pays_full": ("全额退款", "full refund"),
    "pays_part": ("退款 {percent}%", "{percent} % refund"),
    "pays_at_most": ("，最多 {amount}", ", at most {amount}"),
    "spoilage_severe": (
        "变质面积超过 {percent}%，或有霉斑",
        "more than {percent} % of the food spoiled, or mould",
    ),
    "spoilage_severe_area": (
        "变质面积超过 {percent}%",
        "more than {percent} % of the food spoiled",
    ),
    "spoilage_moderate": ("变质面积 {percent}% 以上", "from {percent} % of the food spoiled"),
    "spoilage_minor": ("可见变质，面积更小", "visible, on less of the food"),
    "kind_insect": ("昆虫", "insect"),
    "kind_hair": ("毛发", "hair"),
    "kind_plastic": ("塑料", "plastic"),
    "kind_metal": ("金属", "metal"),
    "kind_glass": ("玻璃", "glass"),
    "kind_paper": ("纸片", "paper"),
    "kind_stone": ("石子", "stone"),
    "kinds_between": ("、", ", "),
    "portion_evidence": (
        "确定少了 {percent}% 以上",
        "surely short by more than {percent} %",
    ),
    "delivery_evidence": (
        "比承诺时间晚 {minutes} 分钟以上",
        "more than {minutes} minutes after the promised time",
    ),
    "rules_title": ("怎么办理", "How it works"),
    "rule_small": (
        "{amount} 以下的赔付，照片清楚即先行通过，无需退回餐品。",
        "Below {amount}, clear photos are enough: pre-approved, nothing to send back.",
    ),
    "rule_large": (
        "更高的金额由人工审核，除非系统的差错率已被证明足够低。",
        "Above that a person decides, unless the system's error rate is proven low enough.",
    ),
    "rule_never": (
        "系统不会自动拒绝：不能确定的都交给人工。",
        "The system never declines: whatever it is not sure of goes to a person.",
    ),
    "rule_clocks": (
        "{answer} 分钟内首次答复，{verified} 小时内核实，{resolved} 小时内解决；"
        "食品安全问题 {safety} 分钟内由专人处理。",
        "First answer within {answer} minutes, verified within {verified} hours, resolved within "
        "{resolved} hours; food safety is taken up by a person within {safety} minutes.",
    ),
    "rule_overrides": ("部分餐品或门店另有约定。", "Some meals or shops have terms of their own."),
}
