import tomllib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import InvalidInput
from model.reasons import CODES
from model.scores import (
    NO_PORTION,
    ForeignObjectFinding,
    ForeignObjects,
    Portion,
    Scene,
    Scores,
    Spoilage,
)
from model.severity import POLICY_PATH, GradeRules, default_rules, grade

TABLE = tomllib.loads(POLICY_PATH.read_text("utf-8"))["grades"]
RULES = GradeRules.from_table(
    TABLE
    | {
        "spoilage": TABLE["spoilage"] | {"unsure_from": 0.3, "min_probability": 0.5},
        "foreign_object": TABLE["foreign_object"] | {"unsure_from": 0.3, "min_probability": 0.5},
    }
)
FRESH = Spoilage(0.05, 0.0, (0.0, 0.04), 0.01)
CLEAN = ForeignObjects(0.05, ())
FINE = Scores(Scene("salad", 0.9), FRESH, CLEAN, NO_PORTION)


def spoiled(low: float, high: float, probability: float = 0.9, mould: float = 0.0) -> Scores:
    return replace(FINE, spoilage=Spoilage(probability, (low + high) / 2, (low, high), mould))


def with_object(kind: str, probability: float = 0.9, of_picture: float | None = None) -> Scores:
    found = ForeignObjectFinding(kind, probability, (1, 2, 30, 40))
    return replace(FINE, foreign_object=ForeignObjects(of_picture or probability, (found,)))


def short(low: float, value: float, basis: str = "packing_photo") -> Scores:
    return replace(FINE, portion=Portion(value, (low, min(1.0, 2 * value - low)), basis))


def test_nothing_found_is_none_and_says_so() -> None:
    result = grade(FINE, RULES)
    assert result.severity == "none"
    assert [why.code for why in result.reasons] == ["nothing_found"]
    assert result.problems == {"spoilage": "none", "foreign_object": "none", "portion": "none"}


@pytest.mark.parametrize(
    ("low", "high", "severity"),
    [(0.34, 0.5, "severe"), (0.10, 0.33, "moderate"), (0.01, 0.09, "minor")],
)
def test_the_spoiled_area_decides(low: float, high: float, severity: str) -> None:
    result = grade(spoiled(low, high), RULES)
    assert result.severity == severity
    assert result.problems["spoilage"] == severity
    assert result.reasons[0].code == f"spoiled_area_{severity}"


@pytest.mark.parametrize(("low", "high"), [(0.05, 0.15), (0.30, 0.40), (0.05, 0.5)])
def test_an_interval_across_a_limit_carries_no_grade(low: float, high: float) -> None:
    result = grade(spoiled(low, high), RULES)
    assert result.severity == "unknown"
    assert result.reasons[0].code == "spoiled_area_straddles"


@pytest.mark.parametrize(
    ("probability", "severity"), [(0.29, "none"), (0.3, "unknown"), (0.49, "unknown")]
)
def test_between_unsure_and_sure_the_machine_abstains(probability: float, severity: str) -> None:
    assert grade(spoiled(0.5, 0.6, probability), RULES).severity == severity
    assert grade(with_object("hair", probability), RULES).severity == severity


def test_mould_is_severe_however_small() -> None:
    result = grade(spoiled(0.0, 0.02, mould=0.6), RULES)
    assert (result.severity, result.reasons[0].code) == ("severe", "mould")
    harmless = replace(RULES, mould_is_severe=False)
    assert grade(spoiled(0.0, 0.02, mould=0.6), harmless).severity == "minor"


@pytest.mark.parametrize("kind", ["insect", "glass", "metal", "stone", "plastic"])
def test_sharp_and_living_things_are_severe(kind: str) -> None:
    result = grade(with_object(kind), RULES)
    assert (result.severity, result.reasons[0].code) == ("severe", f"foreign_{kind}")


@pytest.mark.parametrize("kind", ["hair", "paper"])
def test_hair_and_paper_are_moderate(kind: str) -> None:
    assert grade(with_object(kind), RULES).severity == "moderate"


def test_an_object_without_a_grade_or_a_sure_place_goes_to_an_agent() -> None:
    assert grade(with_object("other"), RULES).reasons[0].code == "foreign_other"
    unsure = grade(with_object("insect", 0.2, of_picture=0.9), RULES)
    assert (unsure.severity, unsure.reasons[0].code) == ("unknown", "foreign_unsure")


