import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq.model import Lexicon
from index.analysis.analyzer import Analyzer
from index.analysis.normalize import plain
from index.analysis.values import values
from index.analysis.wanted import holds, wanted

KANJI = "〇一二三四五六七八九"


def terms(text: str) -> list[str]:
    return [value.term for _, _, value in values(plain(text))]


def in_kanji(number: int) -> str:
    tens, ones = divmod(number, 10)
    ten = f"{KANJI[tens] if tens > 1 else ''}十" if tens else ""
    return ten + (KANJI[ones] if ones else "")


@given(st.integers(1, 99), st.sampled_from("種類級次"))
def test_a_number_is_the_same_in_digits_and_in_kanji(number: int, sort: str) -> None:
    assert terms(f"第{number}{sort}") == terms(f"{in_kanji(number)}{sort}") == [f"={sort}{number}"]


@given(st.integers(1, 30))
def test_a_year_is_the_same_in_both_calendars(of_era: int) -> None:
    assert terms(f"令和{of_era}年度") == terms(f"R{of_era}年") == terms(f"{2018 + of_era}年度")


@pytest.mark.parametrize(
    "text", ["週に3回", "二次会", "三次元", "10年代", "2日", "月20日", "電話は03-2025-1234", ""]
)
def test_a_quantity_names_nothing(text: str) -> None:
    assert terms(text) == []


def test_a_person_is_named_by_a_title() -> None:
    analyze = Analyzer(Lexicon()).analyze
    assert [(each.surface, each.term) for each in analyze("佐藤さんと髙橋課長は").values] == [
        ("佐藤さん", "=人物サトウ"),
        ("高橋課長", "=人物タカハシ"),
    ]
    assert analyze("学生さんや皆さん、お医者さん、千葉から").values == ()


@pytest.mark.parametrize("spelling", ["佐々木さん", "佐佐木さん", "ささきさん"])
def test_a_person_is_the_same_however_the_name_is_written(spelling: str) -> None:
    (named,) = Analyzer(Lexicon()).analyze(f"{spelling}の内線").values
    assert named.term == "=人物ササキ"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("水道局の在宅勤務は週何日ですか", ["水道局"]),
        ("大阪市では何歳まで受けられますか", ["大阪市"]),
        ("土木職と警視庁の服装は", ["警視庁"]),
        ("大阪市に住んでいますが通えますか", []),
        ("市役所で働いていました", []),
        ("会社の服装は全部の部署で同じですか", []),
    ],
)
def test_an_organization_is_named_where_it_is_asked_about(text: str, named: list[str]) -> None:
    """Not where somebody tells of it, and not where the word stands for any."""
    assert [each.surface for each in Analyzer(Lexicon()).analyze(text).values] == named


@pytest.mark.parametrize(
    ("question", "sort", "held", "not_held"),
    [
        ("管理職は何人いますか", "人", "200人ほどです。", "少ないです。"),
        ("何ヶ月かかりますか", "月", "最長で一か月です。", "人によります。"),
        ("何歳の人がいますか", "歳", "40代や50代もいます。", "若い職員もいます。"),
        ("講座は何種類ありますか", "種", "9,500の講座があります。", "いろいろあります。"),
        ("いつまで見られますか", "until", "3月末までです。", "公開されています。"),
        ("試験はいつからですか", "when", "6月です。", "面接をします。"),
        ("何時に始まりますか", "time", "8時半です。", "朝です。"),
        ("受験料はいくらですか", "amount", "3,000円です。", "必要です。"),
        ("誰が決めますか", "who", "高瀬さんです。", "動画があります。"),
        ("誰が話しましたか", "speaker", "高瀬さんです。", "動画があります。"),
        ("いつ時点の話ですか", "as_of", "2025年です。", "動画があります。"),
        ("誰から電話が来ますか", "who", "採用担当です。", "動画があります。"),
        ("いつ資料が届きますか", "when", "6月です。", "動画があります。"),
        ("どこの会社のクラウドですか", "name", "Amazonです。", "令和7年度から移します。"),
        ("通信費は出ますか", "paid", "月に2千円です。", "申請します。"),
        ("夜勤手当は支給されますか", "paid", "会社が負担します。", "月に4回です。"),
        ("寮費は払いますか", "paid", "寮費はかかりません。", "月に4回です。"),
        ("引越し代は出ますか", "paid", "自費です。", "申請します。"),
        ("男性も休めますか", "men", "男女とも休めます。", "休めます。"),
        ("高卒でも受けられますか", "pupils", "学歴は問いません。", "受けられます。"),
        ("アルバイトも寮に入れますか", "temporary", "契約社員も入れます。", "入れます。"),
        ("女性はいますか", "women", "男性が7割、女性が3割です。", "多くいます。"),
        ("あなたならどちらを選びますか", "opinion", "", "選べます。"),
    ],
)
def test_what_a_question_wants_is_told_from_what_does_not_hold_it(
    question: str, sort: str, held: str, not_held: str
) -> None:
    assert sort in wanted(question)
    assert not held or holds(held, sort)
    assert not holds(not_held, sort)


@pytest.mark.parametrize(
    "question",
    [
        "研修はありますか",
        "何人か誘いたいのですが",
        "追いつけるか不安です",
        "いつも残業ですか",
        "さいくらべ",
        "年代が出る資料はありますか",
        "新卒の研修はありますか",
        "エキスパートはいますか",
        "仕事に支障がありますか",
        "障害対応はありますか",
        "システム障害で呼ばれますか",
        "障害が起きたら呼ばれますか",
        "男女の比率は",
        "資料はもらえますか",
        "誰に言えばいいですか",
        "",
    ],
)
def test_most_questions_want_nothing_of_a_sort(question: str) -> None:
    assert wanted(question) == frozenset()
