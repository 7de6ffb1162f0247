"""The names that columns and sheets have in Japanese, and what a name in a file means."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from functools import cache

from faq.model import EntryKind
from faq.problems import EditError, Fault, Problem, nearest
from faq.wording import Part


class Kind(StrEnum):
    """What the rows of a table are."""

    ENTRIES = "entries"
    EXPECTATIONS = "expectations"
    LEXICON = "lexicon"


SHEETS = {Kind.ENTRIES: "FAQ", Kind.EXPECTATIONS: "想定質問", Kind.LEXICON: "用語"}
"""The names of the sheets that are written."""

COLUMNS: Mapping[Kind, Mapping[str, str]] = {
    Kind.ENTRIES: {
        "id": "id",
        "kind": "種類",
        "category": "分類",
        "question": "質問",
        "answer": "回答",
        "url": "リンク",
        "speaker": "話者",
        "source.title": "出典",
        "source.publisher": "発行元",
        "source.as_of": "出典の時点",
        "source.url": "出典のリンク",
        "as_of": "時点",
        "review_by": "確認期限",
        "valid_until": "有効期限",
        "owner": "担当",
        "related": "関連",
        "handover": "引き継ぎ",
        "topic": "話題",
        "also_asked": "別の聞き方",
    },
    Kind.EXPECTATIONS: {"q": "質問", "gold": "正解", "kind": "種類", "answer_has": "答えに含む言葉"},
    Kind.LEXICON: {"kind": "種類", "word": "言葉"},
}
"""The name of each column by its key, in the order in which they are written."""

GUIDE_SHEET = "書き方"
GUIDE = {
    "id": "項目の名前(英数字)。一度決めたら変えません。空のままなら、質問から作ります",
    "種類": "空なら回答。案内は、答えずに窓口を伝える項目。あいさつは、あいさつへの返事",
    "分類": "右の「いまの分類」から選ぶか、新しい分類を書きます",
    "質問": "候補者が尋ねる言葉で書きます(必須、300字まで)",
    "回答": "最初の一文で答え、300字くらいまでにします(必須)",
    "別の聞き方1…": "候補者が使うほかの言い方。3つ以上で、よく見つかります。列は足せます。案は ? を消すと決まります",
    "リンク": "くわしいことが書いてあるページのアドレス(https:// で始まるもの)。回答や案内とともに示します",
    "話者": "答えた人",
    "出典・発行元・出典の時点・出典のリンク": "もとの資料の名前、出したところ、その日付、アドレス",
    "時点": "回答が正しかった日。回答とともに示します(2026-04-01 や 令和8年4月1日)",
    "確認期限": "この日を過ぎると、見直すように知らせます",
    "有効期限": "この日を過ぎると、候補者に示しません",
    "担当": "内容を保つ人。候補者には見えません",
    "関連": "いっしょに示す項目のid。「、」で区切ります",
    "引き継ぎ": "案内の項目で、人事への引き継ぎを勧めるなら ○",
    "話題": "応募者がよく尋ねる話題のどれか。最後が ? なら案です。? を消すと決まり、どれでもないなら なし と書きます",
    "取り込み": "保存して閉じ、faq import このファイル --into フォルダー。書き込む前に、変わるところを示して確かめます",
}
"""What is told of each column on a sheet beside the others, which is never read."""

NUMBERED = frozenset({"also_asked", "answer_has", "word"})
"""Columns of which there may be any number, written with a number after the name."""

REQUIRED = {
    Kind.ENTRIES: ("question", "answer"),
    Kind.EXPECTATIONS: ("q", "gold"),
    Kind.LEXICON: ("kind", "word"),
}
KINDS = {EntryKind.ANSWER: "回答", EntryKind.REFERRAL: "案内", EntryKind.SMALLTALK: "あいさつ"}
LISTS = {"groups": "同じ意味", "one_way": "片方向", "never": "別の意味", "terms": "ひとまとまり"}
NO_GOLD = "答えない"
NO_DAY = "なし"

_NAMES = {key: name for names in COLUMNS.values() for key, name in names.items()}
_NAMES |= {"title": "出典", "publisher": "発行元"}
_USUAL_NAMES = {
    "question": "q questions ご質問 質問内容 ご質問内容 質問事項 質問文 質問項目 代表質問 想定質問 よくある質問"
    " よくあるご質問 お問い合わせ お問い合わせ内容 お問合せ お問合せ内容 お問合わせ内容 問い合わせ"
    " 問い合わせ内容 問合せ 問合せ内容 問合わせ内容 設問 質疑 お尋ね 問い 問",
    "answer": "a answers ご回答 回答内容 ご回答内容 回答文 回答案 回答例 回答欄 標準回答 模範回答 お答え 答え 答 返答"
    " 返信 返信内容 応答 対応 対応内容",
    "category": "カテゴリ カテゴリー 区分 大分類 質問分類 ジャンル 分野 テーマ 項目 大項目",
    "also_asked": "別の質問 別の言い方 言い換え 言いかえ 類似質問 似た質問 別表現 質問例 ほかの聞き方 他の聞き方",
    "as_of": "更新日 最終更新日 最終更新 更新年月日 改訂日 改定日 回答日 確認日 作成日",
    "review_by": "見直し期限 見直し時期 次回確認日 次回見直し",
    "valid_until": "掲載期限 掲載終了日 公開期限 公開終了日",
    "owner": "担当部署 担当課 担当者 担当係 担当窓口 所管 所管課 所管部署 主管 主管課 回答部署 回答課",
    "speaker": "回答者",
    "handover": "引継ぎ 引継",
}
_ALIASES = {name: key for key, names in _USUAL_NAMES.items() for name in names.split()}
_SPECIAL_SHEETS = {Kind.EXPECTATIONS: ("想定質問", "expectations"), Kind.LEXICON: ("用語", "lexicon", "辞書")}
_NUMBER = re.compile(r"[-_(]?([0-9]+)\)?$")
_MARKS = re.compile(r"[*※:]+|\((?:必須|任意)\)")


def key_of(name: str, kind: Kind) -> tuple[str | None, bool]:
    """Return the key of a column by its name, and whether the name has a number; `None` if it means nothing.

    >>> [key_of(name, Kind.ENTRIES) for name in ("質　問", "別の聞き方１", "回答（必須）", "備考")]
    [('question', False), ('also_asked', True), ('answer', False), (None, False)]
    """
    plain, known = plain_name(name), _known(kind)
    if plain in known:
        return known[plain], False
    key = known.get(_NUMBER.sub("", plain))
    return (key, True) if key in NUMBERED else (None, False)


@cache
def _known(kind: Kind) -> Mapping[str, str]:
    return {
        **{plain_name(name): key for key, name in COLUMNS[kind].items()},
        **{key: key for key in COLUMNS[kind]},
        **{alias: key for alias, key in _ALIASES.items() if key in COLUMNS[kind]},
    }


def is_usual(name: str, kind: Kind) -> bool:
    """Whether a column has a name that offices use, other than the one that an export writes."""
    return plain_name(name) in _ALIASES and _NUMBER.sub("", plain_name(name)) not in COLUMNS[kind].values()


def chosen_columns(text: str) -> Mapping[str, str]:
    """Return the letter or name of columns by key, as a person gives them; raises `EditError`.

    >>> chosen_columns("質問=C,回答=回答(確定)")
    {'question': 'C', 'answer': '回答(確定)'}
    """
    found = {}
    for part in re.split("[,、]", text):
        name, _, column = part.partition("=")
        key, _ = key_of(name.strip(), Kind.ENTRIES)
        if key is None or not column.strip():
            raise EditError.of(
                Fault.of("columns-form", given=part, names=tuple(COLUMNS[Kind.ENTRIES].values()))
            )
        found[key] = column.strip()
    return found


def kind_of_sheet(name: str) -> Kind | None:
    """Return what the name of a sheet or file says that its rows are; `None` if it says nothing."""
    plain = plain_name(name)
    return next((kind for kind, known in _SPECIAL_SHEETS.items() if plain.startswith(known)), None)


def meant_column(name: str, kind: Kind) -> str | None:
    """Return the column that a mistyped name probably means; `None` if it is simply another column."""
    return nearest(_NUMBER.sub("", plain_name(name)), COLUMNS[kind].values())


def plain_name(name: str) -> str:
    """Return what is compared of a name: neither width nor case, blanks nor marks such as ※."""
    return _MARKS.sub("", "".join(unicodedata.normalize("NFKC", name).casefold().split()))


def in_words_of_sheets(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems in order of place; those of sheets with the names of columns in the place of the keys of YAML."""
    found = (replace(each, fault=_of_sheet(each.fault)) if each.place.row else each for each in problems)
    return tuple(sorted(found, key=lambda problem: problem.place))


def _of_sheet(fault: Fault) -> Fault:
    values = tuple(
        (name, replace(value, key=_NAMES.get(value.key, value.key)) if isinstance(value, Part) else value)
        for name, value in fault.values
    )
    return replace(fault, kind="missing-cell" if fault.kind == "missing" else fault.kind, values=values)