def test_the_worst_sure_object_decides() -> None:
    found = (
        ForeignObjectFinding("hair", 0.95, (0, 0, 9, 9)),
        ForeignObjectFinding("glass", 0.6, (9, 9, 20, 20)),
    )
    scores = replace(FINE, foreign_object=ForeignObjects(0.95, found))
    assert grade(scores, RULES).reasons[0].code == "foreign_glass"


@pytest.mark.parametrize(
    ("low", "value", "severity"),
    [
        (0.31, 0.4, "severe"),
        (0.11, 0.2, "moderate"),
        (0.05, 0.2, "unknown"),
        (0.0, 0.08, "unknown"),
        (0.0, 0.05, "none"),
    ],
)
def test_only_what_is_surely_missing_counts(low: float, value: float, severity: str) -> None:
    for basis in ("packing_photo", "product_record"):
        assert grade(short(low, value, basis), RULES).problems["portion"] == severity


@pytest.mark.parametrize("basis", ["packing_photo", "product_record"])
def test_what_cannot_be_compared_is_unknown_and_not_fine(basis: str) -> None:
    graded = grade(replace(FINE, portion=Portion(None, None, basis)), RULES)
    assert graded.severity == graded.problems["portion"] == "unknown"
    assert [why.code for why in graded.reasons] == ["shortfall_not_comparable"]


def test_one_photo_of_a_container_never_decides() -> None:
    assert grade(short(0.8, 0.9, "container"), RULES).severity == "none"


def test_severe_outranks_unknown_which_outranks_the_rest() -> None:
    def both(foreign: Scores, spoilage: Scores) -> str:
        scores = replace(foreign, spoilage=spoilage.spoilage)
        return grade(scores, RULES).severity

    unknown = spoiled(0.05, 0.15)
    assert both(with_object("glass"), unknown) == "severe"
    assert both(with_object("hair"), unknown) == "unknown"
    assert both(with_object("hair"), spoiled(0.01, 0.05)) == "moderate"


@pytest.mark.parametrize(
    "problem", ["unreadable", "too_small", "too_dark", "too_bright", "blurred", "not_food"]
)
def test_an_unusable_photo_is_unknown_with_its_reason(problem: str) -> None:
    result = grade(Scores(None, None, None, NO_PORTION), RULES, (problem,))
    assert result.severity == "unknown"
    assert [why.code for why in result.reasons] == [f"photo_{problem}"]


def test_a_policy_without_a_threshold_is_refused_by_name() -> None:
    table = {name: dict(rows) for name, rows in TABLE.items()}
    del table["portion"]["severe_shortfall_fraction"]
    with pytest.raises(InvalidInput, match="severe_shortfall_fraction"):
        GradeRules.from_table(table)


def test_the_published_policy_holds_the_table_of_grades() -> None:
    rules = default_rules()
    assert rules.severe_area_fraction == pytest.approx(1 / 3, abs=1e-5)
    assert rules.moderate_area_fraction == 0.1
    assert rules.severe_kinds == {"insect", "glass", "metal", "stone", "plastic"}
    assert rules.moderate_kinds == {"hair", "paper"}


shares = st.floats(0, 1)
ORDER = ["none", "minor", "moderate", "severe"]


@given(shares, shares, shares, shares)
def test_more_spoilage_is_never_graded_lower(
    one: float, other: float, third: float, fourth: float
) -> None:
    (low_a, low_b), (high_a, high_b) = sorted((one, other)), sorted((third, fourth))
    if low_a > high_a or low_b > high_b:
        return
    less, more = (
        grade(spoiled(low, high), RULES).severity
        for low, high in ((low_a, high_a), (low_b, high_b))
    )
    if "unknown" not in (less, more):
        assert ORDER.index(less) <= ORDER.index(more)


@given(shares, shares)
def test_a_higher_lower_bound_never_lowers_the_portion_grade(one: float, other: float) -> None:
    less, more = (
        grade(short(low, max(one, other)), RULES).problems["portion"]
        for low in sorted((one, other))
    )
    if "unknown" not in (less, more):
        assert ORDER.index(less) <= ORDER.index(more)


@given(shares, shares, shares, shares, st.sampled_from(sorted(RULES.severe_kinds | {"other"})))
def test_every_grade_gives_reasons_in_both_languages(
    area: float, width: float, probability: float, mould: float, kind: str
) -> None:
    scores = replace(
        with_object(kind, probability),
        spoilage=Spoilage(probability, area, (area, min(1.0, area + width)), mould),
    )
    result = grade(scores, RULES)
    assert result.reasons
    assert all(why.code in CODES and why.text_en and why.text_zh for why in result.reasons)
