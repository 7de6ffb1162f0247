"""Questions that a page itself declares, as schema.org's FAQPage in JSON-LD or in the attributes of its elements."""

import json
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

_QUESTION = '[itemtype$="schema.org/Question"]'


def declared(content: str) -> Iterator[tuple[str, str]]:
    """Yield each question of a page with its answer, which is HTML, in order of the page; none of a text."""
    if "schema.org" not in content:
        return
    tree = LexborHTMLParser(content)
    for node in tree.css('script[type="application/ld+json"]'):
        try:
            data = json.loads(node.text(deep=True))
        except ValueError:
            continue  # what the page shows is read all the same
        yield from _questions(data)
    for node in tree.css(_QUESTION):
        name, text = node.css_first('[itemprop="name"]'), node.css_first('[itemprop="text"]')
        if name and text:
            yield name.text(deep=True, strip=True), f"<div>{text.inner_html or ''}</div>"


def _questions(data: object) -> Iterator[tuple[str, str]]:
    if isinstance(data, list):
        for each in data:
            yield from _questions(each)
    elif isinstance(data, dict):
        name, answer = data.get("name"), data.get("acceptedAnswer")
        answer = answer[0] if isinstance(answer, list) and answer else answer
        text = answer.get("text") if isinstance(answer, dict) else None
        if data.get("@type") == "Question" and isinstance(name, str) and isinstance(text, str):
            yield name, f"<div>{text}</div>"
        else:
            for each in data.values():
                yield from _questions(each)
