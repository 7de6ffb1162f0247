"""Different figures for one thing in two answers, such as 「在宅勤務は週1日」 and 「テレワークは週2日」."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import inf

from faq.model import Entry, EntryKind, Knowledge
from index.analysis.analyzer import Analyzer
from index.analysis.tokenizer import morphemes

_KANJI = {numeral: str(number) for number, numeral in enumerate("一二三四五六七八九", start=1)} | {"十": "10"}
_UNITS = {
    "名": "人", "ヶ月": "か月", "カ月": "か月", "ヵ月": "か月", "ケ月": "か月", "箇月": "か月", "パーセント": "%",
    "日間": "日", "年間": "年", "時間": "時間", "分間": "分",
}  # fmt: skip
_NUMBER = r"(?:[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?|[一二三四五六七八九十](?=[日回人名年か週時分]))"
_UNIT = (
    r"日間|日|回|週間|時間|分間|分|万円|億円|千円|円|人|名|歳|[かヶカヵケ箇]月|年間|年(?=以上|ほど|程度|くらい|以内|まで|ごと)|%|パーセント|割"
    r"|講座|件|種類|社|区|倍|点|コマ|単位|か所|科目"
)
_QUANTITY = re.compile(
    rf"(?P<about>約|およそ|最大|最長|最短|最低)?(?P<frame>(?<![0-9])(?:[毎一]?[週月年日]|1[日人回](?:あたり|につき)?)に?)?(?P<about_2>約|およそ|最大)?"
    rf"(?<![0-9./第時])(?<![0-9][年月])(?P<low>{_NUMBER})(?:(?P<unit_2>{_UNIT})?(?:から|~|〜|-|、)(?P<high>{_NUMBER}))?(?P<unit>{_UNIT})"
    r"(?P<after>以上|以下|以内|未満|まで|から|ほど|程度|くらい|ぐらい|前後|弱|強)?(?!目|付)"
)
_SCALE = {"万円": 10_000, "億円": 100_000_000, "千円": 1_000}
_SENTENCE = re.compile(r"[^。\n!?]+")
# A figure for one person, one time or one condition contradicts no other.
_PARTICULAR = re.compile(
    r"場合|とき|なら|例えば|たとえば|以前|当時|かつて|さん|私|(?:人|こと|方|部署)(?:も|が)(?:い|あ)|[0-9]{4}年|昨年|今年|令和|平成"
)
_GENERIC = frozenset(
    [
        "上限", "下限", "期間", "回数", "人数", "時間", "金額", "額", "定員", "頻度", "割合", "目安",
        "平均", "最大", "年齢", "日数", "数", "費用", "場所", "対象", "条件", "制度", "職員", "今",
        "現在", "全体", "全部", "合計", "一人", "1人", "人",
    ]
)  # fmt: skip
"""Words that are no subject by themselves."""
_EMPTY = frozenset(
    [
        "事", "こと", "もの", "物", "ため", "為", "方", "場合", "ところ", "所", "うち", "ほか", "他",
        "中", "前", "後",
    ]
)  # fmt: skip
_FEW_ENTRIES = 5
_SMALL_SHARE = 0.03
"""A word in more entries than this is no subject by itself, such as 手数料."""
_ROUGH = 0.2
"""How far two rounded figures may be apart, as a share of the greater."""
_FEWEST_ROUNDED = 10


@dataclass(frozen=True)
class Figure:
    """One figure of an answer; `subject` has its nouns, as one noun where they mean the same here.

    `measure` is such as `("週", "日")` for days a week; `low` is -inf for an upper bound, `high` inf for a lower one.
    """

    entry_id: str
    text: str
    subject: frozenset[str]
    nouns: frozenset[str]
    measure: tuple[str, str]
    low: float
    high: float

    def contradicts(self, other: "Figure") -> bool:
        """Whether no value fits both; two upper bounds must be equal."""
        if self.low == other.low == -inf:
            return self.high != other.high
        return self.high < other.low or other.high < self.low

    def is_of_the_same(self, other: "Figure") -> bool:
        """Whether both are about one thing: with the same nouns, or with other nouns of the same meaning.

        If they share a noun, the others make it another thing: 新人研修 is not 管理職研修.
        """
        return self.nouns == other.nouns or (self.subject == other.subject and not self.nouns & other.nouns)


def conflicts(knowledge: Knowledge) -> Iterator[tuple[Figure, Figure]]:
    """Yield figures of two answers that contradict each other about one thing, in order of the files.

    For few false alarms, both need the same nouns and unit, and no condition. If an answer has several figures for the
    thing, all of them must contradict. A pair of entries comes once for each thing.
    """
    analyzer = Analyzer(knowledge.lexicon)
    entries = knowledge.of_kind(EntryKind.ANSWER)
    held: dict[object, dict[int, list[Figure]]] = {}
    for number, entry in enumerate(entries):
        for figure in _figures(entry, analyzer):
            by_entry = held.setdefault((figure.subject, figure.measure), {})
            by_entry.setdefault(number, []).append(figure)
    found = [
        (number, other, some[0], others[0])
        for by_entry in held.values()
        for (number, some), (other, others) in combinations(by_entry.items(), 2)
        if all(one.is_of_the_same(two) and one.contradicts(two) for one in some for two in others)
    ]
    common = _common(analyzer, entries) if found else frozenset()
    for number, other, first, second in sorted(found, key=lambda each: each[:2]):
        topics = (_subject(analyzer, entries[each].question)[0] - common for each in (number, other))
        less, more = sorted(topics, key=len)
        if first.subject - common or (less and less <= more):
            yield first, second


def _figures(entry: Entry, analyzer: Analyzer) -> Iterator[Figure]:
    """Yield the figures of an answer with a clear subject, in order."""
    asked = _topic(entry.question)
    for sentence in _SENTENCE.findall(unicodedata.normalize("NFKC", entry.answer)):
        if _PARTICULAR.search(sentence):
            continue
        for found in _QUANTITY.finditer(sentence):
            subject, nouns = _subject(analyzer, _topic(sentence[: found.start()]) or asked)
            if subject:
                yield _figure(entry.id, subject, nouns, found)


def _figure(entry_id: str, subject: frozenset[str], nouns: frozenset[str], found: re.Match[str]) -> Figure:
    unit = found["unit"]
    scale = _SCALE.get(unit, 1)
    low = _value(found["low"]) * scale
    high = _value(found["high"]) * scale if found["high"] else low
    about, after = found["about"] or found["about_2"] or "", found["after"] or ""
    if after in ("以上", "から") or about in ("最短", "最低"):
        high = inf
    elif after in ("以下", "以内", "未満", "まで") or about in ("最大", "最長"):
        low = -inf
    elif low >= _FEWEST_ROUNDED:
        rough = _ROUGH * high if about or after else 0.0
        low, high = low - rough, high + rough
    plain = "円" if unit in _SCALE else _UNITS.get(unit, unit)
    frame = re.sub(r"[毎一1に]|あたり|につき", "", found["frame"] or "")
    return Figure(entry_id, found[0].strip("、"), subject, nouns, (frame, plain), low, high)


def _value(number: str) -> float:
    return float(_KANJI.get(number, number).replace(",", ""))


def _topic(text: str) -> str:
    """Return the last run of nouns before は, が or も in a text; empty if there is none.

    >>> _topic("部署によりますが、在宅勤務の上限は")
    '在宅勤務の上限'
    """
    topic, run = "", ""
    for morpheme in morphemes(text):
        part, kind = morpheme.part_of_speech
        if part == "助詞" and run and morpheme.surface in ("は", "が", "も"):
            topic, run = run.strip("の"), ""
        elif part in ("名詞", "接頭辞", "接尾辞", "形状詞") or (
            part == "助詞" and run and morpheme.surface == "の"
        ):
            run += morpheme.surface if kind != "数詞" else ""
        else:
            run = ""
    return topic


def _subject(analyzer: Analyzer, text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the nouns of a text, first with one noun for the same meaning, then as they are written."""
    analysis = analyzer.analyze(text)
    nouns = analysis.nouns - _EMPTY
    names = {noun: [each for each in analysis.meanings.get(noun, ()) if each[0] == "≈"] for noun in nouns}
    return frozenset(min(names[noun], default=noun) for noun in nouns), nouns


def _common(analyzer: Analyzer, entries: Sequence[Entry]) -> frozenset[str]:
    held = Counter(
        noun for entry in entries for noun in _subject(analyzer, f"{entry.question} {entry.answer}")[0]
    )
    most = max(_FEW_ENTRIES, _SMALL_SHARE * len(entries))
    return _GENERIC | {noun for noun, count in held.items() if count > most}
