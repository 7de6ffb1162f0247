"""Expectations that people add while they try questions: one more line in the knowledge folder."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import ValidationError

from faq.errors import FaqError
from faq.folding import folded
from faq.model import Expectation, Knowledge
from faq.reading import builtin

FILE = "expectations.jsonl"


class ExpectationError(FaqError):
    """An expectation that cannot be kept, with what to do about it, in Japanese."""


def save_expectation(path: Path, knowledge: Knowledge, question: str, gold: Iterable[str]) -> Path:
    """Append the question with the entries that may answer it, and return the file.

    Args:
        path: The knowledge being served; a folder that is not the built-in one.
        knowledge: What was read from it.
        question: As it was typed.
        gold: Ids of the entries that may answer it; none means that it must not be answered.

    Raises:
        ExpectationError: the place cannot take it, or the question is expected already.
    """
    if path.resolve() == builtin().resolve():
        msg = (
            "組み込みのFAQには書き込めません。\n"
            "  `faq init フォルダー` で写しを作り、`faq --faq フォルダー` で開いてください。"
        )
        raise ExpectationError(msg)
    if not path.is_dir():
        msg = f"{path} は1つのファイルです。フォルダーに置き、`--faq フォルダー` で開くと書き込めます。"
        raise ExpectationError(msg)
    try:
        wanted = Expectation(q=question, gold=dict.fromkeys(gold, 1))
    except ValidationError as error:
        msg = "この質問は記録できません(文字として読めないものが入っています)。"
        raise ExpectationError(msg) from error
    file = path / FILE
    try:
        _refuse_known(wanted, knowledge.expectations, file)
        _append(file, {"q": wanted.q, "gold": list(wanted.gold)})
    except OSError as error:
        msg = f"{file} に書き込めません({error.strerror})。フォルダーの権限を確かめてください。"
        raise ExpectationError(msg) from error
    return file


def _refuse_known(wanted: Expectation, known: Iterable[Expectation], file: Path) -> None:
    same = (each for each in (*known, *_kept(file)) if _key(each) == _key(wanted))
    for expectation in same:
        gold = "、".join(expectation.gold) or "答えない"
        msg = f"すでに記録されています(期待: {gold})。"
        if set(expectation.gold) != set(wanted.gold):
            msg = f"この質問には別の期待({gold})が記録されています。\n  変えるにはファイルを直してください。"
        raise ExpectationError(msg)


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
