import json
from pathlib import Path

from bot.output.exit_status import ExitStatus
from tests.bot.conftest import Faq


def test_a_copy_is_served_like_the_built_in_knowledge(faq: Faq, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    result = faq("init", target)
    assert set(result.stdout.splitlines()) == {str(file) for file in target.iterdir()}
    assert result.stderr == f"Edit the files, then: faq check {target}\n"
    own, built_in = (
        json.loads(faq("ask", "給料はいくら", "--json", *more).stdout) for more in (("--faq", target), ())
    )
    assert own == built_in


def test_a_folder_with_something_in_it_is_left_alone(faq: Faq, folder: Path) -> None:
    before = {file: file.read_bytes() for file in folder.iterdir()}
    result = faq("init", folder)
    assert (result.exit_code, result.stdout) == (ExitStatus.FAILURE, "")
    assert "not empty" in result.stderr
    assert {file: file.read_bytes() for file in folder.iterdir()} == before
