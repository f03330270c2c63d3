"""Reasons as stable codes with texts in both languages."""

from __future__ import annotations

from typing import NamedTuple


class Reason(NamedTuple):
    """Why a grade was given; `code` is stable, the texts are for people."""

    code: str
    text_en: str
    text_zh: str


_TEXTS = {
    "nothing_found": ("no defect found", "未发现问题"),
    "mould": ("mould is visible", "可见霉斑"),
    "mould_unsure": ("mould is possible but not certain", "可能有霉斑，但无法确定"),
    "spoiled_area_severe": ("spoiled area above one third", "变质面积超过三分之一"),
    "spoiled_area_moderate": (
        "spoiled area between one tenth and one third",
        "变质面积在一成到三分之一之间",
    ),
    "spoiled_area_minor": ("spoiled area below one tenth", "变质面积不足一成"),
    "spoiled_area_straddles": (
        "the spoiled area cannot be measured closely enough to grade it",
        "变质面积无法精确到可以定级",
    ),
    "spoilage_unsure": ("spoilage is possible but not certain", "可能变质，但无法确定"),
    "foreign_insect": ("an insect in the food", "食物中有昆虫"),
    "foreign_hair": ("a hair in the food", "食物中有毛发"),
    "foreign_plastic": ("plastic in the food", "食物中有塑料"),
    "foreign_metal": ("metal in the food", "食物中有金属"),
    "foreign_glass": ("glass in the food", "食物中有玻璃"),
    "foreign_paper": ("paper in the food", "食物中有纸片"),
    "foreign_stone": ("a stone in the food", "食物中有石子"),
    "foreign_other": (
        "a foreign object whose kind is uncertain",
        "发现异物，但无法确定是什么",
    ),
    "foreign_unsure": (
        "a foreign object is possible but not certain",
        "可能有异物，但无法确定",
    ),
    "shortfall_severe": (
        "portion short by surely more than the severe limit",
        "份量明显严重不足",
    ),
    "shortfall_moderate": (
        "portion short by surely more than the tolerance",
        "份量不足，超过允许范围",
    ),
    "shortfall_unsure": (
        "the portion may be short, but not surely above the tolerance",
        "份量可能不足，但无法确定超过允许范围",
    ),
    "shortfall_not_comparable": (
        "the portion cannot be compared with what was packed",
        "无法与出餐照片比较份量",
    ),
    "photo_unreadable": ("the file cannot be read as a photo", "文件无法作为照片读取"),
    "photo_too_small": ("the photo is too small", "照片尺寸过小"),
    "photo_too_dark": ("the photo is too dark", "照片太暗"),
    "photo_too_bright": ("the photo is too bright", "照片过曝"),
    "photo_blurred": ("the photo is blurred", "照片模糊"),
    "photo_not_food": ("the photo does not show food", "照片中没有食物"),
}

CODES = frozenset(_TEXTS)


def reason(code: str) -> Reason:
    """Returns the reason of that code with its texts."""
    return Reason(code, *_TEXTS[code])
