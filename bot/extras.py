"""The extra `semantic`: whether it is installed, and what to say where it is not."""

from index import vectors

INSTALL = "pip install '.[semantic]'"
"""What installs it, in a checkout."""

NO_VECTORS = (
    "hint: the extra 'semantic' is not installed, so words near in meaning are not searched for; "
    f"`{INSTALL}` adds it"
)
"""For `faq check`."""

NO_VECTORS_JA = "単語ベクトル(追加の部品 semantic)がないため、意味の近い語では探せず、見つかる質問が減ります"
"""For admins."""


def word_vectors() -> str:
    """Return the word vectors of this installation by name; empty without the extra."""
    return vectors.fingerprint()
