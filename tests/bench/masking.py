"""What masking catches and lets through, on 500 made-up texts as candidates write them.

The patterns were bettered on the templates, so their figures flatter. The texts "by another hand" were written down at
one go after that, with the ways around a pattern in mind, and nothing was changed for them.
"""

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.privacy.masking import Masker

DATA = Path(__file__).parents[1] / "data" / "masking"
COUNTS = {"name": 150, "address": 100, "mail": 80, "phone": 90, "number": 80}
_KANJI = 2

Table = dict[str, Counter[str]]


@dataclass(frozen=True)
class Case:
    """A text, and the parts of it that must not be left."""

    kind: str
    text: str
    secrets: tuple[str, ...]


def cases(seed: int = 20250601) -> Iterator[Case]:
    """Yield 500 cases, the same ones for a seed; `COUNTS` says how many of which kind."""
    data = json.loads((DATA / "templates.json").read_text(encoding="utf-8"))
    chance = random.Random(seed)  # noqa: S311 -- not for secrets
    for kind, count in COUNTS.items():
        texts = data["texts"][kind]
        for number in range(count):
            template = texts[number % len(texts)]
            if kind == "name":
                yield _name(chance, data, template)
            elif kind == "address":
                yield _address(chance, data, template, number)
            else:
                yield _number(chance, data, kind, number)


def unseen() -> Iterator[Case]:
    """Yield the texts by another hand than the templates."""
    for line in (DATA / "unseen.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        yield Case(case["kind"], case["text"], tuple(case["secrets"]))


def judge(asked: Iterable[Case], masker: Masker) -> Table:
    """Return how many texts of each kind had which outcome."""
    table: Table = {}
    for case in asked:
        table.setdefault(case.kind, Counter())[outcome(case, masker.mask(case.text))] += 1
    return table


def outcome(case: Case, masked: str) -> str:
    """Tell whether all of the secrets are gone ("caught"), a part ("partly"), or nothing ("let through")."""
    left = [secret for secret in case.secrets if secret in masked]
    if len(left) == len(case.secrets):
        return "let through"
    pieces = (piece for secret in case.secrets for piece in _pieces(case.kind, secret))
    return "partly" if left or any(piece in masked for piece in pieces) else "caught"


def needless(questions: Iterable[str], masker: Masker) -> list[str]:
    """Return the ordinary questions that lost something by masking; Slack's mentions and links are not ordinary."""
    return [question for question in questions if "<" not in question and masker.mask(question) != question]


def _name(chance: random.Random, data: dict[str, Any], template: str) -> Case:
    surname, given = chance.choice(data["surnames"]), chance.choice(data["given"])
    kana, foreign, latin = (chance.choice(data[name]) for name in ("kana", "foreign", "latin"))
    used = {
        "full": (surname + given, (surname + given,)),
        "spaced": (f"{surname} {given}", (surname, given)),
        "surname": (surname, (surname,)),
        "given": (given, (given,)),
        "kana": (kana, tuple(kana.split())),
        "joined": (kana.replace(" ", ""), tuple(kana.split())),
        "foreign": (foreign, (foreign,)),
        "latin": (latin, tuple(latin.split())),
    }
    values = {name: value for name, (value, _) in used.items()}
    text = template.format(q=chance.choice(data["questions"]), **values)
    secrets = (part for name, (_, parts) in used.items() if f"{{{name}}}" in template for part in parts)
    return Case("name", text, tuple(secrets))


def _address(chance: random.Random, data: dict[str, Any], template: str, number: int) -> Case:
    town, house = chance.choice(data["towns"]), data["houses"][number % len(data["houses"])]
    text = template.format(a=town + house, q=chance.choice(data["questions"]))
    return Case("address", text, (town[-3:] + house[:2], house))


def _number(chance: random.Random, data: dict[str, Any], kind: str, number: int) -> Case:
    values, texts = data[f"{kind}s"], data["texts"][kind]
    value = values[number % len(values)]
    shown, secret = value if kind == "number" else (value, value)
    # Every value comes in every text sooner or later.
    template = texts[(number + number // len(values)) % len(texts)]
    return Case(kind, template.format(secret=shown, q=chance.choice(data["questions"])), (secret,))


def _pieces(kind: str, secret: str) -> Iterator[str]:
    """Yield the parts of a secret that tell something by themselves: two kanji, three kana or digits, four letters."""
    sizes = {3} if kind != "name" else {4} if secret.isascii() else {2, 3}
    starts = ((start, size) for size in sizes for start in range(len(secret) - size + 1))
    for start, size in starts:
        piece = secret[start : start + size]
        if size == _KANJI and not all("一" <= char <= "龥" for char in piece):
            continue
        if kind in {"name", "address"} or all(char.isalnum() for char in piece):
            yield piece
