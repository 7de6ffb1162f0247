"""What HR and admins read is in the language of whoever reads, in both alike; what is not, `tests/bot/cli` tries."""

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from faq.formats.sheets.columns import COLUMNS
from faq.problems import Fault, KnowledgeError, Place, Problem, Severity
from faq.wording import Language, language, problem_kinds

ROOT = Path(__file__).parents[2]
KINDS = sorted(problem_kinds())
ENGLISH = tomllib.loads((ROOT / "faq/english.toml").read_text(encoding="utf-8"))
JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]|[「『・〜].*{")
SURFACES = (
    "cli console output reporting proposals evaluation diagnostics.py serving embeddings slack/admin.py"
)
NOT_TOLD = {  # what stands in the FAQ, is typed, or is asked of the program
    "質問=C,回答=D",
    "このFAQでは何が分かりますか",
    "(回答はこれから書きます)",
    "在宅勤務は週に何日できます",
    "採用試験",
    "採用",
    "です。",
    "か",
    "についてのご質問にお答えします。",
    "ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ\u3099\u309a",
}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_problem_has_both_languages_and_they_name_the_same(kind: str) -> None:
    found = problem_kinds()[kind]
    japanese, english = ("".join(found[language]) for language in ("ja", "en"))
    assert [bool(text) for text in found["ja"]] == [bool(text) for text in found["en"]]
    assert fields(japanese) <= fields(english) | {"number"}
    assert not re.search(r"[ぁ-ん]{3}", english.replace("答えない", ""))


def test_the_catalogue_has_what_the_program_tells_and_nothing_else() -> None:
    code = "\n".join(
        file.read_text(encoding="utf-8")
        for part in ("faq", "index", "bot")
        for file in (ROOT / part).rglob("*.py")
    )
    assert [kind for kind in KINDS if f'"{kind}"' not in code] == []
    told = set(re.findall(r'Fault\.of\(\s*"([\w-]+)"', code)) - {"unknown-key"}
    assert told <= set(KINDS)


def texts(part: Path) -> Iterator[str]:
    """Yield the texts of a module, or of a folder of them, without docstrings; of pages, what their templates word."""
    for file in part.rglob("*.html"):
        yield from re.findall(r'"([^"<>]*)"', file.read_text(encoding="utf-8"))
    for file in [part] if part.is_file() else part.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        said = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
        for each in ast.walk(tree):
            if isinstance(each, ast.Constant) and isinstance(each.value, str) and id(each) not in said:
                yield each.value


def test_every_text_for_hr_and_admins_has_its_english_and_no_other_text_has() -> None:
    parts = (ROOT / "bot" / each for each in SURFACES.split())
    surfaces = {text for part in parts for text in texts(part) if JAPANESE.search(text)}
    assert surfaces - ENGLISH.keys() - NOT_TOLD == set()
    everything = {text for part in ("faq", "index", "bot") for text in texts(ROOT / part)}
    everything |= {name for names in COLUMNS.values() for name in names.values()}
    assert ENGLISH.keys() - everything == set()


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, Language.JAPANESE),
        ({"LANG": "C.UTF-8"}, Language.JAPANESE),
        ({"LANG": "en_US.UTF-8"}, Language.ENGLISH),
        ({"LANG": "en_US.UTF-8", "FAQ_LANG": "ja"}, Language.JAPANESE),
        ({"LANG": "ja_JP.UTF-8", "FAQ_LANG": "en"}, Language.ENGLISH),
    ],
)
def test_the_language_is_that_of_whoever_reads(
    variables: dict[str, str], expected: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FAQ_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language() == expected


def test_an_error_tells_causes_first_and_counts_what_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    """One file in another encoding gave 201 errors, the true one last, and 48 warnings hid a single error."""
    monkeypatch.setenv("FAQ_LANG", "ja")
    follow = [Problem(Place("a.jsonl", line), Fault.of("no-entry", id="x")) for line in range(1, 201)]
    hidden = Fault.of("row-hidden", cells=("3行",))
    doubts = [Problem(Place("a.yaml", line), hidden, Severity.WARNING) for line in range(1, 49)]
    cause = Problem(Place("b.yaml", 3), Fault.of("other-encoding", guess="CP932 (Shift_JIS)"))
    first, *others = str(KnowledgeError([*follow, *doubts, cause])).splitlines()
    assert first.startswith("b.yaml:3: 間違い: 文字コードがUTF-8ではありません")
    assert others == [
        "上が直ると消える見込みのものが、ほかに200件あります(a.jsonl:1: 「x」という項目はありません など)",
        "ほかに注意が48件あります(`faq check` で一覧)",
    ]
    (many,) = str(KnowledgeError(follow)).splitlines()
    assert many.startswith("a.jsonl:1、a.jsonl:2、a.jsonl:3 ほか197件: 間違い: 「x」という項目はありません")
