"""What a line says it is, by its own letters: a question, an answer, a name before what somebody said."""

import re
import unicodedata
from dataclasses import dataclass

LONGEST_QUESTION = 250
_LONGEST_TITLE = 40

_NUMBERED_MARK = r"\s*[-.]?\s*[0-9０-９]*\s*(?:[\]】)）.．:：、　]|\s)\s*(?=\S)"
_QUESTION = re.compile(
    rf"[\[【(（]?(?:[QＱ]|質問|問){_NUMBERED_MARK}|[QＱ][0-9０-９]+\s*"
    r"|[—―─–ー－-]{2,}\s*(?=\S)|[―—─]\s*(?=\S)"
)
_ANSWER = re.compile(rf"[\[【(（]?(?:[AＡ]|回答|答え?){_NUMBERED_MARK}|[AＡ][0-9０-９]+\s*")
_NUMBER = re.compile(
    r"(?:[0-9０-９]{1,2}\s*[.．)）、:：]|[(（][0-9０-９]{1,2}[)）]|[①-⑳]|[QＱ][0-9０-９]+)\s*(?=\S)"
)

_NAME = r"(?P<name>[A-Za-z一-龥々〆ヶァ-ヴー・]{1,12}?)"
_TITLE = r"(?:さん|氏|様|課長|部長|係長|主任|担当)?(?P<role>(?:[(（][^)）]{1,30}[)）])?)"
_FORMS = {
    "brackets": re.compile(rf"[【\[［〈<＜]{_NAME}{_TITLE}[】\]］〉>＞]\s*(?P<said>.*)"),
    "colon": re.compile(rf"{_NAME}{_TITLE}\s*[:：]\s*(?P<said>\S.*)"),
    "blank": re.compile(rf"(?P<name>[A-Za-z一-龥々〆ヶァ-ヴー]{{1,8}}){_TITLE}[ 　\t]+(?P<said>\S.*)"),
}
_ALONE = re.compile(rf"[【\[［〈<＜]?{_NAME}{_TITLE}[】\]］〉>＞:：]?")

_TAIL = re.compile(r"(?:[(（][^()（）]*[)）]|[。．.!！、\s])+$")
_ASKS = re.compile(
    r"(?:教えて|お?聞かせ|ご?教示|ご?教授|お?話し?て|お話し|説明して|ご説明|ご?紹介して|ご紹介|お答え|お伺い)"
    r"(?:を)?(?:ください|下さい|いただけますか|いただけますと幸いです|願います|お願いします|お願いいたします|いただきたい(?:です)?|ほしい(?:です)?|欲しい(?:です)?)$"
    r"|(?<!な)(?<!ほ)(?<!わず)(?<!たし)(?<!いつ)(?<!確)か$"
)
_RHETORICAL = re.compile(r"(?:でしょうか|ではないか|だろうか|ませんか)$")
_ASKING_WORD = re.compile(r"何|なに|どう|どの|どれ|どん|どこ|いつ|誰|だれ|なぜ|いくら|いくつ|いかが|いただけ")
_BULLET = re.compile(r"[・○◯●〇▼▽▶►▷→⇒※*＊✓☆★\-–+]|https?:")
_ENDS_A_SENTENCE = ("。", "．", ".", "!", "?", "！", "？", "」", "』", ")", "）", "…", "笑", "|")
_NO_END_OF_A_TITLE = ("。", "、", ",", "!", "！", "|", "｜", "…", "」")


@dataclass(frozen=True)
class Said:
    """A line that begins with the name of who speaks; `how` is what stands between the two."""

    name: str
    text: str
    how: str


def plain(text: str) -> str:
    """Return the text as it is compared: full-width letters and digits as ordinary ones."""
    return unicodedata.normalize("NFKC", text).strip()


def question_mark(text: str) -> str | None:
    """Return a question without its mark, `Q1.` or `——`; `None` where it has none.

    >>> question_mark("Q1. 残業はありますか"), question_mark("——志望の理由は"), question_mark("Q&Aコーナー")
    ('残業はありますか', '志望の理由は', None)
    """
    found = _QUESTION.match(text)
    return text[found.end() :].strip("」 　") if found else None


def answer_mark(text: str) -> str | None:
    """Return an answer without its mark, `A.` or `回答：`; `None` where it has none."""
    found = _ANSWER.match(text)
    return text[found.end() :].strip() if found else None


def numbered(text: str) -> str | None:
    """Return a text without the number before it; `None` where it has none.

    >>> numbered("３．一日の流れは"), numbered("3日間の研修です")
    ('一日の流れは', None)
    """
    found = _NUMBER.match(text)
    return text[found.end() :].strip() if found else None


def said(text: str) -> Said | None:
    """Return who seems to speak, behind the mark of an answer too; any name-like beginning counts, whoever it may be.

    >>> said("佐藤（人事課）：残業は月に10時間ほどです。")
    Said(name='佐藤（人事課）', text='残業は月に10時間ほどです。', how='colon')
    """
    marked = answer_mark(text)
    text = text if marked is None else marked
    found = ((how, match) for how, form in _FORMS.items() if (match := form.fullmatch(text)))
    return next(
        (Said(match["name"] + match["role"], match["said"].strip(), how) for how, match in found), None
    )


def name_alone(text: str) -> str | None:
    """Return the name if a line is nothing else."""
    found = _ALONE.fullmatch(text)
    return found["name"] + found["role"] if found else None


def asks(text: str) -> bool:
    """Whether a text asks something, with a question mark or without.

    >>> [asks(text) for text in ("年齢層はどれくらいか", "業務について教えてください。", "ぜひご覧ください。")]
    [True, True, False]
    """
    bare = plain(text)
    if len(bare) > LONGEST_QUESTION:
        return False
    end = _TAIL.sub("", bare)
    return bool(re.search(r"\?[)」』\s]*$", bare) or _ASKS.search(end)) or end.endswith("?")


def is_rhetorical(text: str) -> bool:
    """Whether a text only has the form of a question, as in speech."""
    end = _TAIL.sub("", plain(text)).rstrip("?")
    return bool(_RHETORICAL.search(end)) and not _ASKING_WORD.search(end)


def is_title(text: str) -> bool:
    """Whether a text could be a heading: short, no sentence, no item of a list.

    >>> [is_title(text) for text in ("質疑応答", "とても充実しています。", "・研修")]
    [True, False, False]
    """
    return (
        len(text) <= _LONGEST_TITLE
        and not _BULLET.match(text)
        and not text.endswith(_NO_END_OF_A_TITLE)
        and "。" not in text
        and any(letter.isalpha() for letter in text)
    )


def ends_a_paragraph(text: str) -> bool:
    """Whether a text ends as a whole sentence does."""
    return text.rstrip().endswith(_ENDS_A_SENTENCE)
