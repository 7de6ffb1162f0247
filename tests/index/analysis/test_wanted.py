import pytest

from index.analysis.wanted import holds, wanted


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
        ("誰が話しましたか", "who", "高瀬さんです。", "動画があります。"),
        ("どこの会社のクラウドですか", "name", "Amazonです。", "令和7年度から移します。"),
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
        "",
    ],
)
def test_most_questions_want_nothing_of_a_sort(question: str) -> None:
    assert wanted(question) == frozenset()
