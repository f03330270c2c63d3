"""The policy as typed data, read from `policy.toml` and checked as a whole."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from model.errors import InvalidInput
from model.severity import GradeRules
from serve.canonical import hash_text

SEVERITIES = ("none", "minor", "moderate", "severe")
PHOTO_PROBLEMS = ("spoilage", "foreign_object", "portion")
REASONS = (*PHOTO_PROBLEMS, "delivery", "other")
"""What a customer can pick. Delivery is judged by order facts, the others by photos."""

Severity = Literal["minor", "moderate", "severe"]
Problem = Literal["spoilage", "foreign_object", "portion", "delivery"]
Fraction = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[int, Field(gt=0)]
Fen = Annotated[int, Field(ge=0)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Compensation(_Table):
    """Percent of the price paid, and what comes on top."""

    percent: Annotated[int, Field(ge=0, le=100)]
    extras: tuple[str, ...] = ()


class Delivery(_Table):
    moderate_late_s: Seconds


class ZeroMaterial(_Table):
    limit_fen: Fen
    window_s: Seconds
    max_claims: Annotated[int, Field(ge=0)]
    max_amount_fen: Fen


class Certificate(_Table):
    max_wrong_fraction: Fraction
    confidence: Fraction


class Audit(_Table):
    propensity: Fraction
    blind_propensity: Fraction


class Clocks(_Table):
    acknowledged_s: Seconds
    first_answer_s: Seconds
    food_safety_s: Seconds
    verified_s: Seconds
    resolved_s: Seconds
    follow_up_s: Seconds


class Wording(_Table):
    zh: str
    en: str


class Vocabulary(_Table):
    problems: dict[str, Wording]
    severities: dict[str, Wording]
    extras: dict[str, Wording]
    reasons: dict[str, Wording]


class PolicyTable(_Table):
    """The content of `policy.toml`."""

    version: Annotated[str, Field(min_length=1)]
    effective_from: datetime
    currency: Literal["CNY"]
    grades: dict[str, dict[str, Any]]
    delivery: Delivery
    compensation: dict[Problem, dict[Severity, Compensation]]
    zero_material: ZeroMaterial
    certificate: Certificate
    audit: Audit
    clocks: Clocks
    wording: Vocabulary

    @model_validator(mode="after")
    def _check_whole(self) -> Self:
        for problem, grades in self.compensation.items():
            percents = [grades[grade].percent for grade in grades_in_order(grades)]
            if percents != sorted(percents):
                raise ValueError(f"{problem}: a more severe grade never pays less, got {percents}")
            for grade, compensation in grades.items():
                missing = set(compensation.extras) - set(self.wording.extras)
                if missing:
                    raise ValueError(f"{problem}.{grade}: no wording for extras {missing}")
        return self


class Policy:
    """A policy with its text: the table, the rules of grading, version and hash."""

    def __init__(self, text: str) -> None:
        try:
            self.table = PolicyTable.model_validate(tomllib.loads(text))
        except (tomllib.TOMLDecodeError, ValidationError) as error:
            raise InvalidInput(
                "A policy file has every table and value that a policy needs",
                f"a file with mistakes: {_list_mistakes(error)}",
                "Compare it with the policy.toml that ships",
                code="invalid_policy",
            ) from error
        self.text = text
        self.sha256 = hash_text(text)
        self.version = self.table.version

    @cached_property
    def grade_rules(self) -> GradeRules:
        """The thresholds from evidence to a grade."""
        return GradeRules.from_table(self.table.grades)

    def explain(self, code: str, **values: int | Wording) -> dict[str, str]:
        """Returns a reason as code, Chinese text and English text.

        Args:
            code: a key of the policy's `[wording.reasons]`.
            values: what its placeholders stand for; a wording is put in in each language.
        """
        wording = self.table.wording.reasons[code]
        texts = {
            language: getattr(wording, language).format(
                **{
                    name: getattr(value, language) if isinstance(value, Wording) else value
                    for name, value in values.items()
                }
            )
            for language in ("zh", "en")
        }
        return {"code": code, **texts}

    def compensation(self, problem: str, severity: str) -> Compensation | None:
        """Returns what the policy gives for a problem of that grade; None where it has no entry."""
        table: Mapping[str, Mapping[str, Compensation]] = self.table.compensation  # type: ignore[assignment]
        return table.get(problem, {}).get(severity)


def _list_mistakes(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return str(error).rstrip(".")
    return "; ".join(
        f"{'.'.join(map(str, why['loc'])) or 'the whole'}: "
        + why["msg"].removeprefix("Value error, ").rstrip(".")
        for why in error.errors()
    )


def grades_in_order(grades: dict[Severity, Compensation]) -> list[Severity]:
    """Returns the grades that have an entry, mildest first."""
    return sorted(grades, key=SEVERITIES.index)


def read_policy(path: Path) -> Policy:
    """Reads a policy file.

    Raises:
        InvalidInput: the file is missing, or is no policy.
    """
    try:
        return Policy(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInput(
            "The service starts with a policy file that it can read",
            str(error),
            "Set FRESHCLAIM_POLICY_FILE to the path of one",
            code="no_policy",
        ) from error
