"""When two phrasings are the same to people, however they are typed."""

import re
import unicodedata

# "C#" and "C++" are not "C".
_NOT_COMPARED = re.compile(r"[^\w#+%&]+")


def folded(phrasing: str) -> str:
    """Return what is compared of a phrasing: neither width nor case, space nor punctuation.

    >>> folded("Ｗｅｂ会議は、ありますか？") == folded("WEB会議は ありますか")
    True
    >>> folded("C#は使いますか") == folded("Cは使いますか")
    False
    """
    return _NOT_COMPARED.sub("", unicodedata.normalize("NFKC", phrasing).casefold())
