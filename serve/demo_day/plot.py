"""The plot of the demo's day: who claims what, and what is to be seen of it afterwards.

What the machine makes of a picture is its own affair: `serve.demo_day.scenes` goes on from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from serve.demo import PARTNER_NAME, SHOP_NAME

DELIVERY = "delivery"


@dataclass(frozen=True)
class Meal:
    """A product of the demo shops: its name and price, and the folder's kind of picture."""

    name: str
    price_fen: int
    weight_g: int


MEALS = {
    "caesar": Meal("凯撒沙拉 Caesar salad", 3280, 350),
    "chicken": Meal("鸡胸肉能量沙拉 Chicken breast salad", 3680, 400),
    "salmon": Meal("牛油果三文鱼沙拉 Avocado salmon salad", 5800, 380),
    "kungpao": Meal("宫保鸡丁便当 Kung Pao chicken bento", 2880, 520),
    "teriyaki": Meal("照烧鸡腿便当 Teriyaki chicken bento", 3380, 550),
    "brisket": Meal("番茄牛腩便当 Tomato brisket bento", 4580, 600),
    "beef": Meal("黑椒牛柳便当 Black pepper beef bento", 5280, 560),
}


@dataclass(frozen=True)
class Appeal:
    """What the customer says to the answer, and whether the lead gives more."""

    words: str
    granted: bool


@dataclass(frozen=True)
class Case:
    """One claim of the day.

    Attributes:
        hours_ago: when it comes in, before the end of the day.
        meal: key of `MEALS`.
        picture: stem of a sample picture, or `delivery` for a late delivery without one.
        words: the customer's description.
        customer: number of the customer.
        batch: name of the batch; by default one of the product.
        celsius: what the courier's box was at; above 8 is too warm.
        answer_min: after how many minutes an agent gives the verdict.
        score: how satisfied the customer is in the end, 1 to 5; 0 says nothing.
        draw: `audit` or `blind`: the draw is repeated until it falls that way.
        wrong: the agent finds that the machine gave too much.
        unanswered: the machine takes five minutes, two too many.
        better: the picture that is sent when another one is asked for.
        appeal: made half an hour after the answer.
        shop: whose order it is.
    """

    hours_ago: float
    meal: str
    picture: str
    words: str
    customer: int
    batch: str | None = None
    celsius: float = 4.0
    answer_min: int = 40
    score: int = 0
    draw: str = ""
    wrong: bool = False
    unanswered: bool = False
    better: str = ""
    appeal: Appeal | None = None
    shop: str = field(default=SHOP_NAME)


_WARM = "冷链B12"


def list_cases() -> Sequence[Case]:
    """Returns the day's claims, the earliest first."""
    cases = (*_spoiled(), *_foreign(), *_short(), *_late(), *_warm_batch(), *_waiting())
    return sorted(cases, key=lambda case: -case.hours_ago)


def _spoiled() -> tuple[Case, ...]:
    return (
        Case(23.2, "caesar", "salad_brown_minor", "菜叶边缘发黄", 101, score=4),
        Case(22.6, "chicken", "salad_brown_severe", "生菜都烂了，发黑", 102, score=5),
        Case(21.7, "caesar", "salad_slimy_severe", "叶子发黏出水，有味道", 103, score=4),
        Case(20.3, "salmon", "salad_mould", "有霉点！", 104, answer_min=25, score=5),
        Case(19.4, "teriyaki", "bento_mould", "米饭上长毛了", 105, answer_min=30, score=3),
        Case(18.2, "chicken", "salad_clean_oak", "感觉不太新鲜", 106, answer_min=70, score=2,
             appeal=Appeal("真的有酸味，请再看一下", granted=True)),
        Case(16.8, "beef", "bento_clean_slate", "味道怪怪的", 107, answer_min=95, score=1,
             appeal=Appeal("我不同意这个结果", granted=False)),
        Case(15.6, "caesar", "salad_brown_minor", "Some leaves are brown", 108, draw="blind",
             score=5),
        Case(14.1, "salmon", "salad_brown_severe", "沙拉叶子全黑了", 109, draw="blind", score=4),
        Case(12.9, "kungpao", "bento_mould", "打开就看到霉", 101, answer_min=35, score=4),
        Case(11.5, "chicken", "salad_dark", "叶子坏了", 110, better="salad_slimy_severe", score=4),
        Case(9.8, "beef", "bento_blurred", "饭馊了", 111, better="bento_mould", score=3),
        Case(8.4, "salmon", "desk", "有异味", 112),
        Case(7.9, "caesar", "salad_clean_top", "不新鲜", 102, answer_min=160, score=2),
    )  # fmt: skip


