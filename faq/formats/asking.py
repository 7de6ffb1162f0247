"""Whether a text is a question or an answer, by its mark or by its form."""

import re
import unicodedata

_LONGEST_QUESTION = 250
_NAMES = ("[QＱ]|質問|問", "[AＡ]|回答|答え?")
# In a cell, 'A4' is paper and '回答は' a sentence: a mark ends in a sign or a blank.
_IN_CELL = r"[\[【(（]?(?:{})\s*[-.]?\s*[0-9０-９]*\s*(?:[\]】)）.．:：、　]|\s)\s*(?=\S)"
CELL_QUESTION, CELL_ANSWER = (re.compile(_IN_CELL.format(name)) for name in _NAMES)
QUESTION = re.compile(
    rf"{CELL_QUESTION.pattern}|[QＱ][0-9０-９]+\s*|[—―─–ー－-]{{2,}}\s*(?=\S)|[―—─]\s*(?=\S)"
)
ANSWER = re.compile(rf"{CELL_ANSWER.pattern}|[AＡ][0-9０-９]+\s*")
NUMBER = re.compile(
    r"(?:[0-9０-９]{1,2}\s*[.．)）、:：]|[(（][0-9０-９]{1,2}[)）]|[①-⑳]|[QＱ][0-9０-９]+)\s*(?=\S)"
)
_BARE = r"[\[【(（]?(?:{})[-.]?[0-9０-９]*[\]】)）.．:：]*"
BARE_QUESTION, BARE_ANSWER = (re.compile(_BARE.format(name)) for name in _NAMES)
TAIL = re.compile(r"(?:[(（][^()（）]*[)）]|[。．.!！、\s])+$")
_ASKS = re.compile(
    r"(?:教えて|お?聞かせ|ご?教示|ご?教授|お?話し?て|お話し|説明して|ご説明|ご?紹介して|ご紹介|お答え|お伺い)"
    r"(?:を)?(?:ください|下さい|いただけますか|いただけますと幸いです|願います|お願いします|お願いいたします|いただきたい(?:です)?|ほしい(?:です)?|欲しい(?:です)?)$"
    r"|(?<!な)(?<!ほ)(?<!わず)(?<!たし)(?<!いつ)(?<!確)か$"
)


def normalized(text: str) -> str:
    """Return the text for comparing: full-width letters and digits become ordinary ones."""
    return unicodedata.normalize("NFKC", text).strip()


def without_mark(mark: re.Pattern[str], text: str) -> str | None:
    """Return a text without the mark before it, such as `Q1.`, `——`, `回答：` or `3.`; `None` where it has none.

    >>> [without_mark(QUESTION, text) for text in ("Q1. 残業はありますか", "——志望の理由は", "Q&Aコーナー")]
    ['残業はありますか', '志望の理由は', None]
    >>> [without_mark(NUMBER, text) for text in ("３．一日の流れは", "3日間の研修です")]
    ['一日の流れは', None]
    """
    found = mark.match(text)
    return text[found.end() :].strip() if found else None


def asks(text: str) -> bool:
    """Whether a text asks something, with a question mark or without.

    >>> [asks(text) for text in ("年齢層はどれくらいか", "業務について教えてください。", "ぜひご覧ください。")]
    [True, True, False]
    """
    bare = normalized(text)
    if len(bare) > _LONGEST_QUESTION:
        return False
    end = TAIL.sub("", bare)
    return bool(re.search(r"\?[)」』\s]*$", bare) or _ASKS.search(end)) or end.endswith("?")


def questions_in(text: str) -> tuple[str, ...]:
    """Return the questions of a text with several, on lines of their own or one after the other; else the text.

    >>> questions_in("残業はありますか？手当は出ますか？"), questions_in("本当？と聞かれました")
    (('残業はありますか？', '手当は出ますか？'), ('本当？と聞かれました',))
    """
    parts = [part.strip() for line in text.splitlines() for part in re.split(r"(?<=[?？])", line)]
    parts = [part for part in parts if part]
    return tuple(parts) if len(parts) > 1 and all(map(asks, parts)) else (text,)
