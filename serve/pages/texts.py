"""Every text of the pages in both languages, except what the policy and the model word themselves.

A table rather than message catalogues: two languages, about a hundred short texts, and no step
that compiles them. `tests/serve/pages/test_texts.py` holds it complete and in use.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

LANGUAGES = ("zh-CN", "en")

_TEXTS: dict[str, tuple[str, str]] = {
    # every page
    "service": ("餐品售后", "Meal care"),
    "other_language": ("English", "中文"),
    "skip": ("跳到正文", "Skip to content"),
    "policy_link": ("赔付规则", "Compensation policy"),
    "promise": (
        "系统只会通过或转交人工，绝不自动拒绝。",
        "The system approves or passes on to a person. It never declines.",
    ),
    # the form
    "form_title": ("餐品有问题？", "Something wrong with your meal?"),
    "form_lead": (
        "拍照告诉我们，{minutes} 分钟内首次答复；需要人工查看的，{verified} 小时内答复"
        "（食品安全 {safety} 分钟）。",
        "Show us in a photo: you hear from us within {minutes} minutes, and where a person has "
        "to look, within {verified} hours (food safety: {safety} minutes).",
    ),
    "order": ("您的订单", "Your order"),
    "order_number": ("订单号", "Order"),
    "paid": ("实付", "Paid"),
    "delivered": ("送达", "Delivered"),
    "pick_reason": ("遇到了什么问题？", "What went wrong?"),
    "about_spoilage": ("变质、异味、发霉", "Spoiled, smells off, mould"),
    "about_foreign_object": ("头发、虫子、塑料、金属等", "Hair, insect, plastic, metal …"),
    "about_portion": ("比标示的少", "Less than there should be"),
    "about_delivery": ("比承诺时间晚，无需照片", "Later than promised; no photo needed"),
    "about_other": ("由人工查看", "A person will look"),
    "claimed_already": ("已提交，查看进度", "Claimed already: see progress"),
    "photos": ("照片（1 到 5 张）", "Photos (1 to 5)"),
    "photos_hint": (
        "光线要亮，拍清楚有问题的地方；再拍一张整份餐品更好。",
        "Good light, close to the problem; one more of the whole meal helps.",
    ),
    "add_photos": ("拍照或从相册选择", "Take or choose photos"),
    "remove": ("移除照片 {name}", "Remove photo {name}"),
    "photo_removed": ("已移除", "Removed"),
    "photos_chosen": ("已选 {count} 张", "{count} chosen"),
    "description": ("想补充一句？（可不填）", "Anything to add? (optional)"),
    "description_hint": ("例如：生菜发黑，有酸味", "For example: the lettuce is black and sour"),
    "submit": ("提交", "Send"),
    "privacy": (
        "照片保存前会去除定位信息。",
        "Location is cut out of your photos before they are kept.",
    ),
    "uploading": ("正在上传 {percent}%", "Sending {percent}%"),
    "looking": ("已收到，正在查看照片…", "Received. Looking at your photos …"),
    "lost_connection": (
        "网络中断，没有提交成功。照片还在，请再按一次提交，不会重复申请。",
        "The connection was lost. Your photos are still here: press send again, "
        "it will not count twice.",
    ),
    # a claim
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
    # the address without a path
    "home_title": ("餐品售后服务", "Meal care"),
    "home_lead": (
        "餐品变质、有异物或分量不足时，拍照即可申请赔付。",
        "Claims for meals that arrive spoiled, contaminated, short or late: judged by photo and "
        "by a published policy.",
    ),
    "home_customers": (
        "顾客：请打开商家发给您的申请链接。",
        "Customers: please open the claim link that the shop sent you.",
    ),
    "home_docs": ("接口文档", "API documentation"),
    "home_openapi": ("OpenAPI 描述", "OpenAPI document"),
    # the policy in words
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
    # what went wrong
    "problem_title": ("没有成功", "That did not work"),
    "already_claimed": (
        "这个问题已经提交过，下面是它的进度。可以补充照片，或申请人工。",
        "You have claimed this before: here is how it stands. Add a photo, or ask a human.",
    ),
    "in_file": ("{name}：{text}", "{name}: {text}"),
    "error_reason_missing": ("请选择遇到的问题。", "Please pick what went wrong."),
    "error_description": (
        "补充说明太长，请控制在 1000 字以内。",
        "The text is too long: at most 1,000 characters.",
    ),
    "error_photo_missing": ("请至少添加一张照片。", "Please add at least one photo."),
    "error_too_many_photos": (
        "照片太多：一次最多 5 张，一份申请最多 10 张。",
        "Too many photos: at most 5 at a time and 10 in all.",
    ),
    "error_too_many_bytes": (
        "照片文件太大，每张不能超过 25 MB。",
        "This photo is too large: at most 25 MB each.",
    ),
    "error_too_many_pixels": (
        "照片像素太多，请用较低的分辨率。",
        "This photo has too many pixels: please send a smaller one.",
    ),
    "error_body_too_large": (
        "照片加起来太大，请减少张数或换小一点的照片。",
        "The photos are too large together: send fewer or smaller ones.",
    ),
    "error_not_an_image": (
        "这不是照片。请选择 JPEG、PNG、WebP 或 HEIC 照片。",
        "This is not a photo. Please choose a JPEG, PNG, WebP or HEIC picture.",
    ),
    "error_damaged": (
        "照片文件不完整或已损坏，请重新选择或重拍。",
        "This photo is incomplete or damaged: please choose it again or take another one.",
    ),
    "error_decided": (
        "这份申请已有答复，不能再加照片。不满意可以申请人工。",
        "This claim is answered already. Not happy with it? Ask a human.",
    ),
    "error_no_appeal": (
        "人工已经在看，或已复核过一次。",
        "A person is on it already, or has looked again before.",
    ),
    "error_link_invalid": (
        "这个链接不完整或不正确。请从商家发来的消息里重新打开。",
        "This link is not complete or not right. Please open it again from the shop's message.",
    ),
    "error_link_expired": (
        "这个链接已过期。请联系商家。",
        "This link has expired. Please get in touch with the shop.",
    ),
    "error_not_found": ("没有找到这一页。", "There is no such page."),
    "error_request": (
        "这次提交无法读取，请返回重试。",
        "This could not be read: please go back and try again.",
    ),
    "error_busy": (
        "系统繁忙，没有丢失任何内容。请过几秒再试。",
        "The service is busy, and nothing is lost. Please try again in a few seconds.",
    ),
    "error_bug": (
        "我们这边出了问题，已提交的内容不会丢失。请稍后再试。",
        "Something broke on our side. What you have sent is safe. Please try again later.",
    ),
}

NAMES = frozenset(_TEXTS)


def texts_in(language: str) -> Mapping[str, str]:
    """Returns all texts by name in one of `LANGUAGES`."""
    column = LANGUAGES.index(language)
    return MappingProxyType({name: texts[column] for name, texts in _TEXTS.items()})
