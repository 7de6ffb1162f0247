"""A tuning written beside the knowledge that it is for: one file of the folder, whole or not at all."""

from pathlib import Path

from faq.errors import FaqError, KnowledgeError
from faq.formats import yaml
from faq.formats.authoring import tuning_data
from faq.formats.files import read_text, write_whole
from faq.formats.round_trip import dumped
from faq.formats.wording import shown
from faq.reading import builtin, read
from faq.tuning import Tuning

FILE = "tuning.yaml"

_HEAD = "# `faq tune --keep` がこのファイルを作りました。消すと、元の確率に戻ります。\n"


class TuningFileError(FaqError):
    """A tuning that cannot be kept, with what to do about it, in Japanese."""


def refuse_place(path: Path) -> None:
    """Say at once, before the work is done, that a place cannot take a tuning.

    Raises:
        KeepingError: it is the built-in FAQ or no folder, or `tuning.yaml` in it or another file stands in the way.
    """
    if path.resolve() == builtin().resolve():
        msg = (
            "組み込みのFAQには書き込めません。\n"
            "  `faq init フォルダー` で写しを作り、`--faq フォルダー` を付けてください。"
        )
        raise TuningFileError(msg)
    if not path.is_dir():
        msg = (
            f"{shown(path)} はフォルダーではないため、{FILE} を置けません。\n"
            "  ファイルをフォルダーに入れ、`--faq フォルダー` を付けてください。"
        )
        raise TuningFileError(msg)
    place = read(path).tuned_at
    if place and Path(place.file) != Path(shown(path / FILE)):
        msg = (
            f"調整はすでに {place.at()} にあります。\n  それを消してから、もう一度 --keep を付けてください。"
        )
        raise TuningFileError(msg)
    text = read_text(path / FILE) if (path / FILE).exists() else "tuning:"
    data = yaml.parse(text, FILE).data if isinstance(text, str) else None
    if not isinstance(data, dict) or data.keys() != {"tuning"}:
        msg = (
            f"{shown(path / FILE)} に、調整とは別のものが書かれています。\n"
            "  ファイルの名前を変えてから、もう一度 --keep を付けてください。"
        )
        raise TuningFileError(msg)


def write_tuning(path: Path, tuning: Tuning) -> Path:
    """Write the file, and return it; what it replaces was written by an earlier `keep`.

    Raises:
        KeepingError: the folder cannot be written; nothing has changed.
        KnowledgeError: the files would have errors with it; nothing has changed.
    """
    refuse_place(path)
    file = path / FILE
    data = (_HEAD + dumped({"tuning": tuning_data(tuning)})).encode()
    reading = read(path, {file: data})
    if reading.knowledge is None:
        raise KnowledgeError(reading.problems)
    try:
        write_whole(file, data)
    except OSError as error:
        msg = f"{shown(file)} に書き込めません({error.strerror})。\n  フォルダーの権限を確かめてください。"
        raise TuningFileError(msg) from error
    return file
