"""What arrives of sheets as offices make them, and what is said of each."""

from pathlib import Path

import pytest

from faq.formats.sheets.columns import chosen_columns
from faq.loading.loader import read
from faq.problems import Severity
from tests.data.sheets.workbooks import SHEETS, Sheet


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_sheet_arrives_as_it_was_meant_or_is_refused_with_what_to_do(
    sheet: Sheet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAQ_LANG", "ja")
    file = tmp_path / sheet.file
    file.write_bytes(sheet.data())
    reading = read(file, chosen=chosen_columns(sheet.chosen) if sheet.chosen else {})
    told = [str(problem) for problem in reading.problems]
    assert all(any(part in line for line in told) for part in sheet.told), told
    if not sheet.pairs:
        assert reading.knowledge is None
        assert any(problem.severity is Severity.ERROR and problem.remedy for problem in reading.problems)
        return
    assert len(told) == len(sheet.told), told
    entries = reading.sure().entries
    assert tuple((entry.question, entry.answer) for entry in entries) == sheet.pairs
    for name, values in sheet.fields.items():
        assert tuple(getattr(entry, name) for entry in entries) == values
