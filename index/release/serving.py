"""What is served for a knowledge path: its published release, or the files as they are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from faq.wording import progress, worded
from index.release.building import Release
from index.release.history import History, Publication, sweep
from index.release.store import OtherEngineError, Store, files_hash, open_release
from index.retrieval.encoder import EncoderError, SentenceEncoder


@dataclass(frozen=True, eq=False)
class Serving:
    """A served release, with its publication, if there is one.

    `changed` says from which version of program or dictionary to which, if another one published it. `problem` says
    why an encoder that is set is not used.
    """

    release: Release
    publication: Publication | None = None
    unpublished: bool = False
    changed: str = ""
    problem: str = ""


def open_serving(
    path: Path,
    *,
    home: Path,
    encoders: Sequence[SentenceEncoder] = (),
    publication: Publication | None = None,
) -> Serving:
    """Return what is served for a knowledge path, or what a given publication served.

    A published path is served from its release, whatever happens to its files; the release is built anew if another
    version of the program published it. Any other path is read as it is now. An encoder that then fails is left out.

    Raises `KnowledgeError` for files that cannot be served, `ReleaseError` for a release that is gone or damaged.
    """
    sweep(home)
    publication = publication or History(home, path).served()
    try:
        return _opened(path, home, encoders, publication)
    except EncoderError as error:
        return replace(_opened(path, home, (), publication), problem=str(error))


def _opened(
    path: Path, home: Path, encoders: Sequence[SentenceEncoder], publication: Publication | None
) -> Serving:
    if publication is None:
        return Serving(open_release(path, home=home, encoders=encoders))
    store, name, unpublished = Store(home, encoders), publication.release, files_differ(path, publication)
    try:
        return Serving(store.read(name), publication, unpublished)
    except OtherEngineError as error:
        told = "プログラムか辞書が変わったため、公開中の内容を作り直しています({changed})"
        progress(worded(told, changed=error.changed))
        return Serving(store.rebuilt(name), publication, unpublished, error.changed)


def files_differ(path: Path, publication: Publication) -> bool:
    """Whether the files of a path are others than those that were published."""
    return files_hash(path) != publication.files
