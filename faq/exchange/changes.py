"""Changes of files. Several change together or not at all: a killed change was written down, and is undone."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from faq.files import CHANGING, write_whole
from faq.problems import EditError, Fault, shown
from faq.wording import listed, worded


class FileChange(BaseModel):
    """A file before, `None` where there was none, and after."""

    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")

    file: Path
    before: bytes | None
    after: bytes

    @property
    def now(self) -> bytes | None:
        """What the file holds now; `None` if it is not there."""
        return self.file.read_bytes() if self.file.exists() else None


class Changes(BaseModel):
    """Files that change together."""

    model_config = ConfigDict(frozen=True)

    files: tuple[FileChange, ...]

    def refuse_changed(self) -> None:
        """Raise `EditError` where somebody else has changed one of the files."""
        for each in self.files:
            with writing(each.file):
                if each.now != each.before:
                    raise EditError.of(Fault.of("edit-changed", file=shown(each.file)))

    def write(self) -> None:
        """Write the files; raises `EditError` at the first that cannot be written."""
        for each in self.files:
            with writing(each.file):
                each.file.parent.mkdir(parents=True, exist_ok=True)
                write_whole(each.file, each.after)

    def undo(self) -> list[Path]:
        """Restore the files; return those that stay because somebody else has changed them."""
        changed = [each.file for each in self.files if each.now not in {each.before, each.after}]
        for each in self.files:
            if each.now == each.after:
                with writing(each.file):
                    if each.before is None:
                        each.file.unlink()
                    else:
                        write_whole(each.file, each.before)
        return changed


def write_files(files: Sequence[FileChange]) -> tuple[Path, ...]:
    """Write files of one folder, all or none, and return them; raises `EditError`, also where one was changed."""
    changes = Changes(files=tuple(files))
    if len(files) <= 1:
        changes.refuse_changed()
        changes.write()
        return tuple(each.file for each in files)
    with writing(kept := files[0].file.parent / CHANGING):
        kept.parent.mkdir(parents=True, exist_ok=True)
        with _alone(kept.parent):
            if kept.exists():
                raise EditError.of(Fault.of("half-changed", file=shown(kept)))
            changes.refuse_changed()
            write_whole(kept, changes.model_dump_json().encode())
            try:
                changes.write()
            except BaseException:
                changes.undo()  # where that fails too, the note stays, and the next command does it
                kept.unlink()
                raise
            kept.unlink()
    return tuple(each.file for each in files)


def undo_killed(folder: Path) -> list[str]:
    """Undo a change of several files that was killed half-way, and return lines that say so.

    A change that still goes on, or cannot be undone, is left alone: reading the files reports it.
    """
    kept, lines = folder / CHANGING, list[str]()
    if not any(folder.glob(f"{CHANGING}*")):
        return lines
    with suppress(OSError, ValueError, EditError), _alone(folder):
        noted = Changes.model_validate_json(kept.read_bytes()).files
        # The folder may come from anybody, or have been moved: no file elsewhere is touched.
        files = tuple(each.model_copy(update={"file": folder / each.file.name}) for each in noted)
        if any(each.file.resolve().parent != folder.resolve() for each in files):
            return lines
        if any(each.now != each.after for each in files):
            changed = Changes(files=files).undo()
            told = "ファイルの変更が途中で止まっていたため、元に戻しました。もう一度実行してください。"
            lines += [worded(told), *left_lines(changed, folder)]
        kept.unlink()
    return lines


def left_lines(changed: Sequence[Path], faq: Path) -> list[str]:
    """Return a line that names the files that somebody else has changed; no line without such files."""
    told = "{files} はその後に変更されているため、戻していません。`faq diff --faq {faq}` で確かめてください。"
    return [worded(told, files=listed(map(shown, changed)), faq=shown(faq))] if changed else []


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock for changes of several files of a folder; a process that dies releases it."""
    from filelock import FileLock, Timeout  # noqa: PLC0415 -- asyncio; whoever only asks needs neither

    lock = folder / f"{CHANGING}.lock"
    try:
        held = FileLock(lock).acquire(timeout=0)
    except Timeout as error:
        raise EditError.of(Fault.of("half-changed", file=shown(folder / CHANGING))) from error
    with held:
        try:
            yield
        finally:
            with suppress(OSError):
                lock.unlink()


def write_file(file: Path, data: bytes) -> Path:
    """Write a file, whole or not at all, and return it; raises `EditError`."""
    with writing(file):
        write_whole(file, data)
    return file


@contextmanager
def writing(file: Path) -> Iterator[None]:
    """Raise `EditError`, with what to do, where the file cannot be written."""
    try:
        yield
    except (OSError, ValueError) as error:
        number = (isinstance(error, OSError) and error.errno) or 0
        raise EditError.of(
            Fault.of("edit-unwritable", file=shown(file), number=number, reason=str(error))
        ) from error
