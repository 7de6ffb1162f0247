"""Which parts of a message ask, and which only tell: people write a story and then a question."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.analysis.normalize import shortened

_END = re.compile(r"(?<=[。．！？!?…\n])+|\n+|(?<=[a-z])(?:\.\s+(?=[A-Z])|:\s+)")
_ASKS = re.compile(
    r"[?？]|か[ねなぁよー〜～]*[。．！!…\s)）」^;:_*笑w]*$|(?:ます|です|ません)か、|でしょう|かしら|ますかね"
    r"|教え|おしえ|オシエ|知りた|しりた|聞きた|てみた|てほし|て欲し|聞かせ|伺い|お尋ね|お聞き|気にな|ください|下さい|お願いし|おねがい"
    r"|(?:質問|相談|お?問い?合わ?せ)(?:です|があります|したい|なのですが|なんですが)|(?:の件|について)(?:です|で)?[。！!…\s]*$"
    r"|(?:なに|何|ナニ|どれくらい|どのくらい|いくら|いつ|どこ|だれ|誰|なぜ|なんで)(?:[?？。!！…]|$)"
    r"|\b(?:what|how|when|where|who|why|which|is|are|do|does|did|can|could|will|would|should|tell me)\b.{3}",
    re.IGNORECASE,
)
_TELLS = re.compile(r"(?:です|ます|した|ません|だ|ね|よ)[ねよなえぇあぁ〜～ー]*[^\w]*$")
# A worry asks about its subject, too.
_WISHES = re.compile(
    r"(?:たい|[欲ほ]しい|[怖恐]い|こわい|不安|心配)(?:な?[んの])?(?:です|でした|だ)[ねよなぁ〜～ー]*[^\w]*$"
)
# Only joints between things of one kind; after a comma behind a verb or a particle, the same question goes on.
_THING = "[一-龠々ァ-ヴーa-zA-Z]"
_ADDED = r"(?<=[とやか])、|(?<!た)、?(?:あと|それと|それから|および|ならびに|それに|併せて|あわせて)、?"
# A clause with a question word asks by itself, also before more: どこから申し込めて、….
_ASKING_CLAUSE = re.compile(r"((?:どこ|何|誰|いつ|どの|どれ|どんな|いくら).*?(?:[^し]て|し))、(?=.{6})")
_JOINTS = re.compile(
    rf"{_ADDED}|(?<={_THING})[、,・／/](?=\s*{_THING})"
    rf"|(?<={_THING})と(?={_THING})|\band\b",
    re.IGNORECASE,
)
_READABLE = re.compile(r"\w")
_ITEM = re.compile(
    r"(?:^|(?<=[\s。．！？!?:：、]))(?:[①-⑳]|[(（]?\d{1,2}(?:[)）]|[.．、](?!\d))|[・•●■]|[*-](?=\s))\s*"
)
_ITEM_ENDS = re.compile(r"\n|\u3000|(?<=[。！？!?])")
# "Please tell me these three", or "please tell me", without saying what.
_POINTS = re.compile(
    r"(?:^|((?:この|次の|以下の?|上記の?|下記の?|これら)\s*(?:\d|[二三四五])?\s*(?:つ|点|個|件)?\s*))"
    r"(?:について|を|に|まとめて|全部|すべて|全て|両方|どちらも|、)*"
    r"(?:教え|おしえ|お?伺い|お?聞き|お?聞か|お願い|おねがい|お?尋ね|知り)[^、]{0,14}$"
)
_PLEA = re.compile(
    r"^(?:どうぞ|何卒|以上|ご..の?(?:ほど|程)|、)*(?:よろしく|宜しく).{0,3}(?:お願い|おねがい)[^、]{0,10}$"
    r"|^教えて(?:ください|下さい)[。！!\s]*$"
)
_ADDS = re.compile(r"^(?:あと|それと|それから|ついでに|ほかに|他に)(?!で)")
_LONGEST_CHUNK = 14

LONGEST_READ = 1_000
"""Most characters of a message that are searched for: more would take too long, and no question needs more."""

LONGEST_ENCODED = 150
"""Most characters of a question that are encoded: of a longer one, the first half and the last half of these."""


@dataclass(frozen=True)
class Question:
    """A question, and the background that is told beside it; often none."""

    text: str
    background: str = ""

    @property
    def whole(self) -> str:
        """The background and then the question."""
        return " ".join(filter(None, (self.background.strip(), self.text)))

    @property
    def encoded(self) -> list[str]:
        """The shortened texts for an encoder: the question and, as どうしたらいいですか says little, also the whole."""
        texts = (self.text, self.whole) if self.background else (self.text,)
        return [shortened(text, LONGEST_ENCODED) for text in texts]


# A message is read several times: for small talk, for statements, as one question and as several.
@lru_cache(maxsize=16)
def sentences(message: str) -> tuple[str, ...]:
    """Return the readable sentences of a message, in order."""
    parts = (part.strip() for part in _END.split(message) if part)
    return tuple(part for part in parts if _READABLE.search(part))


def condensed(message: str) -> str:
    r"""Return a message of at most `LONGEST_READ` characters: of a longer one, the last sentences that ask.

    Of an endless sentence, the end is kept. If no sentence asks, the two ends of the message are kept.

    >>> condensed(f"服装は自由ですか？{'入社して三年がたちました。' * 90}残業は？")
    '服装は自由ですか？\n残業は？'
    """
    if len(message) <= LONGEST_READ:
        return message
    kept: list[str] = []
    left = LONGEST_READ
    for sentence in reversed(sentences(shortened(message))):
        part = sentence if len(sentence) < LONGEST_READ else sentence[-LONGEST_READ // 2 :]
        if len(part) < left and asks(part) and not _PLEA.search(part):
            kept.append(part)
            left -= len(part) + 1
    return "\n".join(reversed(kept)) or shortened(message, LONGEST_READ)


@lru_cache(maxsize=64)
def asks(sentence: str) -> bool:
    """Whether a sentence asks for something."""
    return bool(_ASKS.search(sentence))


def tells(message: str) -> bool:
    """Whether a message is a plain statement: no sentence asks, and the last ends in a predicate, not a wish or worry.

    >>> tells("それはすごいですね"), tells("更新料も"), tells("服装は？不安です。"), tells("在宅で働きたいです")
    (True, False, False, False)
    >>> tells("夜勤が不安です"), tells("夜勤が楽しいです")
    (False, True)
    """
    parts = sentences(message)
    if not parts or any(map(asks, parts)):
        return False
    return bool(_TELLS.search(parts[-1])) and not _WISHES.search(parts[-1])


def denies(text: str) -> bool:
    """Whether a text names something by what it is not: 有料でない研修, 面接以外."""
    return bool(re.search("以外|(?:で|では|じゃ)な[いく]", text))


@lru_cache(maxsize=16)
def items(message: str) -> tuple[str, ...]:
    """Return the items that a message lists with ①, 1), ・ and the like, in order; none for fewer than two."""
    parts = [part.strip() for part in _ITEM.split(message)[1:]]
    found = [*parts[:-1], *(_ITEM_ENDS.split(part, maxsplit=1)[0].strip() for part in parts[-1:])]
    listed = tuple(part for part in found if _READABLE.search(part))
    return listed if len(listed) > 1 else ()


def adds(message: str) -> bool:
    """Whether a message asks for several things, by a word such as あと or by a list.

    >>> adds("育休は取れますか、あと資格の補助は"), adds("始業と終業は何時ですか")
    (True, False)
    """
    return bool(items(message) or re.search(_ADDED, message) or _ASKING_CLAUSE.search(message))


def stands_alone(part: str, message: str) -> bool:
    """Whether a part of a message is a sentence of its own, apart from a word such as あと before it.

    >>> [stands_alone("残業は？", each) for each in ("服装は？あと残業は？", "服装と、残業は？")]
    [True, False]
    """
    return any(part in {each, _ADDS.sub("", each)} for each in sentences(message))


@lru_cache(maxsize=16)
def _asking(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the sentences that ask; the other ones if these only say "please tell me the following"."""
    asking = [part for part in parts if asks(part)]
    pointing = {part: found for part in asking if (found := _POINTS.search(part))}
    to_these = any(found[1] for found in pointing.values())
    if len(asking) < len(parts) and pointing and (to_these or len(pointing) == len(asking)):
        return tuple(part for part in parts if part not in pointing)
    return tuple(part for part in parts if part in asking or _ADDS.search(part)) if asking else ()


