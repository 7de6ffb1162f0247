"""What people call the kinds of evidence."""

_KINDS = {
    "phrasing": "言い回しの語",
    "concept": "同じ意味の語",
    "sound": "読み",
    "answer": "回答文の語",
    "coverage": "語の一致率",
    "meaning": "言い回しの意味",
    "passage": "回答文の意味",
    "prior": "言い回しの数など",
    "thread": "会話の流れ",
    "verbatim": "言い回しそのもの",
}


def kind_name(kind: str) -> str:
    """Return the name of a kind of evidence, with the encoder that gives it.

    >>> kind_name("meaning:use"), kind_name("prior")
    ('言い回しの意味(use)', '言い回しの数など')
    """
    name, _, encoder = kind.partition(":")
    known = _KINDS.get(name, name)
    return f"{known}({encoder})" if encoder else known
