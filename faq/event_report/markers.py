"""What a line says it is, by its own letters: a question, an answer, a name before what somebody said."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from faq.event_report.page import Line

_LONGEST_QUESTION = 250
_LONGEST_TITLE = 40
_LONGEST_NAME = 6
_FEWEST = 2
_SENTENCE = 12

_NUMBERED_MARK = r"\s*[-.]?\s*[0-9０-９]*\s*(?:[\]】)）.．:：、　]|\s)\s*(?=\S)"
QUESTION = re.compile(
    rf"[\[【(（]?(?:[QＱ]|質問|問){_NUMBERED_MARK}|[QＱ][0-9０-９]+\s*"
    r"|[—―─–ー－-]{2,}\s*(?=\S)|[―—─]\s*(?=\S)"
)
ANSWER = re.compile(rf"[\[【(（]?(?:[AＡ]|回答|答え?){_NUMBERED_MARK}|[AＡ][0-9０-９]+\s*")
NUMBER = re.compile(
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

TAIL = re.compile(r"(?:[(（][^()（）]*[)）]|[。．.!！、\s])+$")
_ASKS = re.compile(
    r"(?:教えて|お?聞かせ|ご?教示|ご?教授|お?話し?て|お話し|説明して|ご説明|ご?紹介して|ご紹介|お答え|お伺い)"
    r"(?:を)?(?:ください|下さい|いただけますか|いただけますと幸いです|願います|お願いします|お願いいたします|いただきたい(?:です)?|ほしい(?:です)?|欲しい(?:です)?)$"
    r"|(?<!な)(?<!ほ)(?<!わず)(?<!たし)(?<!いつ)(?<!確)か$"
)
_BULLET = re.compile(r"[・○◯●〇▼▽▶►▷→⇒※*＊✓☆★\-–+]|https?:")
_NO_END_OF_A_TITLE = ("。", "、", ",", "!", "！", "|", "｜", "…", "」")
_PROFILE = re.compile(
    r"(?P<family>[一-龥々ァ-ヴー]{1,5})[ 　](?P<given>[一-龥々ぁ-んァ-ヴー]{1,5})(?:さん|氏)?(?:[(（].*[)）])?"
)
_ASKER = re.compile(r"司会者?|聞き手|進行|MC|モデレーター?|ファシリテーター|インタビュアー|編集部|取材者")
_NOBODY = re.compile(
    r"日[時程]|場所|会場|主催|共催|対象|定員|参加費|注|例|補足|参考|URL|時間|内容|講師|登壇者|出演者?|公開日|(?:最新)?更新日"
    r"|期間|担当|(?:お問い合わ|問合)せ|連絡先|備考|形式|配信|申込|資料|写真|文|取材|Q|A"
)


@dataclass(frozen=True)
class Said:
    """A line that begins with the name of who speaks; `how` is what stands between the two."""

    name: str
    text: str
    how: str


def plain(text: str) -> str:
    """Return the text as it is compared: full-width letters and digits as ordinary ones."""
    return unicodedata.normalize("NFKC", text).strip()


def after(mark: re.Pattern[str], text: str) -> str | None:
    """Return a text without the mark before it, such as `Q1.`, `——`, `回答：` or `3.`; `None` where it has none.

    >>> after(QUESTION, "Q1. 残業はありますか"), after(QUESTION, "——志望の理由は"), after(QUESTION, "Q&Aコーナー")
    ('残業はありますか', '志望の理由は', None)
    >>> after(NUMBER, "３．一日の流れは"), after(NUMBER, "3日間の研修です")
    ('一日の流れは', None)
    """
    found = mark.match(text)
    return text[found.end() :].strip() if found else None


def said(text: str) -> Said | None:
    """Return who seems to speak, behind the mark of an answer too; any name-like beginning counts, whoever it may be.

    >>> said("佐藤（人事課）：残業は月に10時間ほどです。")
    Said(name='佐藤（人事課）', text='残業は月に10時間ほどです。', how='colon')
    """
    marked = after(ANSWER, text)
    for how, form in _FORMS.items():
        if found := form.fullmatch(text if marked is None else marked):
            return Said(found["name"] + found["role"], found["said"].strip(), how)
    return None


def asks(text: str) -> bool:
    """Whether a text asks something, with a question mark or without.

    >>> [asks(text) for text in ("年齢層はどれくらいか", "業務について教えてください。", "ぜひご覧ください。")]
    [True, True, False]
    """
    bare = plain(text)
    if len(bare) > _LONGEST_QUESTION:
        return False
    end = TAIL.sub("", bare)
    return bool(re.search(r"\?[)」』\s]*$", bare) or _ASKS.search(end)) or end.endswith("?")


def is_title(text: str) -> bool:
    """Whether a text could be a heading: short, no sentence, no item of a list."""
    return (
        len(text) <= _LONGEST_TITLE
        and not _BULLET.match(text)
        and not text.endswith(_NO_END_OF_A_TITLE)
        and "。" not in text
        and any(letter.isalpha() for letter in text)
    )


class Speakers:
    """The names that mean a person in a report."""

    def __init__(self, lines: Sequence[Line]) -> None:
        """Find the names that stand before speech at least twice, and those of the profiles that do so once."""
        # What stands before the first question introduces people; nobody speaks there.
        asked = (number for number, line in enumerate(lines) if asks(line.text) or after(QUESTION, line.text))
        below = lines[next(asked, 0) :]
        seen: Counter[str] = Counter()
        manners: defaultdict[str, set[str]] = defaultdict(set)
        for line in below:
            found = said(line.text)
            if found and found.text and _is_speech(found) and not _NOBODY.fullmatch(_bare(found.name)):
                seen[_bare(found.name)] += 1
                manners[_bare(found.name)].add(found.how)
        introduced: set[str] = set()
        for line in lines:
            if profile := _PROFILE.fullmatch(line.text):
                introduced |= {profile["family"], profile["family"] + profile["given"]}
        often = {
            name
            for name, count in seen.items()
            if count >= _FEWEST or name in introduced or asks_for_others(name)
        }
        # Who speaks once is believed where others speak in the same manner.
        usual = {how for name in often for how in manners[name]} & {"colon", "brackets"}
        once = {name for name in seen if manners[name] & usual and len(name) <= _LONGEST_NAME}
        alone = Counter(name for line in below if line.level and (name := _name_alone(line.text)))
        labels = {_bare(name) for name, count in alone.items() if count >= _FEWEST}
        self._names = often | once | {name for name in labels if not _NOBODY.fullmatch(name)}

    def speech(self, line: Line) -> Said | None:
        """Return who says what in a line; `None` if nobody is named in it."""
        found = said(line.text)
        if found and _bare(found.name) in self._names and _is_speech(found):
            return found
        alone = _name_alone(line.text)
        return Said(alone, "", "alone") if alone and _bare(alone) in self._names else None


def asks_for_others(name: str) -> bool:
    """Whether somebody of that name asks the questions, as a moderator does."""
    return bool(_ASKER.fullmatch(_bare(name)))


def _name_alone(text: str) -> str | None:
    """Return the name if a line is nothing else."""
    found = _ALONE.fullmatch(text)
    return found["name"] + found["role"] if found else None


def _bare(name: str) -> str:
    """Return a name without its role in brackets."""
    return re.split(r"[(（]", name)[0]


def _is_speech(found: Said) -> bool:
    """Whether what stands behind a name is said by somebody; behind a mere blank only a sentence is."""
    text = found.text
    is_sentence = "。" in text or (len(text) >= _SENTENCE and text.endswith(("!", "！", "?", "？", "、")))
    return found.how != "blank" or is_sentence
