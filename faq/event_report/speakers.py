"""Who speaks in a report: names that stand before what is said, or that the profiles introduce."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from faq.event_report.markers import Said, answer_mark, asks, name_alone, question_mark, said
from faq.event_report.page import Line

_PROFILE = re.compile(
    r"(?P<family>[一-龥々ァ-ヴー]{1,5})[ 　](?P<given>[一-龥々ぁ-んァ-ヴー]{1,5})(?:さん|氏)?(?:[(（].*[)）])?"
)
_ASKERS = frozenset(
    [
        "司会",
        "司会者",
        "聞き手",
        "進行",
        "MC",
        "モデレーター",
        "モデレータ",
        "ファシリテーター",
        "インタビュアー",
        "編集部",
        "取材者",
    ]
)
_NOBODY = frozenset(
    [
        "日時",
        "日程",
        "場所",
        "会場",
        "主催",
        "共催",
        "対象",
        "定員",
        "参加費",
        "注",
        "例",
        "補足",
        "参考",
        "URL",
        "時間",
        "内容",
        "講師",
        "登壇者",
        "出演",
        "出演者",
        "公開日",
        "更新日",
        "最新更新日",
        "期間",
        "担当",
        "問合せ",
        "お問い合わせ",
        "連絡先",
        "備考",
        "形式",
        "配信",
        "申込",
        "資料",
        "写真",
        "文",
        "取材",
        "Q",
        "A",
    ]
)
_FEWEST = 2
_SENTENCE = 12
_LONGEST_NAME = 6


@dataclass(frozen=True)
class Speakers:
    """The names that mean a person in this report."""

    names: frozenset[str]

    def speech(self, line: Line) -> Said | None:
        """Return who says what in a line; `None` if nobody is named in it."""
        text = line.text
        marked = answer_mark(text)
        found = said(marked if marked is not None else text)
        if found and bare(found.name) in self.names and (found.how != "blank" or _is_speech(found.text)):
            return found
        alone = name_alone(text)
        return Said(alone, "", "alone") if alone and bare(alone) in self.names else None


def find_speakers(lines: Sequence[Line]) -> Speakers:
    """Return the names that stand before speech at least twice, and those of the profiles that do so once."""
    seen: Counter[str] = Counter()
    hows: dict[str, set[str]] = {}
    # What stands before the first question introduces people; nobody speaks there.
    first = next(
        (number for number, line in enumerate(lines) if asks(line.text) or question_mark(line.text)), 0
    )
    below = lines[first:]
    for line in below:
        marked = answer_mark(line.text)
        found = said(marked if marked is not None else line.text)
        if (
            found
            and found.text
            and bare(found.name) not in _NOBODY
            and (found.how != "blank" or _is_speech(found.text))
        ):
            seen[bare(found.name)] += 1
            hows.setdefault(bare(found.name), set()).add(found.how)
    introduced = set(_introduced(lines))
    often = {
        name for name, count in seen.items() if count >= _FEWEST or name in introduced or name in _ASKERS
    }
    # Who speaks once is believed where others speak in the same manner.
    manners = {how for name in often for how in hows[name]}
    once = {
        name for name in seen if hows[name] & manners & {"colon", "brackets"} and len(name) <= _LONGEST_NAME
    }
    alone = Counter(name for line in below if (name := name_alone(line.text)) and line.level)
    labels = {bare(name) for name, count in alone.items() if count >= _FEWEST and bare(name) not in _NOBODY}
    return Speakers(frozenset(often | once | labels | (introduced & labels)))


def asks_for_others(name: str) -> bool:
    """Whether somebody of that name asks the questions, as a moderator does."""
    return bare(name) in _ASKERS


def bare(name: str) -> str:
    """Return a name without its role in brackets.

    >>> bare("佐藤（人事課）")
    '佐藤'
    """
    return re.split(r"[(（]", name)[0]


def _is_speech(text: str) -> bool:
    return "。" in text or (len(text) >= _SENTENCE and text.endswith(("!", "！", "?", "？", "、")))


def _introduced(lines: Iterable[Line]) -> Iterable[str]:
    for line in lines:
        found = _PROFILE.fullmatch(line.text)
        if found:
            yield found["family"]
            yield found["family"] + found["given"]
