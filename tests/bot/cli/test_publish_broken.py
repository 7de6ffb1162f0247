"""Knowledge sets that cannot be published: each is told with its place, and what was served still is."""

import os
import socket
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.output.exit_status import ExitStatus
from faq.formats import files
from tests.bot.conftest import KNOWLEDGE, Faq

QUESTION = "私服でもよいですか"
ANSWER = "服装は自由で、ジャケットの人が多くいます。"

Break = Callable[[Path, pytest.MonkeyPatch], None]


def text(content: str | bytes, name: str = "faq.yaml") -> Break:
    """Put a file with that content into the folder."""

    def put(folder: Path, _: pytest.MonkeyPatch) -> None:
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)

    return put


def replaced(old: str, new: str) -> Break:
    """Replace a part of the sound file."""
    assert old in KNOWLEDGE
    return text(KNOWLEDGE.replace(old, new, 1))


def huge(folder: Path, _: pytest.MonkeyPatch) -> None:
    with (folder / "huge.yaml").open("wb") as file:
        file.truncate(100_000_000)


def outside(folder: Path, _: pytest.MonkeyPatch) -> None:
    secret = folder.parent / "secret.yaml"
    secret.write_text("entries: []", encoding="utf-8")
    (folder / "link.yaml").symlink_to(secret)


def circular(folder: Path, _: pytest.MonkeyPatch) -> None:
    (folder / "a.yaml").symlink_to(folder / "b.yaml")
    (folder / "b.yaml").symlink_to(folder / "a.yaml")


def dangling(folder: Path, _: pytest.MonkeyPatch) -> None:
    (folder / "gone.yaml").symlink_to(folder / "nowhere.yaml")


def vanishing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file be there when the folder is listed, and gone when it is opened."""
    found = files.knowledge_files
    (folder / "more.yaml").write_text("entries: []", encoding="utf-8")

    def listed(path: Path) -> object:
        listing = found(path)
        (folder / "more.yaml").unlink(missing_ok=True)
        return (sorted({*listing[0], folder / "more.yaml"}), listing[1]) if path == folder else listing

    for module in ("faq.reading", "index.release.source"):
        monkeypatch.setattr(f"{module}.knowledge_files", listed)


def without_rights(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the rights; root has them all the same, and is refused as others are."""
    folder.chmod(0)
    listed = Path.iterdir

    def iterdir(path: Path) -> Iterator[Path]:
        if path.stat().st_mode & stat.S_IRWXU == 0:
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)


def unreadable_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "faq.yaml").chmod(0)
    opened = Path.open

    def open_file(path: Path, *arguments: object, **options: object) -> object:
        if path.name == "faq.yaml":
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", open_file)


def emptied(folder: Path, _: pytest.MonkeyPatch) -> None:
    (folder / "faq.yaml").unlink()


def removed(folder: Path, _: pytest.MonkeyPatch) -> None:
    (folder / "faq.yaml").unlink()
    folder.rmdir()


def only_expectations(folder: Path, _: pytest.MonkeyPatch) -> None:
    (folder / "faq.yaml").unlink()
    (folder / "expectations.jsonl").write_text('{"q": "何", "gold": []}\n', encoding="utf-8")


def pipe(folder: Path, _: pytest.MonkeyPatch) -> None:
    os.mkfifo(folder / "pipe.yaml")


def listening(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)  # the name of a socket may have 100 bytes
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.yaml")


def no_text_name(folder: Path, _: pytest.MonkeyPatch) -> None:
    (folder / os.fsdecode(b"\xff\xfe.yaml")).write_text("entries: {}", encoding="utf-8")


def folder_as_file(folder: Path, _: pytest.MonkeyPatch) -> None:
    (folder / "faq.yaml").unlink()
    (folder / "faq.yaml").mkdir()


@dataclass(frozen=True)
class Broken:
    """A way to spoil the folder, and parts of what must be told."""

    name: str
    spoil: Break
    told: tuple[str, ...]


BOMB = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
ENTRY = "  - {{id: e{}, question: 質問{}, answer: 答え}}\n"

