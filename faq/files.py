"""Files on disk: which files of a folder are knowledge, how one is read, and how one is replaced."""

import os
import re
import stat
import tempfile
import time
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from faq.problems import Fault, Place, Problem, Severity, shown

LARGEST_FILE = 20_000_000
"""Bytes of a file that are read: some 20,000 entries, in half a minute and half a gigabyte."""
YAML_SUFFIXES = frozenset({".yaml", ".yml"})
TABLES = frozenset({".csv", ".tsv"})
WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})
KNOWN_SUFFIXES = (".yaml", ".yml", ".jsonl", ".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv")
# Hidden files, Excel's own mark that somebody has a workbook open, and JSON Schemas that editors read.
_NOT_KNOWLEDGE = re.compile(r"\.|~\$|README|.*\.schema\.json$", re.IGNORECASE | re.DOTALL)

CHANGING = ".changing.json"
"""A change of several files of a folder, written down while it goes on; it stays if the process is killed."""
_PARTIAL = ".partial-"
_LEFT_SECONDS = 3_600  # a part of a file that is older was left by a killed process

# Python's CP932 takes any byte: those that are no letter become control or private characters.
_NO_LETTER = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\xa0\uf8f0-\uf8f3]")


class Format(StrEnum):
    """What a knowledge can be written as."""

    XLSX = "xlsx"
    CSV = "csv"
    TSV = "tsv"
    YAML = "yaml"
    JSONL = "jsonl"


def knowledge_files(path: Path) -> tuple[list[Path], list[Problem]]:
    """Return the knowledge files of a path, in order of name, and the problems of the set.

    Hidden files, README files, JSON Schemas and folders in a folder are not read.
    """
    place = Place(shown(path))
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
        inside = sorted(path.iterdir()) if is_folder else []
    except (OSError, ValueError) as error:
        return [], [_unreachable(path, error)]
    if not is_folder:
        if path.name.startswith("~$"):
            return [], [Problem(place, Fault.of("workbook-open", file=path.name.removeprefix("~$")))]
        if path.suffix.lower() in KNOWN_SUFFIXES:
            return [path], []
        return [], [Problem(place, Fault.of("not-knowledge-file", known=KNOWN_SUFFIXES))]
    home = os.path.realpath(path)
    found = {file: _misplaced(file, home) for file in inside if not _NOT_KNOWLEDGE.match(file.name)}
    files = [file for file, problem in found.items() if problem is None]
    problems = [problem for problem in found.values() if problem]
    if (path / CHANGING).exists():
        problems.append(Problem(place, Fault.of("half-changed", file=shown(path / CHANGING))))
    if not files and not any(problem.severity is Severity.ERROR for problem in problems):
        problems.append(Problem(place, Fault.of("no-files")))
    return files, problems


def read_bytes(path: Path) -> bytes | Problem:
    """Return what a file holds, or why it cannot be read."""
    place = Place(shown(path))
    try:
        # A named pipe would be waited on, and a device may never end.
        if not stat.S_ISREG(path.stat().st_mode):
            return Problem(place, Fault.of("not-regular"))
        with path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        return _unreachable(path, error)
    if len(data) > LARGEST_FILE:
        return Problem(place, Fault.of("too-large", most=LARGEST_FILE // 1_000_000))
    return data


def decoded(data: bytes, file: str) -> str | Problem:
    """Return the text that the bytes of `file` stand for, without a byte order mark, or why there is none."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _, guess = find_text(data) or ("", "")
        fault = Fault.of("other-encoding", guess=guess) if guess else Fault.of("no-text")
        if error.reason == "unexpected end of data":
            fault = Fault.of("cut-off")
        return Problem(Place(file, data.count(b"\n", 0, error.start) + 1), fault)


def read_text(path: Path) -> str | Problem:
    """Return the text of a file, without a byte order mark, or why there is none."""
    data = read_bytes(path)
    return data if isinstance(data, Problem) else decoded(data, shown(path))


def find_text(data: bytes) -> tuple[str, str] | None:
    """Return the text of the bytes, and its encoding if that was guessed; `None` if they are no text."""
    for codec, guess in (("utf-8-sig", ""), ("cp932", "CP932 (Shift_JIS)")):
        with suppress(UnicodeDecodeError):
            text = data.decode(codec)
            if not (guess and (_NO_LETTER.search(text) or _is_euc_jp(data))):
                return text, guess
    return None


def _is_euc_jp(data: bytes) -> bool:
    """Whether a text is EUC-JP, which may pass for CP932 as half-width kana; kanji of CP932 are no EUC-JP."""
    with suppress(UnicodeDecodeError):
        return bool(data.decode("euc_jp"))
    return False


def write_whole(path: Path, data: bytes) -> None:
    """Replace the file by these bytes, whole or not at all, whatever crashes.

    Of a link, the file that it leads to is replaced.
    """
    target = Path(os.path.realpath(path))
    for left in target.parent.glob(f"{_PARTIAL}*"):
        with suppress(OSError):  # another process may just take it away
            if time.time() - left.stat().st_mtime > _LEFT_SECONDS:
                left.unlink()
    handle, name = tempfile.mkstemp(prefix=_PARTIAL, dir=target.parent)
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        partial.chmod(stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o644)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    sync_folder(target.parent)


def sync_folder(folder: Path, *, with_files: bool = False) -> None:
    """Wait until the names in a folder are on the disk, and `with_files` what the files hold too."""
    for file in folder.iterdir() if with_files else ():
        with file.open("rb") as stream:
            os.fsync(stream.fileno())
    if not hasattr(os, "O_DIRECTORY"):
        return  # Windows has no handle of a folder
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _misplaced(path: Path, home: str) -> Problem | None:
    """Return why a file of the folder `home` is not read; `None` if it is."""
    place = Place(shown(path))
    if path.is_dir() and not path.is_symlink():
        return Problem(place, Fault.of("folder-inside"), Severity.WARNING)
    if path.suffix.lower() not in KNOWN_SUFFIXES:
        return Problem(place, Fault.of("not-read", known=KNOWN_SUFFIXES), Severity.WARNING)
    if os.path.commonpath([home, os.path.realpath(path)]) != home:
        return Problem(place, Fault.of("link-outside"))
    return None


def _unreachable(path: Path, error: OSError | ValueError) -> Problem:
    place = Place(shown(path))
    if isinstance(error, FileNotFoundError):
        return Problem(place, Fault.of("no-file"))
    if isinstance(error, PermissionError):
        return Problem(place, Fault.of("no-permission"))
    if isinstance(error, OSError) and error.errno:
        reason = error.strerror or type(error).__name__
        return Problem(place, Fault.of("unreachable", number=error.errno, reason=reason))
    return Problem(place, Fault.of("impossible-path"))
