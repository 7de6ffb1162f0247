"""How problems are worded: other people's text on one line, and the nearest word to a mistyped one."""

import difflib
import os
from collections.abc import Iterable

_LONGEST_QUOTE = 40


def quoted(text: str) -> str:
    r"""Return the text in quotes, on one line, cut where it is long; what cannot be seen is escaped.

    >>> quoted("also_aksed")
    "'also_aksed'"
    >>> print(quoted("one\ntwo\u3000three"))
    'one\ntwo\u3000three'
    """
    return repr(text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…")


def shown(path: str | os.PathLike[str]) -> str:
    r"""Return the path as a person reads it: one line, whatever bytes the name is made of.

    >>> shown("faq/仕事.yaml")
    'faq/仕事.yaml'
    >>> print(shown("two\nlines\udcff.yaml"))
    two\nlines\udcff.yaml
    """
    return "".join(
        letter if letter.isprintable() or letter == "\u3000" else letter.encode("unicode_escape").decode()
        for letter in os.fspath(path)
    )


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant; `None` if none is near.

    >>> nearest("Also-Aksed", ["also_asked", "answer"])
    'also_asked'
    >>> nearest("colour", ["also_asked", "answer"])
    """
    plain = word.strip().casefold().replace("-", "_").replace(" ", "_")
    by_plain = {name.casefold().replace("-", "_"): name for name in known}
    found = difflib.get_close_matches(plain, by_plain, n=1)
    return by_plain[found[0]] if found else None


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return what to do about an unknown word: the nearest known one, or all of them.

    >>> suggestion("referal", ["answer", "referral"])
    "did you mean 'referral'?"
    >>> suggestion("x", ["answer", "referral"])
    'use one of answer, referral'
    """
    names = list(known)
    near = nearest(word, names)
    return f"did you mean {near!r}?" if near else f"use one of {', '.join(names)}"
