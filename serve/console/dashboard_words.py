"""How the dashboard words figures; one that cannot be told is a dash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from serve.pages.rendering import format_yuan

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400


class Words:
    """Words figures with the texts of one language."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def duration(self, seconds: float | None) -> str:
        """Words a time span by its two largest units."""
        if seconds is None:
            return self._texts["no_figure"]
        whole = round(seconds)
        parts = {
            "d": whole // _DAY_S,
            "h": whole % _DAY_S // _HOUR_S,
            "min": whole % _HOUR_S // _MINUTE_S,
            "s": whole % _MINUTE_S,
        }
        largest = next((unit for unit in ("d", "h", "min") if parts[unit]), "s")
        return self._texts[f"duration_{largest}"].format(**parts)

    def share(self, share: float | None) -> str:
        """Words a share as percent."""
        return self._texts["no_figure"] if share is None else f"{share:.1%}"

    def mean(self, mean: float | None) -> str:
        return self._texts["no_figure"] if mean is None else f"{mean:.2f}"

    def part(self, part: int, whole: int) -> str:
        """Words what a share rests on."""
        return self._texts["of_claims"].format(part=f"{part:,}", whole=f"{whole:,}")

    def yuan(self, amount_fen: int) -> str:
        return format_yuan(amount_fen)

    def yuans(self, amounts_fen: Iterable[int]) -> list[str]:
        return [format_yuan(amount_fen) for amount_fen in amounts_fen]

    def name(self, prefix: str, code: object) -> str:
        """Returns the text of a code; the code itself where it has none."""
        return self._texts.get(f"{prefix}_{code}", str(code))