SETS = [
    Broken(
        "bad YAML",
        replaced("question: どのような", 'question: "どのような'),
        ("faq.yaml:21: error: ", "quote"),
    ),
    Broken("CP932", text(KNOWLEDGE.encode("cp932", "replace")), ("faq.yaml:2: error: ", "CP932")),
    Broken("UTF-16", text(KNOWLEDGE.encode("utf-16")), ("faq.yaml:1: error: ", "UTF-16")),
    Broken(
        "an id twice", replaced("id: training", "id: clothes"), ("faq.yaml:19: error: ", "already used at")
    ),
    Broken("100 MB", huge, ("huge.yaml: error: ", "larger than 5 MB")),
    Broken(
        "a YAML bomb",
        text(BOMB, "bomb.yaml"),
        ("bomb.yaml:1: error: an anchor", "bomb.yaml:2: error: an alias"),
    ),
    Broken("a link outside", outside, ("link.yaml: error: ", "leads outside")),
    Broken("a link to itself", circular, ("a.yaml: error: ", "b.yaml: error: ")),
    Broken("a link to nothing", dangling, ("gone.yaml: error: ", "does not exist")),
    Broken("a file that vanishes", vanishing, ("more.yaml: error: ", "no such file")),
    Broken("a folder without rights", without_rights, ("知識: error: ", "no permission")),
    Broken("a file without rights", unreadable_file, ("faq.yaml: error: ", "no permission")),
    Broken("an empty folder", emptied, ("知識: error: ", "no knowledge files")),
    Broken("no folder at all", removed, ("知識: error: ", "no such file or folder")),
    Broken("only expectations", only_expectations, ("知識: error: ", "no entry that answers")),
    Broken("a NUL byte", replaced("服装は自由", "服装は\0自由"), ("faq.yaml:17: error: ", "U+0000")),
    Broken(
        "no answer",
        replaced("    answer: 服装は", "    answr: 服装は"),
        ("faq.yaml:17: error: ", "'answer'?"),
    ),
    Broken("a bad date", replaced("2020-01-31", "2020-02-31"), ("faq.yaml:18: error: ", "no date")),
    Broken("a pipe", pipe, ("pipe.yaml: error: ", "not a regular file")),
    Broken("a socket", listening, ("socket.yaml: error: ", "not a regular file")),
    Broken("a folder named as a file", folder_as_file, ("faq.yaml: warning: ", "知識: error: ")),
    Broken("a name that is no text", no_text_name, ("\\udcff\\udcfe.yaml:1: error: ", "should be a list")),
    Broken(
        "deep nesting", text("entries: " + "[" * 100_000, "deep.yaml"), ("deep.yaml:1: error: ", "levels")
    ),
    Broken(
        "a key twice",
        replaced("    category: 研修", "    id: x\n    category: 研修"),
        ("faq.yaml:20: error: ", "already used on line 19"),
    ),
    Broken("an id of nobody", replaced("[clothes]", "[cloths]"), ("faq.yaml:12: error: ", "'clothes'?")),
    Broken(
        "too many entries",
        text("entries:\n" + "".join(ENTRY.format(n, n) for n in range(60_000)), "many.yaml"),
        ("many.yaml:25001: error: ", "more than 200,000 values"),
    ),
    Broken("JSON of no object", text("[]\n{}\n", "more.jsonl"), ("more.jsonl:1: error: ", "not an object")),
    Broken("an empty file", text("", "more.yaml"), ("more.yaml: error: ", "empty")),
]


@pytest.fixture
def published(faq: Faq, folder: Path) -> Iterator[Path]:
    assert faq("publish", folder).exit_code == ExitStatus.OK
    yield folder
    if folder.exists():
        folder.chmod(0o700)


@pytest.mark.parametrize("broken", SETS, ids=lambda broken: broken.name)
def test_a_broken_set_is_told_with_its_place_and_the_old_release_still_answers(
    faq: Faq, published: Path, broken: Broken, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        broken.spoil(published, patch)
        result = faq("publish", published)
        assert result.exit_code == ExitStatus.FAILURE, result.stdout
        for told in broken.told:
            assert told in result.stderr
        assert "Traceback" not in result.stderr
        assert faq("ask", QUESTION, "--faq", published).stdout.startswith(ANSWER)
    assert faq("ask", QUESTION, "--faq", published).stdout.startswith(ANSWER)


def test_there_are_more_than_twenty() -> None:
    assert len({broken.name for broken in SETS}) > 20


def test_force_does_not_publish_what_is_broken(
    faq: Faq, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced("id: training", "id: clothes")(published, monkeypatch)
    result = faq("publish", published, "--force", "--reason", "急ぎ")
    assert result.exit_code == ExitStatus.FAILURE
    assert "already used at" in result.stderr
