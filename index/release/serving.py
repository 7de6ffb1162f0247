"""What is served for a knowledge path: its published release, or the files as they are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
    if publication is None:
        release, problem = _made(lambda some: open_release(path, home=home, encoders=some), encoders)
        return Serving(release, problem=problem)
    name, unpublished = publication.release, files_differ(path, publication)
    try:
        return Serving(Store(home, encoders).read(name), publication, unpublished)
    except OtherEngineError as error:
        changed = error.changed
        told = "プログラムか辞書が変わったため、公開中の内容を作り直しています({changed})"
        progress(worded(told, changed=changed))
        release, problem = _made(lambda some: Store(home, some).rebuilt(name), encoders)
        return Serving(release, publication, unpublished, changed, problem)


def _made(
    make: Callable[[Sequence[SentenceEncoder]], Release], encoders: Sequence[SentenceEncoder]
) -> tuple[Release, str]:
    """Return a release made with the encoders or, if one fails, by words alone, and why."""
    try:
        return make(encoders), ""
    except EncoderError as error:
        return make(()), str(error)


def files_differ(path: Path, publication: Publication) -> bool:
    """Whether the files of a path are others than those that were published."""
    return files_hash(path) != publication.files
