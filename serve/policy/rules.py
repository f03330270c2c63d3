"""A policy: its text, its version and hash, its typed tables and its words."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import cast

from pydantic import ValidationError

from model.canonical import hash_text
from model.errors import InvalidInput
from model.severity import GradeRules
from serve.policy.table import (
    Compensation,
    PolicyTable,
    Problem,
    Severity,
    Wording,
    find_gaps,
)

_SINCE = {
    "capped_by_policy": Wording(zh="单笔赔付上限{yuan}元", en="At most {yuan} yuan for one claim"),
    "urgent_words": Wording(zh="您提到身体不适或受伤", en="You speak of harm to a person"),
    "below_certificate": Wording(zh="金额较高，由人工审核", en="The amount calls for an agent"),
    "photo_used_before": Wording(
        zh="照片曾用于其他订单，由人工核实",
        en="A photo was used for another order before: an agent checks",
    ),
}
"""Words for reasons that came after the first policies: claims under those are decided still."""


class Policy:
    """A policy with its text: the table, the rules of grading, version and hash."""

    def __init__(self, text: str) -> None:
        try:
            self.table = PolicyTable.model_validate(tomllib.loads(text))
        except (tomllib.TOMLDecodeError, ValidationError) as error:
            raise _refuse(_list_mistakes(error)) from error
        # A rule that grading needs is missed when the file is read, not when a claim comes in.
        self.grade_rules = GradeRules.from_table(self.table.grades)
        self.text = text
        self.sha256 = hash_text(text)
        self.version = self.table.version

    def explain(self, code: str, **values: int | str | Wording) -> dict[str, str]:
        """Returns a reason as code, Chinese text and English text.

        Args:
            code: a key of the policy's `[wording.reasons]`.
            values: what its placeholders stand for; a wording is put in in each language.
        """
        wording = self.table.wording.reasons.get(code) or _SINCE[code]
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

    def compensation(
        self, problem: str, severity: str, shop: str | None = None, product: str | None = None
    ) -> Compensation | None:
        """Returns what the policy gives for a problem of that grade; None where it has no entry."""
        table = self.table.compensations(shop, product)
        return table.get(cast(Problem, problem), {}).get(cast(Severity, severity))


def _list_mistakes(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return str(error).rstrip(".")
    return "; ".join(
        f"{'.'.join(map(str, why['loc'])) or 'the whole'}: "
        + why["msg"].removeprefix("Value error, ").rstrip(".")
        for why in error.errors()
    )


def read_policy(path: Path) -> Policy:
    """Reads a policy file that is to be published.

    Raises:
        InvalidInput: the file is missing, or is no policy.
    """
    try:
        policy = Policy(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            "A policy is a text file in UTF-8",
            str(error),
            "Give the path of one; the service starts with that in FRESHCLAIM_POLICY_FILE",
            code="no_policy",
        ) from error
    if gaps := find_gaps(policy.table):
        raise _refuse("; ".join(gaps))
    return policy


def _refuse(mistakes: str) -> InvalidInput:
    return InvalidInput(
        "A policy file has every table and value that a policy needs",
        f"a file with mistakes: {mistakes}",
        "Compare it with the policy.toml that ships",
        code="invalid_policy",
    )
