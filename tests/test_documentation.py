"""Holds the documents to what is there: files, make targets, commands."""

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from serve.commands import main

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(
    page
    for pattern in ("*.md", "docs/**/*.md", "datasets/*/card.md", "model/**/*.md")
    for page in ROOT.glob(pattern)
)
TEXTS = {str(page.relative_to(ROOT)): page.read_text("utf-8") for page in PAGES}
LINK = re.compile(r"\]\(([^)\s#]+)[^)]*\)|(?:src|href)=\"([^\"#]+)")
COMMAND = re.compile(r"python -m (model|serve|training) ([a-z]+)")
COMMANDS = sorted(
    {
        match
        for text in (*TEXTS.values(), (ROOT / "Makefile").read_text("utf-8"))
        for match in COMMAND.findall(text)
    }
)


@pytest.mark.parametrize("page", TEXTS)
def test_links_resolve(page: str) -> None:
    targets = [a or b for a, b in LINK.findall(TEXTS[page])]
    local = [t for t in targets if not re.match(r"[a-z]+:", t)]
    assert not [t for t in local if not (ROOT / page).parent.joinpath(t).exists()]


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        target for text in TEXTS.values() for target in re.findall(r"[`\n]make ([a-z]+)", text)
    }
    assert {"serve", "test"} <= named <= targets


def test_make_help_tells_every_target() -> None:
    ran = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    phony = re.findall(r"^\.PHONY: (.*)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"make ([a-z]+)", ran.stdout)) == set(" ".join(phony).split())


def test_readme_opens_with_its_two_commands() -> None:
    top = TEXTS["README.md"][:1000]
    assert top.index("make serve") < top.index("make test")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_named_commands_explain_themselves(command: tuple[str, str]) -> None:
    package, name = command
    ran = subprocess.run(
        [sys.executable, "-m", package, name, "--help"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert len(ran.stdout.split()) > 10


def _list_commands(group: click.Group = main) -> dict[str, click.Command]:
    context = click.Context(group)
    found: dict[str, click.Command] = {}
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        found[name] = command
        if isinstance(command, click.Group):
            inner = _list_commands(command)
            found.update({f"{name} {sub}": inner[sub] for sub in inner})
    return found


@pytest.mark.parametrize("name", _list_commands())
def test_service_commands_have_help_for_every_option(name: str) -> None:
    command = _list_commands()[name]
    assert command.help
    options = [p for p in command.params if isinstance(p, click.Option)]
    assert not [option.name for option in options if not option.help]


@pytest.mark.parametrize("name", ["worker", "user", "demo", "export"])
def test_service_has_the_promised_commands(name: str) -> None:
    assert name in _list_commands()
