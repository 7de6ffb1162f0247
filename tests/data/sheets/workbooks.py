"""Sheets of kinds that real offices make, each with what must arrive: made here, with no real data in them."""

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from faq.model import Source
from tests.faq.workbooks import patched, repacked, several

Lines = Sequence[Sequence[object]]
Change = Callable[[Worksheet], object]

WORK = ("在宅勤務はできますか", "週に2日までできます。")
DRESS = ("服装は自由ですか", "自由です。")
PAY = ("住宅手当はいくらですか", "月額2.5万円です。")
THREE = (WORK, DRESS, PAY)
STRUCK = InlineFont(strike=True)


@dataclass(frozen=True)
class Sheet:
    """A file, the questions and answers that arrive from it, and what is said of it.

    Attributes:
        fields: Other fields of the entries, in their order, by name.
        told: Parts of what is said, each in a line of its own; where `pairs` are none, of why it is refused.
        rows: How many rows are read and reported of a file that is refused, where that is not all of them.
        chosen: What a person says that columns are.
    """

    name: str
    data: Callable[[], bytes]
    pairs: tuple[tuple[str, str], ...] = THREE
    fields: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    rows: tuple[int, int] | None = None
    chosen: str = ""
    file: str = "faq.xlsx"


def made(*lines: Sequence[object], change: Change = id) -> Callable[[], bytes]:
    """Return what makes a workbook of one sheet with these lines, after something was done to it."""
    return lambda: several({"採用": lines}, change)


def table(*names: str, pairs: Lines = THREE, **more: object) -> list[list[object]]:
    """Return a header and a row for each pair under its first two names; `more` are the other cells, by place."""
    others = list(more.values())
    return [list(names), *([*pair, *others] for pair in pairs)]


def cell(name: str, **attributes: object) -> Change:
    """Set attributes of a cell, such as its value or its font."""

    def change(sheet: Worksheet) -> None:
        for key, value in attributes.items():
            setattr(sheet[name], key, value)

    return change


def both(one: Change, other: Change) -> Change:
    return lambda sheet: [one(sheet), other(sheet)]


def merged(*areas: str) -> Change:
    return lambda sheet: [sheet.merge_cells(area) for area in areas]


def hidden(row_or_column: int | str) -> Change:
    def change(sheet: Worksheet) -> None:
        looks: Any = sheet.row_dimensions if isinstance(row_or_column, int) else sheet.column_dimensions
        looks[row_or_column].hidden = True

    return change


def strict() -> bytes:
    """Return a workbook with the names of Strict Open XML, as Excel saves it on request."""
    names = r"http://schemas.openxmlformats.org/(spreadsheetml|officeDocument)/2006/"
    data = made(*table("質問", "回答"))()
    return repacked(data, lambda _, text: re.sub(names, r"http://purl.oclc.org/ooxml/\1/", text))


def result_of(formula: str, result: str) -> bytes:
    """Return a workbook whose first answer is a formula with its result, as Excel stores it."""
    data = made(*table("質問", "回答"), change=cell("B2", value=formula))()
    stored = rf'<c r="B2" t="str"\1</f><v>{result}</v>'
    return patched(data, "xl/worksheets/sheet1.xml", r'<c r="B2"(.*?)</f><v ?/?>(?:</v>)?', stored)


def separated(*lines: str, encoding: str = "utf-8-sig") -> Callable[[], bytes]:
    return lambda: "\r\n".join((*lines, "")).encode(encoding)


STACKED = [[mark + text] for pair in THREE for mark, text in zip(("Q. ", "A. "), pair, strict=True)]
DAY = datetime.date(2025, 2, 18)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

