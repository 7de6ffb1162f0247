"""What is served of a knowledge path: the release that was published of it, or the files as they are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.release.building import Release
from index.release.history import History, Publication
from index.release.source import files_hash
from index.release.store import Store, open_release
from index.release.unreadable import OtherEngineError
from index.retrieval.encoder import EncoderError, SentenceEncoder


@dataclass(frozen=True, eq=False)
class Serving:
    """What is served.

    Attributes:
        publication: How it came to be served; `None` for a set that was never published and is only tried.
        unpublished: The files are others than those that the release was made of.
        rebuilt: The release was published by another version of the program or the dictionary; this is what the
            present one makes of the same knowledge.
        problem: Why it is served by words alone although an encoder is set; empty where it is not so.
    """

    release: Release
    publication: Publication | None = None
    unpublished: bool = False
    rebuilt: bool = False
    problem: str = ""


def open_serving(
    path: Path,
    *,
    home: Path,
    encoders: Sequence[SentenceEncoder] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> Serving:
    """Return what is served of a knowledge path.

    A path of which something was published is served from its release, whatever has become of its files. One of which
    nothing ever was is read, checked and compiled as it is now; where an encoder fails, by words alone.

    Raises:
        KnowledgeError: nothing was published, and the files cannot be served.
        ReleaseError: the published release is gone or damaged, and so is its knowledge.
    """
    publication = History(home, path).served()
    if publication is None:
        release, problem = _tried(
            lambda some: open_release(path, home=home, encoders=some, progress=progress), encoders
        )
        return Serving(release, problem=problem)
    return open_publication(publication, path, home=home, encoders=encoders, progress=progress)


def open_publication(
    publication: Publication,
    path: Path,
    *,
    home: Path,
    encoders: Sequence[SentenceEncoder] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> Serving:
    """Return the release of a publication of that path, built anew where another version published it.

    Raises:
        ReleaseError: it is gone or damaged, and so is its knowledge.
    """
    store = Store(home, encoders)
    unpublished = files_differ(path, publication)
    try:
        return Serving(store.read(publication.release), publication, unpublished)
    except OtherEngineError:
        progress("プログラムか辞書が新しくなったため、公開中の内容を作り直しています")
        release, problem = _tried(
            lambda some: Store(home, some).rebuilt(publication.release, progress), encoders
        )
        return Serving(release, publication, unpublished, rebuilt=True, problem=problem)


def _tried(
    made: Callable[[Sequence[SentenceEncoder]], Release], encoders: Sequence[SentenceEncoder]
) -> tuple[Release, str]:
    """Return a release made with the encoders if they can be asked, else by words alone, and why."""
    try:
        return made(encoders), ""
    except EncoderError as error:
        return made(()), str(error)


def files_differ(path: Path, publication: Publication) -> bool:
    """Whether the files of a path are others than those that were published."""
    return files_hash(path) != publication.files
