"""What a YAML parser's complaint means to the person who wrote the file."""

import re

TOO_DEEP = ("too many levels of nesting", "see the files of faq init for the form")

# In order: the first that is part of the complaint holds. Both parsers of PyYAML are covered.
_MEANINGS = (
    ("maximum nesting depth", *TOO_DEEP),  # libyaml looks this far ahead before the first level is told
    ("mapping values are not allowed", "a ': ' in the middle of a text", 'put the text in "quotes"'),
    ("entries are not allowed", "a '- ' where no list item can stand", "begin a new line with it"),
    ("while scanning a simple key", "a line without ': '", "write 'key: value', or indent it as text"),
    ("while scanning a quoted scalar", "a quote that is never closed", "close it, or leave both out"),
    ("while scanning a double-quoted scalar", "a '\\' that means nothing", "write '\\\\' for it"),
    ("unknown escape character", "a '\\' that means nothing", "write '\\\\' for it"),
    ("scanning an alias", "a text that begins with '*'", 'put the text in "quotes"'),
    ("scanning an anchor", "a text that begins with '&'", 'put the text in "quotes"'),
    ("tag", "a text that begins with '!'", 'put the text in "quotes"'),
    ("flow sequence", "a '[' whose list goes wrong", "separate items by ',' and close it with ']'"),
    ("flow mapping", "a '{' whose keys go wrong", "separate keys by ',' and close it with '}'"),
    ("cannot start any token", "a text that begins with a special character", 'put the text in "quotes"'),
    ("expected node content", "a special character where a value should be", 'put the text in "quotes"'),
    ("expected the node content", "a special character where a value should be", 'put the text in "quotes"'),
    ("directive", "a line that begins with '%'", "remove it"),
    ("document", "more than one document", "remove what separates them ('---', '...' or '%YAML')"),
)
_WRONG_INDENT = "a line that does not fit those above"
_WRONG_INDENT_REMEDY = "indent it like its neighbours, and see that every quote above is closed"
_NO_SPACE = re.compile(r"\s*-[A-Za-z_]+\s*:")
_FULL_WIDTH_COLON = re.compile(r"\s*(?:- +)?[A-Za-z_]+\uff1a")


def meaning(complaint: str, line: str) -> tuple[str, str]:
    r"""Return what is wrong and what to do.

    Args:
        complaint: Of the parser, with its context.
        line: The line that it complains of.

    >>> meaning("mapping values are not allowed in this context", "question: A: B")
    ("a ': ' in the middle of a text", 'put the text in "quotes"')
    >>> meaning("found character that cannot start any token", "\tanswer: x")
    ('a tab at the beginning of the line', 'indent with spaces')
    """
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent:
        return "a tab at the beginning of the line", "indent with spaces"
    if "\u3000" in indent:
        return "a full-width space at the beginning of the line", "indent with ordinary spaces"
    if lacks_space(line):
        return "a '-' without a space after it", "write '- ' before the key"
    if _FULL_WIDTH_COLON.match(line):
        return "a full-width '\uff1a' after a key", "write an ordinary ':' and a space"
    for part, what, remedy in _MEANINGS:
        if part in complaint:
            return what, remedy
    return _WRONG_INDENT, _WRONG_INDENT_REMEDY


def lacks_space(line: str) -> bool:
    """Whether a line begins a list item without the space after its dash.

    >>> lacks_space("  -id: a"), lacks_space("  - id: a"), lacks_space("  -40 degrees")
    (True, False, False)
    """
    return bool(_NO_SPACE.match(line))
