"""The form behind a claim link, and sending it."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
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
    "about_foreign_object": ("头发、虫子、塑料、金属等", "Hair, insect, plastic, metal\u00a0…"),
    "about_portion": ("比标示的少", "Less than there should be"),
    "about_delivery": ("比承诺时间晚，无需照片", "Later than promised; no photo needed"),
    "about_other": ("由人工查看", "A person will look"),
    "claimed_already": ("已提交，查看进度", "Claimed already: see progress"),
    "photos": ("照片（1 到 5 张）", "Photos (1 to 5)"),
    "photos_hint": (
        "光线要亮，拍清楚有问题的地方；再拍一张整份餐品更好。",
        "Good light, close to the problem; one more of the whole meal helps.",
    ),
    "take_photo": ("拍照", "Camera"),
    "add_photos": ("从相册选择", "Choose photos"),
    "remove": ("移除照片 {name}", "Remove photo {name}"),
    "photo_removed": ("已移除", "Removed"),
    "photos_chosen": ("已选 {count} 张", "{count} chosen"),
    "description": ("想补充一句？（可不填）", "Anything to add? (optional)"),
    "description_hint": ("例如：生菜发黑，有酸味", "For example: smells sour"),
    "submit": ("提交", "Send"),
    "privacy": (
        "照片保存前会去除定位信息。",
        "Location is cut out of your photos before they are kept.",
    ),
    "uploading": ("正在上传 {percent}%", "Sending {percent}%"),
    "sending_label": (
        "正在提交，内容暂时不能修改",
        "Sending: nothing can be changed meanwhile",
    ),
    "sent_waiting": ("已发送，等待答复…", "Sent, waiting for the answer …"),
    "lost_connection": (
        "网络中断，正在自动重试。照片和填写的内容都在，不会重复提交。",
        "The connection is lost: trying again by itself. Your photos and words are safe, "
        "and nothing counts twice.",
    ),
    "retry_now": ("立即重试", "Try again now"),
    "change_entries": ("修改内容", "Change something"),
    "draft_restored": (
        "已恢复您上次填写的内容，还没有提交。",
        "This is what you entered before. It has not been sent yet.",
    ),
    "draft_discard": ("清空重填", "Discard and start anew"),
    "looks_blurred": (
        "看起来有点模糊，建议重拍",
        "Looks blurred: better take another one",
    ),
    "looks_too_dark": ("看起来太暗，建议开灯重拍", "Looks dark: better take one in more light"),
    "looks_too_bright": ("看起来过亮，建议避开强光", "Looks too bright: better avoid the glare"),
    "looks_unreadable": (
        "读不到这张照片，请移除后重新选择",
        "This photo cannot be read any more: remove it and choose it again",
    ),
    "looks_not_an_image": (
        "这不是照片，请移除后选择 JPEG、PNG、WebP 或 HEIC 照片",
        "This is not a photo: remove it and choose a JPEG, PNG, WebP or HEIC picture",
    ),
    "looks_too_small": ("图片太小，建议用原图", "Looks small: better send the full size"),
}
