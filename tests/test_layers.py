"""Imports point one way: down, or within a family. A new module takes its place here."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "site_builder"

# Lowest first. A layer's families, parted by |, don't know each other.
LAYERS = (
    "errors | hosts | language | light model trace | charmaps | cutter | xml_text",
    "cache | conflicts | depot",
    "numbers folding | slugs addresses"
    " | brackets | encodings | gazetteer | patterns | printed_dates | toml_lines toml_tables | words",
    "affinity assignment | widths marks breaks paragraphs",
    # the stages: read, restore, understand; and then gather
    "settings editor_pages sources"
    " | grids bands band_links band_order columns gutters"
    " flattened quotes cleaning labels pieces headlines bylines cutting repeats stitching claims articles"
    " | mastheads datings subjects metadata"
    " | continuations | readings"
    " | corrections anchoring"
    " | fingerprints ledger matching stamps permalinks",
    "facts withhold chronicle runs gaps holdings workpieces remaking page_facts mending archive",
    "report | reporters",
    "store",
    "listing charts pictures reasons calendars collation data cited citation_files citing sitemap opensearch entries"
    " linked_data meta_tags histories views descriptions feeds contexts indexes reporter_pages chronicle_pages outputs",
    "parts | keyed | render templating | swap tree | pool | inputs seen",
    "records grams shelves literal bundles pagefind shards wordindex search",
    "work",
    "writing",
    "build explain revising glimpse | serve",
    "places fetching sending remote",
    "cli",
    "__main__ | __init__",
)
PLACES = {
    module: (layer, family)
    for layer, families in enumerate(LAYERS)
    for family in families.split(" | ")
    for module in family.split()
}


def imports(module: Path) -> set[str]:
    """The modules of the package that one of them imports, wherever in its text."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "site_builder":
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("site_builder."):
            found.add(str(node.module).split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {name.name.split(".")[1] for name in node.names if name.name.startswith("site_builder.")}
    return found


GRAPH = {module.stem: imports(module) for module in PACKAGE.glob("*.py")}


def test_each_module_has_a_place() -> None:
    assert sorted(GRAPH) == sorted(PLACES)


def test_imports_point_one_way() -> None:
    wrong = [
        f"{module} imports {other}"
        for module, others in sorted(GRAPH.items())
        for other in sorted(others)
        if PLACES[other] != PLACES[module] and PLACES[other][0] >= PLACES[module][0]
    ]
    assert wrong == []
    tuple(TopologicalSorter(GRAPH).static_order())  # raises CycleError, should two of a family import each other


def test_only_cli_prints() -> None:
    printing = {
        module.stem
        for module in PACKAGE.glob("*.py")
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.Name) and node.id == "print"
    }
    assert printing == {"cli"}
