"""What people add to their own knowledge folder without an editor: expectations, and files beside the others."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import ValidationError

from faq.files import write_whole
from faq.loading.loader import builtin
from faq.model import Expectation, Knowledge, folded
from faq.problems import FaqError, shown

EXPECTATIONS = "expectations.jsonl"


class OwnFileError(FaqError):
    """Something that cannot be added to a knowledge, with what to do about it, in Japanese."""


def refuse_builtin(path: Path) -> None:
    """Refuse the built-in knowledge, to which nothing is added."""
    if path.resolve() == builtin().resolve():
        msg = (
            "組み込みのFAQには書き込めません。\n"
            "  `faq init フォルダー` で写しを作り、`--faq フォルダー` を付けてください。"
        )
        raise OwnFileError(msg)


def refuse_place(path: Path) -> None:
    """Refuse a knowledge to which no file can be added."""
    refuse_builtin(path)
    if not path.is_dir():
        msg = (
            f"{shown(path)} は1つのファイルです。\n"
            "  フォルダーに入れ、`--faq フォルダー` を付けると書き込めます。"
        )
        raise OwnFileError(msg)


def write_file(file: Path, data: bytes) -> Path:
    """Write a file, whole or not at all, and return it."""
    try:
        write_whole(file, data)
    except (OSError, ValueError) as error:
        raise _unwritable(file, error) from error
    return file


def save_expectation(path: Path, knowledge: Knowledge, question: str, gold: Iterable[str]) -> Path:
    """Append a question with the ids of the entries that may answer it, none if nothing may, and return the file."""
    refuse_place(path)
    try:
        wanted = Expectation(q=question, gold=dict.fromkeys(gold, 1))
    except ValidationError as error:
        msg = "この質問は記録できません(文字として読めないものが入っています)。"
        raise OwnFileError(msg) from error
    file = path / EXPECTATIONS
    try:
        _refuse_known(wanted, (*knowledge.expectations, *_kept(file)))
        _append(file, {"q": wanted.q, "gold": list(wanted.gold)})
    except OSError as error:
        raise _unwritable(file, error) from error
    return file


def _refuse_known(wanted: Expectation, known: Iterable[Expectation]) -> None:
    for expectation in known:
        if _key(expectation) != _key(wanted):
            continue
        gold = "、".join(expectation.gold) or "答えない"
        msg = f"すでに記録されています(期待: {gold})。"
        if set(expectation.gold) != set(wanted.gold):
            msg = f"この質問には別の期待({gold})が記録されています。\n  変えるにはファイルを直してください。"
        raise OwnFileError(msg)


def _key(expectation: Expectation) -> str:
    return folded(expectation.q) or expectation.q


def _kept(file: Path) -> Iterable[Expectation]:
    # Lines kept since the release was read are in the file only; what is wrong with others, the check says.
    if not file.exists():
        return
    for line in file.read_bytes().splitlines():
        try:
            yield Expectation.model_validate_json(line)
        except ValidationError:
            continue


def _append(file: Path, line: Mapping[str, object]) -> None:
    with file.open("a+b") as stream:
        end = stream.seek(0, 2)
        if end:
            stream.seek(end - 1)
        joint = b"" if not end or stream.read(1) == b"\n" else b"\n"
        stream.write(joint + json.dumps(line, ensure_ascii=False).encode() + b"\n")


def _unwritable(file: Path, error: OSError | ValueError) -> OwnFileError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else "使えない名前です"
    return OwnFileError(f"{shown(file)} に書き込めません({reason})。\n  場所と権限を確かめてください。")
