"""The structure of the code: imports run one way, modules and classes have a limited size."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.crawling import ROOT

MOST_LINES = {"module": 350, "class": 250}
MOST_LOOSE = 8


class Imports(ast.NodeVisitor):
    """Collects the modules that a module imports when it is run, not those for types only."""

    def __init__(self, modules: dict[str, Path]) -> None:
        self.modules = modules
        self.found: set[str] = set()

    def visit_If(self, node: ast.If) -> None:
        if not (isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"):
            self.generic_visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            inside = f"{node.module}.{alias.name}"
            self.found.add(inside if inside in self.modules else str(node.module))

    def visit_Import(self, node: ast.Import) -> None:
        self.found.update(alias.name for alias in node.names)


def modules_of(package: str) -> dict[str, Path]:
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in (ROOT / package).rglob("*.py")
    }


def graph_of(package: str) -> dict[str, set[str]]:
    modules, graph = modules_of(package), {}
    for name, path in modules.items():
        imports = Imports(modules)
        imports.visit(ast.parse(path.read_text("utf-8")))
        graph[name] = {found for found in imports.found if found in modules and found != name}
    return graph


def is_one_way(graph: dict[str, set[str]]) -> bool:
    """Whether the graph has no circle; one that has raises ``CycleError``, which names it."""
    return len(list(TopologicalSorter(graph).static_order())) == len(graph) > 1


@pytest.mark.parametrize("package", ["kznews", "replica"])
def test_no_module_is_imported_by_what_it_imports(package: str) -> None:
    assert is_one_way(graph_of(package))


def test_no_folder_is_imported_by_what_it_imports() -> None:
    folders: dict[str, set[str]] = defaultdict(set)
    for name, imported in graph_of("kznews").items():
        own = name.split(".")[1:2]
        others = {found.split(".")[1] for found in imported if "." in found}
        folders[own[0] if own else "kznews"] |= others - set(own)
    assert is_one_way(folders)


def lengths(path: Path) -> Iterator[tuple[str, str, int]]:
    text = path.read_text("utf-8")
    yield "module", path.name, len(text.splitlines())
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            yield "class", node.name, (node.end_lineno or 0) - node.lineno + 1


def test_no_module_or_class_is_too_long_to_read() -> None:
    found = [each for path in modules_of("kznews").values() for each in lengths(path)]
    assert [each for each in found if each[2] > MOST_LINES[each[0]]] == []
    assert len(list((ROOT / "kznews").glob("*.py"))) <= MOST_LOOSE