def _foreign() -> tuple[Case, ...]:
    return (
        Case(22.1, "caesar", "salad_hair", "吃到一根头发", 113, score=4),
        Case(20.9, "salmon", "salad_insect", "里面有虫子", 114, answer_min=20, score=5),
        Case(17.5, "chicken", "salad_glass", "有碎玻璃，嘴唇划破流血了", 115, answer_min=18,
             score=4),
        Case(16.1, "brisket", "bento_metal", "咬到一段钢丝，牙龈出血", 116, answer_min=78, score=2),
        Case(13.4, "teriyaki", "bento_plastic", "有一块塑料片", 117, draw="blind", score=4),
        Case(10.7, "kungpao", "bento_stone", "米饭里有小石子", 118, answer_min=45, score=5),
        Case(9.1, "caesar", "salad_paper", "标签纸掉在沙拉里", 119, answer_min=55, score=3),
        Case(6.2, "chicken", "salad_hair", "A long hair in the salad", 120, draw="blind", score=5),
    )  # fmt: skip


def _short() -> tuple[Case, ...]:
    return (
        Case(21.2, "caesar", "salad_portion_60", "只有半盒", 121, score=4),
        Case(18.9, "brisket", "bento_portion_50", "一格是空的", 122, score=4),
        Case(14.8, "caesar", "salad_portion_35", "分量少得离谱", 123, score=5),
        Case(12.2, "teriyaki", "bento_portion_50", "饭只有一半", 103, score=3),
        Case(8.9, "chicken", "salad_portion_full", "感觉比上次少", 124, answer_min=85, score=2),
    )  # fmt: skip


def _late() -> tuple[Case, ...]:
    hours = (23.6, 22.9, 21.9, 19.9, 18.5, 17.1, 15.2, 13.8, 11.9, 9.4, 6.8, 3.1)
    customers = (125, 126, 127, 128, 125, 129, 130, 125, 131, 125, 132, 133)
    scores = (5, 4, 5, 3, 5, 4, 0, 4, 5, 2, 5, 4)
    meals = ("kungpao", "caesar", "brisket", "teriyaki")
    own = tuple(
        Case(ago, meals[n % 4], DELIVERY, "等了一个多小时", customer, score=scores[n],
             draw="audit" if n in (1, 5, 8) else "", wrong=n == 5, unanswered=n == 6)
        for n, (ago, customer) in enumerate(zip(hours, customers, strict=True))
    )  # fmt: skip
    partner = tuple(
        Case(ago, meals[n % 4], DELIVERY, "配送太慢了", 201 + n, score=(5, 4, 0)[n % 3],
             shop=PARTNER_NAME)
        for n, ago in enumerate((22.3, 18.7, 14.4, 10.2, 5.7, 0.6))
    )  # fmt: skip
    return own + partner


def _warm_batch() -> tuple[Case, ...]:
    return (
        Case(5.4, "salmon", "salad_brown_severe", "送到时是温的，叶子软了", 134, _WARM, 11.5,
             answer_min=30, score=3),
        Case(4.6, "salmon", "salad_slimy_severe", "摸上去不凉，出水", 135, _WARM, 12.0, score=4),
        Case(3.8, "salmon", "salad_mould", "有霉点，而且是温的", 136, _WARM, 13.5, answer_min=35),
        Case(2.9, "salmon", "salad_brown_minor", "颜色不对", 137, _WARM, 10.5, answer_min=50),
    )  # fmt: skip


def _waiting() -> tuple[Case, ...]:
    """Claims that nobody has answered when the day ends, one of them too late already."""
    return (
        Case(2.4, "beef", "bento_clean_walnut", "肉有点酸", 138, answer_min=600),
        Case(1.6, "caesar", "salad_slimy_severe", "叶子黏黏的", 139, answer_min=600),
        Case(1.4, "kungpao", "bento_stone", "硌到牙了", 140, answer_min=600),
        Case(1.2, "salmon", "salad_brown_severe", "黑了一大片", 141, answer_min=600, draw="blind"),
        Case(1.0, "teriyaki", "bento_plastic", "塑料绳", 142, answer_min=600),
        Case(0.9, "salmon", "salad_mould", "刚打开就有霉", 143, _WARM, 12.5, answer_min=600),
        Case(0.7, "brisket", "bento_portion_50", "少一格菜", 144, answer_min=600),
        Case(0.5, "chicken", "salad_dark", "你们看看这个", 145),
        Case(0.35, "caesar", "salad_glass", "沙拉里有玻璃，孩子的嘴划破了", 146, answer_min=600),
        Case(0.2, "chicken", "salad_paper", "有纸", 147, answer_min=600),
    )  # fmt: skip
