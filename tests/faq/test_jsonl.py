from pathlib import Path

import pytest

from faq.loading.loader import load
from tests.faq.folders import problems_of, written


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('["a"]', 'not an object; write {"id": "…", "question": "…", "answer": "…"}'),
        ('{"id": "a"',
         ("not JSON (Expecting ',' delimiter, column 11); "
          'write one object a line, as {"id": "…", "question": "…"}')),
        ('{"id": "a", "id": "b", "question": "q", "answer": "a"}',
         "the key 'id' is used more than once; keep one of them"),
        ('{"id": NaN}', "a number that cannot be read (NaN); write a whole number"),
        ("[" * 100_000, "too many levels of nesting; see the README for the form"),
        ('{"id": "a", "question": "\\ud800", "answer": "a"}',
         "'question' holds half a character; type the text again"),
        ('{"id": "a", "question": 5, "answer": "a"}',
         "'question' should be text, but is a number; put it in \"quotes\""),
        ('{"id": "a", "question": "q", "anwser": "a"}', "unknown key 'anwser'; did you mean 'answer'?"),
        ('{"id": "a", "question": "q", "answer": "a", "as_of": 86400}',
         "'as_of' is a number, which is no date; write a real day as YYYY-MM-DD"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named_by_its_number(tmp_path: Path, line: str, message: str) -> None:
    text = '{"id": "x", "question": "q", "answer": "a"}\n\n' + line + "\n"
    assert problems_of(tmp_path, a__jsonl=text) == [f"a.jsonl:3: error: {message}"]


def test_a_line_separator_inside_a_text_ends_no_line(tmp_path: Path) -> None:
    line = '{"id": "a", "question": "a\u2028b\x85c", "answer": "a"}'
    assert load(written(tmp_path, a__jsonl=line)).entries[0].question == "a\u2028b\x85c"
