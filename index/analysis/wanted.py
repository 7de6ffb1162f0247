"""The sorts of things that a question wants (how many people, a day, who, how much), and whether a text has one."""

import re
from functools import lru_cache

from index.analysis.normalize import plain
from index.analysis.tokenizer import morphemes
from index.analysis.values import conditions

_KEPT = 2_000
_PROPER = ("名詞", "固有名詞")
_NAMES = {"who": frozenset({"人名"}), "speaker": frozenset({"人名"}), "name": frozenset({"一般"})}
"""The sorts that a proper noun may be, with its kinds in the dictionary."""
_ERAS = frozenset({"令和", "平成", "昭和"})

_READERS = frozenset({"graduates", "experienced", "inexperienced"})
"""Groups that an FAQ on recruiting is for without naming them."""

_WHOEVER = re.compile("男女|性別|国籍|学歴|学部|専攻|雇用形態|どなたでも|誰でも|全員|全職員")
"""Says that something is true for everybody: 学歴は問いません."""

OF_SOURCE = {"speaker": frozenset({"who"}), "as_of": frozenset({"when", "年"})}
"""The sorts about an answer itself, which its source also has: who says so, and of which day it is. Each with the sorts
that the words of such a question seem to want."""

_COUNTED = {
    "人": "人|名|割|%|倍",
    "名": "人|名|割|%|倍",
    "日": "日|週|[かヶカヵケ箇]?月|年",
    "回": "回|度|日|コマ",
    "度": "回|度|日",
    "年": "年|[かヶカヵケ箇]?月",
    "月": "[かヶカヵケ箇]?月|年|週|日",
    "時間": "時|分",
    "分": "時|分",
    "歳": "歳|代|才",
    "才": "歳|代|才",
    "割": "割|%|パーセント|倍|人|名",
    "%": "割|%|パーセント|倍|人|名",
    "倍": "倍|割|%|人",
    "件": "件|個|つ|本",
    "個": "件|個|つ|本",
    "つ": "件|個|つ|種",
    "種": "種|つ|講座|科目",
    "点": "点",
    "科目": "科目",
    "講座": "講座",
    "社": "社",
    "台": "台",
    "枚": "枚|ページ",
    "文字": "字",
    "字": "字",
    "単位": "単位",
    "階": "階",
    "円": "円|%|無料",
}
"""The counters of numbers that answer, by the counter of the question."""
_HOW_MANY = re.compile(
    rf"何(?:[かヶカヵケ箇](?=月|所))?({'|'.join(sorted(_COUNTED, key=len, reverse=True))})"
    r"(?!か(?![から])|も(?:の|い|あ)|でも|目|前|曜|付|事)"
)
_NUMBER = r"(?:\d|[一二三四五六七八九十百千万]|数|毎)[\d,.~〜・万千百億-]*(?:から\d+)?の?"

