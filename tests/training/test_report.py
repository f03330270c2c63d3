"""The page that an evaluation writes."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from tests.model.conftest import PLAIN
from tests.training.whole_figures import list_cases, make_figures
from training.report import write_report
from training.targets import TARGETS
from training.worst import find_errors


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("report") / "report.html"
    jpeg = cv2.imencode(".jpg", np.full((20, 40, 3), 90, np.uint8))[1].tobytes()
    measured = [replace(m, thumbnail=jpeg) for m in list_cases()]
    write_report(make_figures(), measured, PLAIN, path)
    return path.read_text("utf-8")


def test_the_targets_come_first_and_each_says_whether_it_is_reached(page: str) -> None:
    top = page[: page.index("<h2>Real photos")]
    assert "<h2>Targets" in top
    for target in TARGETS:
        assert target.what in top
    assert top.count("<td class=yes>") + top.count("<td class=no>") == len(TARGETS)


def test_real_photos_and_composites_have_sections_of_their_own(page: str) -> None:
    real = page[page.index("<h2>Real photos") : page.index("<h2>Composites")]
    assert "Foreign object" not in real
    assert "<h3>Clean" in real


def test_rows_that_are_alike_make_one_table(page: str) -> None:
    kinds = page[page.index("<h3>Foreign object found") :]
    kinds = kinds[: kinds.index("</table><p>kinds") + 900]
    assert "unseen: key" in kinds
    assert "<th class=number>found at 5 percent clean flagged" in kinds


def test_pictures_of_errors_have_captions_that_say_what_was_said(page: str) -> None:
    errors = page[page.index("<h2>Worst errors") :]
    assert "data:image/jpeg;base64" in errors
    assert "Foreign object missed: kinds never trained on, composites" in errors
    assert "1 of 4" in errors
    assert "unseen: key – said 27%" in errors


def test_errors_are_the_surest_mistakes_of_their_sort() -> None:
    sorts = {errors.title: errors for errors in find_errors(list_cases(), PLAIN)}
    missed = sorts["Foreign object missed: known kinds, composites"]
    assert (missed.looked_at, len(missed.wrong)) == (10, 10)
    assert sorts["Foreign object missed: hair, composites"].wrong == []
    assert len(sorts["Spoilage missed: composites"].wrong) == 1
    assert len(sorts["Spoiled share off by more than 10 points: composites"].wrong) == 1
    graded = sorts["Clean meal graded moderate or worse: real photos"]
    assert [said for said, _ in graded.wrong] == ["graded severe"]
    falsely = sorts["Spoilage falsely seen: real photos"].wrong
    assert [m.case.slice for _, m in falsely] == ["fresh/coffee"]


def test_no_sort_of_error_holds_both_real_photos_and_composites() -> None:
    for errors in find_errors(list_cases(), PLAIN):
        composite = {m.case.composite for _, m in errors.wrong}
        assert len(composite) < 2
        assert composite <= {"composites" in errors.title}
