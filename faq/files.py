"""Files on disk: which of a folder belong to the knowledge, and the text of one."""

import codecs
import os
import re
import stat
import tempfile
from pathlib import Path

from faq.formats.wording import shown
from faq.problems import Place, Problem, Severity

LARGEST_FILE = 5_000_000
YAML_SUFFIXES = frozenset({".yaml", ".yml"})
TABLE_SUFFIXES = frozenset({".xlsx", ".csv", ".tsv"})
SUFFIXES = YAML_SUFFIXES | TABLE_SUFFIXES | {".jsonl"}
_KNOWN = "only .yaml, .yml, .jsonl, .xlsx, .csv and .tsv files are read"
# Excel's own mark that somebody has the workbook open begins with "~$".
_NOT_LISTED = (".", "~$")
_SCHEMA = ".schema.json"  # for editors: `faq schema` says to put it there
# The order matters: a text in EUC-JP may pass for CP932, and one in CP932 seldom for EUC-JP.
_OTHER_ENCODINGS = {"cp932": "CP932 (Shift_JIS)", "euc_jp": "EUC-JP"}

# Python's CP932 takes any byte: those that are no letter become control or private characters.
_NO_LETTER = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\xa0\uf8f0-\uf8f3]")


def knowledge_files(path: Path) -> tuple[list[Path], list[Problem]]:
    """Return the files that a knowledge set is made of, in order of name, and what is wrong with the set.

    Args:
        path: One file, or a folder, of which hidden files, README files, JSON Schemas and inner folders are not read.
    """
    place = Place(shown(path))
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        return [], [_unreachable(path, error)]
    if not stat.S_ISDIR(mode):
        if path.suffix.lower() in SUFFIXES:
            return [path], []
        return [], [Problem(place, "not a knowledge file", f"give a folder or another file: {_KNOWN}")]
    try:
        inside = sorted(path.iterdir())
    except OSError as error:
        return [], [_unreachable(path, error)]
    files: list[Path] = []
    problems: list[Problem] = []
    for file in inside:
        if _is_beside(file.name):
            continue
        problem = _misplaced(file, os.path.realpath(path))
        if problem is None:
            files.append(file)
        else:
            problems.append(problem)
    if not files and not any(problem.severity is Severity.ERROR for problem in problems):
        remedy = "put .yaml, .xlsx, .csv or .jsonl files into it, or begin with a copy: faq init DIR"
        problems.append(Problem(place, "the folder has no knowledge files", remedy))
    return files, problems


def _is_beside(name: str) -> bool:
    """Whether a file by that name lies in a folder of knowledge by right, and is none."""
    return name.startswith(_NOT_LISTED) or name.upper().startswith("README") or name.endswith(_SCHEMA)


def read_bytes(path: Path) -> bytes | Problem:
    """Return what a file holds, or why it cannot be read."""
    place = Place(shown(path))
    try:
        # A named pipe would be waited on, and a device may never end.
        if not stat.S_ISREG(path.stat().st_mode):
            return Problem(place, "not a regular file", "put a file with text in its place")
        with path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        return _unreachable(path, error)
    if len(data) > LARGEST_FILE:
        return Problem(place, f"larger than {LARGEST_FILE // 1_000_000} MB", "split it into several files")
    return data


def decoded(data: bytes, file: str) -> str | Problem:
    """Return the text that the bytes of `file` stand for, without a byte order mark, or why there is none."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        cut_off = error.reason == "unexpected end of data"
        what = "not UTF-8: the file is cut off" if cut_off else f"not UTF-8: the file {_looks_like(data)}"
        return Problem(Place(file, line), what, "save it again, complete and with the encoding UTF-8")


def read_text(path: Path) -> str | Problem:
    """Return the text of a file, without a byte order mark, or why there is none."""
    data = read_bytes(path)
    return data if isinstance(data, Problem) else decoded(data, shown(path))


def write_whole(path: Path, data: bytes) -> None:
    """Put the bytes in the place of the file, whole or not at all; a link stays and what it leads to is replaced.

    Raises:
        OSError: the folder or the file cannot be written.
    """
    target = Path(os.path.realpath(path))
    handle, name = tempfile.mkstemp(prefix=".partial-", dir=target.parent)
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


def has_letters_only(text: str) -> bool:
    """Whether a text decoded by a guess holds nothing that people do not type."""
    return not _NO_LETTER.search(text)


def _looks_like(data: bytes) -> str:
    r"""Say which encoding the bytes seem to have.

    >>> _looks_like("質問".encode("cp932")), _looks_like("質問".encode("utf-16"))
    ('looks like CP932 (Shift_JIS)', 'looks like UTF-16')
    >>> _looks_like(b"\xff")
    'holds bytes that are no text'
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "looks like UTF-16"
    for encoding, name in _OTHER_ENCODINGS.items():
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if has_letters_only(text):
            return f"looks like {name}"
    return "holds bytes that are no text"


def _misplaced(path: Path, home: str) -> Problem | None:
    """Say why a file of the folder `home` is not read, if it is not."""
    place = Place(shown(path))
    if path.is_dir() and not path.is_symlink():
        what = "a folder inside the folder is not read"
        return Problem(place, what, "move its files up, or the folder elsewhere", Severity.WARNING)
    if path.suffix.lower() not in SUFFIXES:
        return Problem(place, "not read", f"remove or rename it: {_KNOWN}", Severity.WARNING)
    if not path.is_symlink():
        return None
    target = os.path.realpath(path)
    if os.path.commonpath([home, target]) != home:
        return Problem(place, "a link that leads outside the folder", "put a copy of the file in its place")
    if not os.path.exists(target):  # noqa: PTH110 - a link to itself raises in pathlib on some versions
        return _unreachable(path, FileNotFoundError())
    return None


def _unreachable(path: Path, error: OSError | ValueError) -> Problem:
    place = Place(shown(path))
    if os.path.islink(path) and isinstance(error, FileNotFoundError):  # noqa: PTH114 - any string is a path here
        return Problem(place, "a link to a file that does not exist", "correct the link, or remove it")
    if isinstance(error, FileNotFoundError):
        return Problem(place, "no such file or folder", "check the path")
    if isinstance(error, PermissionError):
        return Problem(place, "no permission to read it", "let the user who runs this read it")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a possible path"
    return Problem(place, f"cannot be read ({reason})", "check the path and what is there")
