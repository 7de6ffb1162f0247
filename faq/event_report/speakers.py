"""Who speaks in a report: names that stand before what is said, or that the profiles introduce."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from faq.event_report.markers import Said, asks, name_alone, question_mark, said
from faq.event_report.page import Line

_PROFILE = re.compile(
    r"(?P<family>[一-龥々ァ-ヴー]{1,5})[ 　](?P<given>[一-龥々ぁ-んァ-ヴー]{1,5})(?:さん|氏)?(?:[(（].*[)）])?"
)
_ASKER = re.compile(r"司会者?|聞き手|進行|MC|モデレーター?|ファシリテーター|インタビュアー|編集部|取材者")
_NOBODY = re.compile(
    r"日[時程]|場所|会場|主催|共催|対象|定員|参加費|注|例|補足|参考|URL|時間|内容|講師|登壇者|出演者?|公開日|(?:最新)?更新日"
    r"|期間|担当|(?:お問い合わ|問合)せ|連絡先|備考|形式|配信|申込|資料|写真|文|取材|Q|A"
)
_FEWEST = 2
_SENTENCE = 12
_LONGEST_NAME = 6


class Speakers:
    """The names that mean a person in a report."""

    def __init__(self, lines: Sequence[Line]) -> None:
        """Find the names that stand before speech at least twice, and those of the profiles that do so once."""
        # What stands before the first question introduces people; nobody speaks there.
        asked = (number for number, line in enumerate(lines) if asks(line.text) or question_mark(line.text))
        below = lines[next(asked, 0) :]
        seen: Counter[str] = Counter()
        manners: defaultdict[str, set[str]] = defaultdict(set)
        for line in below:
            found = said(line.text)
            if found and found.text and _is_speech(found) and not _NOBODY.fullmatch(bare(found.name)):
                seen[bare(found.name)] += 1
                manners[bare(found.name)].add(found.how)
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
        alone = Counter(name for line in below if line.level and (name := name_alone(line.text)))
        labels = {bare(name) for name, count in alone.items() if count >= _FEWEST}
        self._names = often | once | {name for name in labels if not _NOBODY.fullmatch(name)}

    def speech(self, line: Line) -> Said | None:
        """Return who says what in a line; `None` if nobody is named in it."""
        found = said(line.text)
        if found and bare(found.name) in self._names and _is_speech(found):
            return found
        alone = name_alone(line.text)
        return Said(alone, "", "alone") if alone and bare(alone) in self._names else None


def asks_for_others(name: str) -> bool:
    """Whether somebody of that name asks the questions, as a moderator does."""
    return bool(_ASKER.fullmatch(bare(name)))


def bare(name: str) -> str:
    """Return a name without its role in brackets.

    >>> bare("佐藤（人事課）")
    '佐藤'
    """
    return re.split(r"[(（]", name)[0]


def _is_speech(found: Said) -> bool:
    """Whether what stands behind a name is said by somebody; behind a mere blank only a sentence is."""
    text = found.text
    is_sentence = "。" in text or (len(text) >= _SENTENCE and text.endswith(("!", "！", "?", "？", "、")))
    return found.how != "blank" or is_sentence
