"""What went wrong, and what to do about it."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "problem_title": ("没有成功", "That did not work"),
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
    "error_score_missing": (
        "请选择 1 到 5 分；补充说明不超过 1000 字。",
        "Please pick a score from 1 to 5; the text may have 1,000 characters.",
    ),
    "error_rated_early": (
        "处理完成后再评价。",
        "You can rate this once it is settled.",
    ),
    "error_rated_late": (
        "评价已满七天，不能再修改。",
        "Your rating is a week old and stays as it is.",
    ),
    "error_explained": (
        "客服已经收到过您的说明，或已答复。",
        "The person has your words already, or has answered.",
    ),
    "error_link_invalid": (
        "这个链接不完整或不正确。请从商家发来的消息里重新打开。",
        "This link is not complete or not right. Please open it again from the shop's message.",
    ),
    "error_link_expired": (
        "这个链接已过期。请联系商家。",
        "This link has expired. Please get in touch with the shop.",
    ),
    "error_key_used": (
        "这份表单刚才已经提交过别的问题（见上方“已提交”）。如果这个问题也要反映，请再点一次“提交”。",
        "This form was sent before, for another problem (“claimed already” above). To report "
        "this one as well, press Send once more.",
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
