import re
from pathlib import Path

import pytest
import yaml

from faq.formats import yaml as reader
from faq.formats.yaml_writer import dump
from faq.loading.loader import load
from faq.model import Entry, Knowledge
from tests.faq.folders import entry, problems_of, written


@pytest.fixture(params=["CBaseLoader", "BaseLoader"], autouse=True)
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where libyaml is missing, the parser in Python takes over, and nobody sees a difference."""
    monkeypatch.setattr(reader, "PARSER", getattr(yaml, request.param))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("category: a: b", "a ': ' in the middle of a text; put the text in \"quotes\": \"a: b\""),
        ("category: @home", 'a text that begins with a special character; put the text in "quotes"'),
        ("category: [a, b", "a '[' whose list goes wrong; separate items by ',' and close it with ']'"),
        ('category: "a', "a quote that is never closed; close it, or leave both out"),
        ('category: "a\\q"', "a '\\' that means nothing; write '\\\\' for it"),
        ("category", "a line without ': '; write 'key: value', or indent it as text"),
        ("category\uff1a 働き方", "a full-width '\uff1a' after a key; write an ordinary ':' and a space"),
        ("category: - a", "a '- ' where no list item can stand; begin a new line with it"),
        ("\tcategory: a", "a tab at the beginning of the line; indent with spaces"),
        ("? [a]\n    : b", 'a key that is a list or a mapping; put the text in "quotes"'),
        ("category: *x", "a text that begins with '*'; put the text in \"quotes\""),
        ("category: &x a", "a text that begins with '&'; put the text in \"quotes\""),
        ("category: !x a", "a text that begins with '!'; put the text in \"quotes\""),
        ("question: again", "the key 'question' is already used on line 3; keep one of the two"),
        ("category:", "'category' has no value; write one, or remove the line"),
        ("related: [a, ~]", "item 2 of 'related' should be text, but is empty; write the text"),
    ],
)  # fmt: skip
def test_a_slip_of_yaml_is_put_in_words_and_hides_no_other(tmp_path: Path, line: str, message: str) -> None:
    text = "entries:\n" + entry("a", line, "review_by: 2027-03-31") + entry("b", "as_of: never")
    first, second = problems_of(tmp_path, a__yaml=text)
    assert re.fullmatch(rf"a\.yaml:5(:\d+)?: error: {re.escape(message)}", first)
    assert second.endswith("'as_of' is 'never', which is no date; write a real day as YYYY-MM-DD")


def test_a_broken_part_of_a_file_hides_nothing_above_or_below_it(tmp_path: Path) -> None:
    broken = entry("b").replace("- id", "-id")
    text = 'source: "x\nentries:\n' + entry("a", "as_of: never") + broken + entry("c", "as_of: never")
    assert [each.split(";")[0] for each in problems_of(tmp_path, a__yaml=text + 'lexicon: "x\n')] == [
        "a.yaml:1: error: a quote that is never closed",
        "a.yaml:6: error: 'as_of' is 'never', which is no date",
        "a.yaml:7: error: a '-' without a space after it",
        "a.yaml:13: error: 'as_of' is 'never', which is no date",
        "a.yaml:14: error: a quote that is never closed",
    ]
    assert len(problems_of(tmp_path, a__yaml="entries: x: y\n" + entry("a"))) == 1


@pytest.mark.parametrize(
    "text", ["[" * 20_000, "- " * 20_000, "{a: " * 20_000, "a:\n" + "  - - [[[[[[[[[[[[[[[[["]
)
def test_depth_is_refused_before_it_can_end_the_process(tmp_path: Path, text: str) -> None:
    """Composing nodes of this text with libyaml is a segmentation fault."""
    found = problems_of(tmp_path, a__yaml=text)
    assert any("too many levels of nesting" in problem for problem in found)


@pytest.mark.parametrize(
    "above",
    [
        *(
            f"entries:\n  - id: a\n    {field}: "
            for field in ("question", "answer", "category", "speaker", "owner")
        ),
        "entries:\n  - id: a\n    also_asked:\n      - ",
        "expectations:\n  - gold: []\n    q: ",
    ],
)
def test_a_sign_that_cuts_a_text_off_is_told_with_line_and_column(tmp_path: Path, above: str) -> None:
    """窓口は #人事 チャンネルです used to arrive as 窓口は, in silence."""
    line, column = above.count("\n") + 1, len(above.splitlines()[-1]) + len("窓口は #")
    (found,) = (
        each for each in problems_of(tmp_path, a__yaml=f"{above}窓口は #人事 チャンネルです\n") if "#" in each
    )
    assert found.startswith(f"a.yaml:{line}:{column}: error: what follows ' #' ('#人事 チャンネルです')")
    assert 'quotes: "窓口は #人事 チャンネルです"' in found


JOINED = (
    "warning: joining the lines puts a blank into the text ('週に 2日'); write 'key: |' and begin the text on"
)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["category: 週に", "  2日"], f"5:16: {JOINED}"),
        (["category: >", "  週に", "  2日"], f"6:8: {JOINED}"),
        (['category: "週に', '  2日"'], f"5:17: {JOINED}"),
        (["category: |", "  週に", "  2日"], None),
        (["category: How often", "  can I"], None),
        (['category: "a\tb"'], "5:17: warning: a tab inside the text"),
        (["category: |", "  a", "  b\tc"], "7:8: warning: a tab inside the text"),
        (["category: 働き方 # 人事"], "5:19: warning: what follows ' #'"),
        (["category: 働き方  # 見出し", "as_of: 2025-02-18 # 確かめた日", "# メモ"], None),
        (["category: 受付は: 何時"],
         "5:18: error: a ': ' in the middle of a text; put the text in \"quotes\": \"受付は: 何時\""),
        (["also_asked:", "  - 一つ", "    - 二つ"],
         ("6: error: a list item that is read as part of the text above it ('一つ - 二つ'); "
          'give all items the same indent, or put the text in "quotes"')),
        (["\u3000category: b"], "5: error: a full-width space at the beginning"),
    ],
)  # fmt: skip
def test_what_yaml_changes_in_a_text_is_told_where_it_stands(
    tmp_path: Path, lines: list[str], told: str | None
) -> None:
    found = problems_of(tmp_path, a__yaml="entries:  # 質問\n" + entry("a", *lines))
    assert [each.startswith(f"a.yaml:{told}") for each in found] == [True] * bool(told), found


@pytest.mark.parametrize("answer", ["次のとおりです。\n  1. 書類\n  2. 面接", "一\n\n    二\n三"])
def test_an_answer_with_indented_lines_is_written_as_a_block(tmp_path: Path, answer: str) -> None:
    made = Knowledge(entries=(Entry(id="a", question="q", answer=answer),))
    text = dump(made)
    assert "answer: |" in text
    assert "\\n" not in text
    assert load(written(tmp_path, a__yaml=text)) == made