SHEETS = [
    # The names of columns
    Sheet("番号、カテゴリ、ご質問、ご回答、備考、更新日",
        made(["番号", "カテゴリ", "ご質問", "ご回答", "備考", "更新日"],
             *([number, "働き方", *pair, "確認済", "2025/4/1"] for number, pair in enumerate(THREE, 1))),
        fields={"category": ("働き方",) * 3, "as_of": (datetime.date(2025, 4, 1),) * 3},
        told=("読まない列: 番号(A列)、備考(E列)",)),
    *(Sheet(f"見出しが{question}と{answer}", made(*table(question, answer))) for question, answer in (
        ("Q", "A"), ("Ｑ", "Ａ"), ("Question", "Answer"), ("質問内容", "回答内容"), ("質問事項", "回答"),
        ("お問い合わせ内容", "対応内容"), ("よくある質問", "答え"), ("問", "答"), ("想定質問", "回答案"),
        ("設問", "模範回答"), ("お尋ね", "お答え"), ("問合せ内容", "返答"), ("ご質問(必須)", "ご回答※"),
    )),
    Sheet("担当と担当部署がある", made(*table("質問", "回答", "担当部署", "担当", a="人事課", b="佐藤")),
        fields={"owner": ("佐藤",) * 3}, told=("読まない列: 担当部署(C列)",)),
    Sheet("日付でない更新日", made(*table("質問", "回答", "更新日", a="4月頃")),
        fields={"as_of": (None,) * 3}, told=("日付として読めない更新日は使いません: C2、C3、C4",)),
    Sheet("日付でない時点", made(*table("質問", "回答", "時点", a="2025-2-30")), pairs=(), rows=(0, 3),
        told=("2行 C列: 間違い: 「時点」の 「2025-2-30」 は日付ではありません",)),
    Sheet("題名と作成日の行が上にある",
        made(["採用FAQ(2025年度)"], ["作成: 人事課", None, "2025年4月"], [], *table("質問", "回答"),
             change=merged("A1:C1")), told=("見出しより上の行は読みません: 1行、2行",)),
    Sheet("見出しがくり返される", made(*table("質問", "回答", pairs=[WORK]), *table("質問", "回答", pairs=[DRESS, PAY])),
        told=("くり返された見出しの行は読みません: 3行",)),
    Sheet("区切りの行", made(["質問", "回答"], ["■働き方"], WORK, DRESS, ["【給与】"], PAY),
        fields={"category": ("働き方", "働き方", "給与")}, told=("区切りの行は項目として読みません: 2行、5行",)),
    Sheet("結合した区切りの行",
        made(["質問", "回答"], ["働き方"], WORK, DRESS, ["給与"], PAY, change=merged("A2:B2", "A5:B5")),
        fields={"category": ("働き方", "働き方", "給与")}, told=("区切りの行",)),
    Sheet("見出しのない二列", made(*THREE), pairs=(), told=("質問=A,回答=B のようです",)),
    Sheet("見出しのない二列を指定して読む", made(*THREE), chosen="質問=A,回答=B"),
    Sheet("見慣れない見出し", made(*table("聞かれたこと", "言うこと")), pairs=(), told=("質問=A,回答=B のようです",)),
    Sheet("質問と回答の見出しが逆", made(*table("回答", "質問")), pairs=(),
        told=("質問と回答の列が入れ替わっているようです → 見出しを直すか、--columns 質問=A,回答=B で指定",)),
    Sheet("質問と回答の見出しが逆でも指定すれば読む", made(*table("回答", "質問")), chosen="質問=A,回答=B"),
    Sheet("見出しが二行にまたがる",
        made(["質問", "別の聞き方", None, "回答"], [None, 1, 2, None], [WORK[0], "家で", "テレワークは", WORK[1]],
             change=merged("A1:A2", "B1:C1", "D1:D2")),
        pairs=(WORK,), fields={"also_asked": (("家で", "テレワークは"),)}),
    Sheet("見出しの打ちまちがい", made(*table("質問", "回答", "別の聞きかた1", "別の聞き方2", a="一", b="二")),
        fields={"also_asked": (("二",),) * 3}, told=("読まない列: 別の聞きかた1(C列) → 別の聞き方 のことなら",)),
    Sheet("回答の列がない", made(*table("質問", "回笞文", "分類", a="働き方", pairs=[("服装", "自由です。"), ("手当", "なし")])), pairs=(), rows=(0, 2),
        told=("シート『採用』1行: 間違い: 「回答」の列がない",)),
    # The layout
    Sheet("QとAが一つの列に上下に並ぶ", made(["採用Q&A"], *(line for each in STACKED for line in (each, []))),
        told=("読みません: 1行",)),
    Sheet("Q1とA1が隣の列にある",
        made(*([f"{mark}{number}", text] for number, pair in enumerate(THREE, 1)
               for mark, text in zip("QA", pair, strict=True)))),
    Sheet("Aが何行も続く", made(["Q1 在宅勤務はできますか"], ["A1 できます。"], ["週に2日までです。"], ["Q2 服装は自由ですか"], ["A2 自由です。"]),
        pairs=((WORK[0], "できます。\n週に2日までです。"), DRESS)),
    Sheet("隣の列のAが何行も続く", made(["Q1", WORK[0]], ["A1", "できます。"], [None, "週に2日までです。"], ["Q2", DRESS[0]], ["A2", DRESS[1]]),
        pairs=((WORK[0], "できます。\n週に2日までです。"), DRESS)),
    Sheet("シートが分類ごと", lambda: several({"働き方": table("質問", "回答", pairs=[WORK, DRESS]),
        "給与": table("質問", "回答", pairs=[PAY])}),
        fields={"category": ("働き方", "働き方", "給与")},
        told=("シートの名前を分類にしました: 「働き方」", "シートの名前を分類にしました: 「給与」")),
    Sheet("覚え書きのシートがある",
        lambda: several({"FAQ": table("質問", "回答"), "メモ": [["次回の打ち合わせ", "未定"], ["持ち物", "資料"]]}),
        told=("列の名前の行がない",)),
    Sheet("番号の付いた質問と回答", made(*table("質問", "回答", pairs=[[f"Q{number}. {pair[0]}", f"A{number}. {pair[1]}"]
        for number, pair in enumerate(THREE, 1)])), told=("「Q1.」のような印を除きました: A2、A3、A4",)),
    Sheet("A4で始まる回答", made(*table("質問", "回答", pairs=[("用紙の大きさは何ですか", "A4 の紙です。")])),
        pairs=(("用紙の大きさは何ですか", "A4 の紙です。"),)),
    Sheet("一つのセルに質問が二つ", made(["質問", "回答"], ["在宅勤務はできますか？\n週に何日ですか？", "2日までです。"], DRESS),
        pairs=(("在宅勤務はできますか？", "2日までです。"), DRESS), fields={"also_asked": (("週に何日ですか？",), ())},
        told=("1つのセルの質問を、質問と別の聞き方に分けました: A2",)),
    Sheet("空の行と空白だけの行", made(["質問", "回答"], [], WORK, ["　", " "], [], DRESS, PAY)),
    Sheet("分類を縦に結合", made(["分類", "質問", "回答"], *(["働き方", *pair] for pair in THREE), change=merged("A2:A4")),
        fields={"category": ("働き方",) * 3}),
    Sheet("回答を縦に結合", made(["質問", "回答"], WORK, [DRESS[0], None], change=merged("B2:B3")),
        pairs=(WORK, (DRESS[0], WORK[1])), told=("結合したセルの回答を、それぞれの行の回答にしました: B3",)),
    Sheet("質問を縦に結合", made(["質問", "回答"], WORK, [None, "申請が要ります。"], DRESS, change=merged("A2:A3")),
        pairs=((WORK[0], f"{WORK[1]}\n申請が要ります。"), DRESS),
        told=("質問を結合した行の回答を、つないで1つの回答にしました: A3",)),
    Sheet("質問と回答を縦に結合し、聞き方を並べる",
        made(["質問", "回答", "別の聞き方"], [*WORK, "家で働けますか"], [None, None, "テレワークは"], [*DRESS, None],
             change=merged("A2:A3", "B2:B3")),
        pairs=(WORK, DRESS), fields={"also_asked": (("家で働けますか", "テレワークは"), ())},
        told=("つないで1つの回答にしました: A3",)),
    Sheet("質問を縦に結合し、対象がちがう",
        made(["質問", "回答", "対象"], [*WORK, "新卒"], [None, "週に3日です。", "中途"], change=merged("A2:A3")),
        pairs=(), told=("3行 A列: 間違い: 2行のセルと結合されています", "読まない列: 対象(C列)")),
    *(
        Sheet(f"質問を縦に結合し、{row}行を隠す",
            made(["質問", "回答"], WORK, [None, "申請が要ります。"], DRESS, change=both(merged("A2:A3"), hidden(row))),
            pairs=(), told=("3行 A列: 間違い: 2行のセルと結合されています", f"隠れた行も読みました: {row}行"))
        for row in (2, 3)
    ),
    # What is in a cell
    Sheet("聞き方が一つのセルに並ぶ", made(*table("質問", "回答", "別の聞き方", a="一つ目\n\n二つ目")),
        fields={"also_asked": (("一つ目", "二つ目"),) * 3}),
    Sheet("元号で見せる日付", made(*table("質問", "回答", "時点", pairs=[WORK], a=DAY),
        change=cell("C2", number_format='[$-411]ggge"年"m"月"d"日"')), pairs=(WORK,), fields={"as_of": (DAY,)}),
    Sheet("桁区切りの数", made(*table("質問", "回答", pairs=[(PAY[0], 9500)]), change=cell("B2", number_format="#,##0")),
        pairs=((PAY[0], "9,500"),)),
    Sheet("発行元のない出典", made(*table("質問", "回答", "出典", "時点", a="説明会資料", b="2025/2/18")),
        fields={"source": (Source(title="説明会資料", as_of=DAY),) * 3}),
    Sheet("時刻の付いた日付", made(*table("質問", "回答", "確認期限", pairs=[WORK], a=datetime.datetime.combine(DAY, datetime.time(9)))),
        pairs=(), told=("シート『採用』2行 C列: 間違い: 日付に時刻が付いています",)),
    Sheet("日付になった1-2", made(*table("質問", "回答", pairs=[WORK, (DRESS[0], datetime.date(2025, 1, 2))])),
        pairs=(), rows=(1, 1), told=("3行 B列: 間違い: 「回答」がExcelの日付(2025-01-02)になっています",)),
    Sheet("パーセント", made(*table("質問", "回答", pairs=[WORK, (DRESS[0], 0.5)]), change=cell("B3", number_format="0%")),
        pairs=(), rows=(1, 1), told=("3行 B列: 間違い: Excelが「0%」の書式で見せている数(0.5)",)),
    Sheet("真偽値", made(*table("質問", "回答", pairs=[WORK, (DRESS[0], True)])),
        pairs=(), rows=(1, 1), told=("3行 B列: 間違い: 「回答」が TRUE になっています",)),
    Sheet("知らない種類", made(*table("質問", "回答", "種類", pairs=[WORK], a="参照")), pairs=(),
        told=("2行 C列: 間違い: 「種類」に 「参照」 は使えません → 回答、案内",)),
    Sheet("一部に取り消し線",
        made(*table("質問", "回答", pairs=[("締切はいつですか", ""), DRESS]),
             change=cell("B2", value=CellRichText("締切は", TextBlock(STRUCK, "5月"), "6月です。"))),
        pairs=(("締切はいつですか", "締切は6月です。"), DRESS), told=("取り消し線の文字を除きました: B2",)),
    Sheet("回答に取り消し線", made(*table("質問", "回答"), change=cell("B3", font=Font(strike=True))), pairs=(),
        told=("3行 B列: 間違い: 「回答」が空です", "取り消し線の文字を除きました: B3")),
    Sheet("文字にリンク", made(*table("質問", "回答", pairs=[("要項はどこですか", "こちらです"), DRESS]),
        change=cell("B2", hyperlink="https://example.jp/guide")),
        pairs=(("要項はどこですか", "こちらです (https://example.jp/guide)"), DRESS),
        told=("リンク先を文字の後に書きました: B2",)),
    Sheet("文字がリンク先そのもの", made(*table("質問", "回答", pairs=[("要項はどこですか", "https://example.jp/guide")]),
        change=cell("B2", hyperlink="https://example.jp/guide")), pairs=(("要項はどこですか", "https://example.jp/guide"),)),
    Sheet("HYPERLINKの数式", lambda: result_of('=HYPERLINK("https://example.jp/","こちら")', "こちら"),
        pairs=((WORK[0], "こちら (https://example.jp/)"), DRESS, PAY), told=("リンク先を文字の後", "数式は、保存された結果")),
    Sheet("結果のない数式", made(*table("質問", "回答"), change=cell("B2", value='=A2&"です"')), pairs=(),
        told=("2行 B列: 間違い: 数式の計算した値が保存されていません",)),
    Sheet("読まない列の、結果のない数式", made(*table("質問", "回答", "番号", a="=ROW()-1")), told=("読まない列: 番号(C列)",)),
    Sheet("セルにメモ", made(*table("質問", "回答"), change=cell("B3", comment=Comment("要確認", "人事"))), told=("セルのメモ(コメント)は読みません: B3",)),
    Sheet("隠れた行", made(*table("質問", "回答"), change=hidden(3)), told=("隠れた行も読みました: 3行",)),
    Sheet("隠れた列", made(*table("質問", "回答", "分類", a="勤務"), change=hidden("C")),
        fields={"category": ("勤務",) * 3}, told=("隠れた列も読みました: C列",)),
    Sheet("シャープとコロン", made(*table("質問", "回答", pairs=[("窓口はどこですか", "窓口は #人事 チャンネルです: 内線0123")])),
        pairs=(("窓口はどこですか", "窓口は #人事 チャンネルです: 内線0123"),)),
    # The file
    Sheet("パスワード", lambda: OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), pairs=(),
        told=("パスワードで保護されたブックです → Excelの「ファイル」",)),
    Sheet("Strict Open XML", strict, pairs=(), told=("Strict Open XML の形式で保存されたブックです → Excelの「ファイル」",)),
    Sheet("増えていく定義", lambda: patched(made(*THREE)(), "xl/workbook.xml", "<workbook ",
        '<!DOCTYPE x [<!ENTITY a "b">]><workbook '), pairs=(), told=("間違い: 「xl/workbook.xml」に、読まない定義",)),
    Sheet("Excelが開いている印", lambda: b"\x06jinji" + bytes(159), pairs=(), file="~$faq.xlsx",
        told=("Excelが開いている間の印のファイルです → Excelを閉じ",)),
    Sheet("CSVに題名の行", separated("採用FAQ,", "質問,回答", *(",".join(pair) for pair in THREE)), file="faq.csv",
        told=("見出しより上の行は読みません: 1行",)),
    Sheet("①と㈱のあるCP932のCSV", separated("質問,回答", "①は,㈱です。", encoding="cp932"), pairs=(("①は", "㈱です。"),),
        told=("1行: 注意: 文字コードがUTF-8ではないため、CP932 (Shift_JIS) とみなして",), file="faq.csv"),
    Sheet("かなだけのEUC-JPのCSV", separated("id,question,answer", "a,あい,うえお", encoding="euc_jp"), pairs=(),
        told=("間違い: 文字として読めないものが入っています",), file="faq.csv"),
    Sheet("セミコロンのCSV", separated("質問;回答", "①は;はい"), pairs=(),
        told=("1行: 間違い: 列の名前が、名前の終わりが示す記号で区切られて",), file="faq.csv"),
    Sheet("コンマのTSV", separated("質問,回答", "①は,はい"), pairs=(),
        told=("1行: 間違い: 列の名前が、名前の終わりが示す記号で区切られて",), file="faq.tsv"),
    Sheet("コンマの多いCSV", separated("質問,回答", "①は,はい,いいえ,,どちらも", "②は,はい"), pairs=(), rows=(1, 1),
        told=("2行 C列: 間違い: 1行目よりセルが多く",), file="faq.csv"),
    Sheet("引用符の閉じていないCSV", separated("質問,回答", "①は,はい", '"②は,はい', "③は,はい", "④は,はい"), pairs=(), rows=(1, 3),
        told=('3行: 間違い: 引用符 " が閉じていない',), file="faq.csv"),
    Sheet("見出しのないCSV", separated("①は,はい", "②は,いいえ"), pairs=(), rows=(0, 2),
        told=("間違い: 列の名前の行がないため、2行を",), file="faq.csv"),
    Sheet("空のCSV", lambda: b"", pairs=(), told=("間違い: ファイルが空です",), file="faq.csv"),
    Sheet("同じ質問の行", separated("質問,回答", "服装は,自由です", "服装は?,自由です"), pairs=(), rows=(1, 1),
        told=("3行: 間違い:", "2行 と同じ質問です → どちらかの行を消す"), file="faq.csv"),
    Sheet("見出しのないCSVを指定して読む", separated(*(",".join(pair) for pair in THREE)), chosen="質問=A,回答=B", file="faq.csv"),
]  # fmt: skip