def _keywords(message: str) -> list[str]:
    """Return the parts of a message of keywords alone; none unless there are two or more, all short."""
    parts = [part.strip() for part in re.split(r"[、,，/／・\n\u3000]", message) if _READABLE.search(part)]
    keywords = len(parts) > 1 and all(len(part) <= _LONGEST_CHUNK for part in parts)
    return parts if keywords and not tells(message) else []


def question(message: str) -> Question:
    """Return a message as one question: the sentences that ask, with the others as background.

    A message without such a sentence is a question as a whole: people type "研修" and ask about it.

    >>> question("SE3年目です。リモートはありますか？")
    Question(text='リモートはありますか？', background='SE3年目です。')
    """
    if listed := items(message):
        return Question(" ".join(listed), " ".join(sentences(_ITEM.split(message)[0])))
    parts = sentences(message)
    asking = _asking(parts)
    if not asking:
        return Question(message)
    return Question(" ".join(asking), " ".join(part for part in parts if part not in asking))


def questions(message: str) -> tuple[Question, ...]:
    """Return the parts of a message that may be questions of their own, in order; one or more.

    >>> [part.text for part in questions("服装と、在宅の頻度を教えて")]
    ['服装と', '在宅の頻度を教えて']
    """
    parts: Sequence[str] = items(message)
    if not parts and (asking := _asking(sentences(message))):
        parts = [
            clause.strip()
            for part in asking
            for chunk in _ASKING_CLAUSE.sub(r"\1\n", part).split("\n")
            for clause in _JOINTS.split(chunk)
            if _READABLE.search(clause) and not _POINTS.search(clause)
        ]
        return tuple(map(Question, parts or [message]))
    return tuple(map(Question, parts or _keywords(message))) or (Question(message),)
