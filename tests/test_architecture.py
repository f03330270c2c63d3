"""Holds the house to its plan: where imports point, what happens at import, how big rooms are."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("model", "serve", "training")
MAY_IMPORT = {"model": {"model"}, "serve": {"serve", "model"}, "training": {"training", "model"}}
TRAIN_ONLY = {"torch", "torchvision", "timm", "onnx", "scipy", "tqdm", "training"}
TORCH_ROOMS = {"model.network"}
DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
DISTRIBUTION_OF = {
    "PIL": "pillow",
    "argon2": "argon2-cffi",
    "cv2": "opencv-python-headless",
    "jinja2": "flask",  # Flask is these two, put together
    "werkzeug": "flask",
}
MAX_FILE_LINES, MAX_FUNCTION_LINES = 300, 50

CLOSED_ROOMS = {"models", "views", "templates"}
"""Rooms of a subject that no other subject enters: its tables and its HTTP."""

HARMLESS_AT_IMPORT = {
    "APIBlueprint",  # routes are collected here and bound by the application factory
    "Blueprint",
    "Counter",  # metrics, counted in this process
    "Gauge",
    "Histogram",
    "Field",  # constraints of a type
    "StringConstraints",
    "TypeAdapter",
    "ParamSpec",
    "TypeVar",
    "RetryStrategy",  # a value
    "MetaData",
    "MappingProxyType",
    "Path",
    "Path(__file__).resolve",
    "click.Path",
    "frozenset",
    "range",
    "tuple",
    "logging.getLogger",
    "np.array",
    "re.compile",
    "struct.Struct",
    "timedelta",
}
"""Calls that only make a value. Calls of the project's own classes are judged by their name: a
capital (or an underscore and a capital) makes a value."""

OWN_VALUE = re.compile(r"_?[A-Z]\w*")


@cache
def _modules() -> dict[str, ast.Module]:
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = ast.parse(path.read_text("utf-8"), str(path))
    return found


def _sources() -> list[Path]:
    folders = (*PACKAGES, "datasets", "tests")
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def _resolve(node: ast.stmt) -> Iterator[str]:
    """Names what an import statement imports; `from a import b` is a.b where that is a module."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            full = f"{node.module}.{alias.name}"
            yield full if full in _modules() else str(node.module)


def _imports(module: str) -> set[str]:
    nodes = ast.walk(_modules()[module])
    return {name for node in nodes if isinstance(node, ast.stmt) for name in _resolve(node)}


def _imports_at_import(module: str) -> set[str]:
    """What is imported when the module is: neither within functions nor for type checking."""
    nodes = [node for node in _modules()[module].body if not _for_types(node)]
    return {name for node in nodes for name in _resolve(node)}


def _for_types(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def _is_test_of_main(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)


def test_the_house_stands() -> None:
    assert {name.split(".")[0] for name in _modules()} == set(PACKAGES)
    assert len(_modules()) > 30


def test_arrows_point_at_the_model() -> None:
    backwards = [
        f"{module} -> {name}"
        for module in _modules()
        for name in _imports(module)
        if (top := name.split(".")[0]) in PACKAGES and top not in MAY_IMPORT[module.split(".")[0]]
    ]
    assert not backwards, "\n".join(backwards)


def test_only_training_and_the_network_know_torch() -> None:
    strangers = [
        f"{module} -> {name}"
        for module in _modules()
        if not module.startswith("training") and module not in TORCH_ROOMS
        for name in _imports(module)
        if name.split(".")[0] in TRAIN_ONLY or name in TORCH_ROOMS
    ]
    assert not strangers, "\n".join(strangers)


def test_no_module_imports_itself_round_a_corner() -> None:
    graph = {module: _imports_at_import(module) & set(_modules()) for module in _modules()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_subjects_leave_each_others_tables_alone() -> None:
    intrusions = []
    for module in _modules():
        parts = module.split(".")
        if parts[0] != "serve" or len(parts) < 3:
            continue
        named = {n for node in _modules()[module].body if _for_types(node) for n in _names(node)}
        for name in _imports(module) - named:
            target = name.split(".")
            if target[0] == "serve" and len(target) > 2 and target[1] != parts[1]:
                intrusions += [f"{module} -> {name}"] if target[2] in CLOSED_ROOMS else []
    assert not intrusions, "\n".join(intrusions)


def _names(node: ast.stmt) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.stmt):
            yield from _resolve(inner)


def test_no_module_acts_at_import() -> None:
    acting = []
    for module, tree in _modules().items():
        if module.startswith("serve.migrations"):
            continue  # run by Alembic, which works by importing them
        for node in tree.body:
            if isinstance(node, DEFINITIONS) or _is_test_of_main(node):
                continue
            acting += [f"{module}:{node.lineno} {what}" for what in _acts(node)]
    assert not acting, "\n".join(acting)


def _acts(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.For | ast.While | ast.With | ast.Delete):
        yield type(node).__name__
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            called = ast.unparse(inner.func)
            on_literal = re.match(r"""_?[A-Z_]+\.(items|keys|values|index)$|b?['"]""", called)
            if (
                called not in HARMLESS_AT_IMPORT
                and not OWN_VALUE.fullmatch(called)
                and not on_literal
            ):
                yield called
        elif isinstance(inner, ast.Attribute) and inner.attr in ("environ", "argv"):
            yield ast.unparse(inner)


def test_serving_imports_without_what_only_training_needs() -> None:
    """Every room of the service and the model opens on a machine with requirements/serve.txt."""
    rooms = sorted(
        module
        for module in _modules()
        if not module.startswith(("training", "serve.migrations")) and module not in TORCH_ROOMS
    )
    code = (
        "import importlib, sys\n"
        f"for name in {sorted(TRAIN_ONLY)}: sys.modules[name] = None\n"
        f"for name in {rooms}: importlib.import_module(name)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


def test_files_are_small() -> None:
    big = {
        str(path.relative_to(ROOT)): lines
        for path in _sources()
        if (lines := len(path.read_text("utf-8").splitlines())) > MAX_FILE_LINES
    }
    assert not big, big


def test_functions_are_small() -> None:
    big = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": lines
        for path in _sources()
        if "migrations" not in path.parts  # a list of tables, written once and never edited
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > MAX_FUNCTION_LINES
    }
    assert not big, big


def test_every_dependency_is_declared_where_it_is_used() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    base = {_distribution(line) for line in project["dependencies"]}
    train = base | {_distribution(line) for line in project["optional-dependencies"]["train"]}
    undeclared = [
        f"{module} -> {name}"
        for module in _modules()
        for name in {full.split(".")[0] for full in _imports(module)}
        if name not in sys.stdlib_module_names
        and name not in PACKAGES
        and DISTRIBUTION_OF.get(name, name.replace("_", "-"))
        not in (train if module.startswith("training") or module in TORCH_ROOMS else base)
    ]
    assert not undeclared, "\n".join(undeclared)


def _distribution(requirement: str) -> str:
    return re.split(r"[\[<>=!~ ]", requirement)[0]