_ASKS = {
    "until": re.compile(r"いつ(?:ごろ|頃)?(?:まで|終)|期限|締め?切|\buntil when|\bdeadline"),
    "time": re.compile(r"何時(?!間|か|も)|\bwhat time"),
    "when": re.compile(
        r"(?<!か)いつ(?!も|か(?!ら)|でも|の間|[きくけ]|(?:ごろ|頃)?(?:まで|終))|何月(?!か)|何曜"
        r"|\bwhen (?:is|are|was|were|will|do|does|did|can)\b"
    ),
    "amount": re.compile(
        r"(?<!さ)いくら(?!でも|か|も)|(?:料金|金額|値段|費用|時給|月給|給料|年収)(?:は|って|を)|\bhow much\b"
    ),
    "who": re.compile(
        r"(?<!ん)(?:誰|だれ|どなた)(?!も|でも|に|の|か(?:が|を)|1人)"
        r"|\bwho (?:is|are|was|were|will|does|did|takes|can)\b"
    ),
    "paid": re.compile(
        r"(?:手当|費|(?<![年世時交\d])代|(?<![資材食飲原])料|給与|報酬|謝礼|ボーナス|賞与)(?:は|って|も|が)?(?:別に|全部|全額|きちんと|ちゃんと)?"
        r"(?:出[てるまた]|つ[きくい]|付[きくい]|もら|支給|支払|払|負担)"
    ),
    "speaker": re.compile(
        r"(?:(?:誰|だれ|どなた)(?!に|と|でも|も)|\bwho\b).{0,8}"
        r"(?:(?<![電会対世])話|語[っりるら]|言(?!語)|しゃべ|喋|述べ|仰|おっしゃ|\bsaid\b|\bsays\b|\bspoke\b)"
    ),
    "as_of": re.compile(
        r"(?:いつ(?:ごろ|頃)?|何年度?)(?:の?(?:時点|現在)|の(?:話|情報|内容|データ|数字|資料))|\bas of when\b"
    ),
    "name": re.compile(
        r"ど(?:この|の)(?:会社|企業|ベンダー|事業者|大学|学校|メーカー|sier|市|県|自治体|国|団体|法人)"
        r"|(?:社|会社|サービス|製品|大学|学校)名|何という(?!か)|何の(?:会社|サービス|ソフト|ツール|製品|アプリ)"
    ),
    "opinion": re.compile(
        r"(?:あなた|君|きみ|貴方|ボット|bot)(?:なら|だったら|は|も|の(?:意見|感想|考え|おすすめ))"
        r"|\byour (?:opinion|advice)\b"
    ),
}
"""The pattern of a question for each sort."""
_HOLDS = {
    "until": re.compile(r"まで|期限|締め?切|以内|\d+[月日]"),
    "time": re.compile(r"\d+時|正午|\d:\d"),
    "when": re.compile(
        r"\d+ ?年度?(?!目|間|以|ほど|程)|\d+[月日](?!間|以|ほど|程)|曜|[春夏秋冬]|[上中下]旬|末|日程|時期|期間"
        r"|年内|年目|毎[年月週日]"
    ),
    "amount": re.compile(r"\d ?[万千百億]?円|\d万|%|パーセント|\d割|無料|全額|負担|支給|不要|かかりません"),
    "who": re.compile(r"さん|氏|\d名|担当|[職社役]員|[課部局係室]長|事務職|本人|先輩|講師"),
    "paid": re.compile(
        r"円|%|割|[給払貸]|手当|負担|補助|全額|[実自]費|自己|各自|無料|不要|かかりません|か月|賞与|ボーナス|出ま|出し|含"
    ),
    "speaker": re.compile(r"さん|氏|[職社役]員|[課部局係室]長"),
    "as_of": re.compile(r"\d+ ?年|\d+月"),
    "name": re.compile(r"[a-z]{3,}"),
    "opinion": re.compile(r"(?!)"),
}
"""The pattern of a text that has each sort. No text has an opinion."""


@lru_cache(maxsize=_KEPT)
def wanted(question: str) -> frozenset[str]:
    """Return the sorts that a question wants, as the name of a sort or a counter; mostly none.

    A group of people that it names is wanted too: what is true for others may not be for them.

    >>> sorted(wanted("育休は何歳になるまで取れますか")), wanted("研修はありますか")
    (['歳'], frozenset())
    """
    text = plain(question)
    counters = {found[1] for found in _HOW_MANY.finditer(text)}
    sorts = counters | {sort for sort, asks in _ASKS.items() if asks.search(text)}
    sorts |= conditions(text) - _READERS
    return frozenset(sorts.difference(*(seeming for sort, seeming in OF_SOURCE.items() if sort in sorts)))


@lru_cache(maxsize=_KEPT)
def holds(text: str, sort: str) -> bool:
    """Whether a text has a thing of a sort.

    >>> holds("200人を超えます。", "名"), holds("若い職員が多くいます。", "歳")
    (True, False)
    """
    said = plain(text)
    if sort in _COUNTED:
        return bool(re.search(f"{_NUMBER}(?:{_COUNTED[sort]})", said))
    if sort not in _HOLDS:
        return sort in conditions(said) or bool(_WHOEVER.search(said))
    if _HOLDS[sort].search(said):
        return True
    names = _NAMES.get(sort, frozenset())
    return bool(names) and any(
        each.part_of_speech == _PROPER and each.naming[0] in names and each.surface not in _ERAS
        for each in morphemes(said)
    )
