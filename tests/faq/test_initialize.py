from pathlib import Path

import pytest

from faq.exchange.exporting import copy_builtin
from faq.loading.loader import builtin, load
from faq.problems import FaqError


def test_the_copy_is_the_builtin_knowledge(tmp_path: Path) -> None:
    target = tmp_path / "office" / "faq"
    files = copy_builtin(target)
    assert load(target) == load(builtin())
    assert files == tuple(sorted(target.iterdir()))


def test_an_empty_folder_may_exist(tmp_path: Path) -> None:
    assert copy_builtin(tmp_path)


def test_nothing_is_written_into_a_folder_that_has_something(tmp_path: Path) -> None:
    (tmp_path / ".notes").touch()
    with pytest.raises(FaqError, match="the folder is not empty; give another one"):
        copy_builtin(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".notes"]


@pytest.mark.parametrize("name", ["file", "file/below", "a\0b"])
def test_a_target_that_cannot_be_a_folder_is_explained(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FaqError, match=r"cannot be written \(.*\); give another folder"):
        copy_builtin(tmp_path / name)
