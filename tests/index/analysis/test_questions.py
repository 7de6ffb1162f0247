import pytest
from hypothesis import example, given

from faq.model import About, Entry, Knowledge, Lexicon
from index.analysis.own_name import OwnName, own_name
from index.analysis.questions import (
    LONGEST_READ,
    Question,
    asks,
    condensed,
    items,
    question,
    questions,
    sentences,
    tells,
)
from tests.index.strategies import MESSAGES


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("研修はありますか。服装は？", ["研修はありますか。", "服装は？"]),
        ("研修は？服装は！在宅は?", ["研修は？", "服装は！", "在宅は?"]),
        ("研修は\n服装は\n\n在宅は", ["研修は", "服装は", "在宅は"]),
        ("I am Ken. Is there training? ok", ["I am Ken", "Is there training?", "ok"]),
        ("3.5年目です", ["3.5年目です"]),
        ("すごい…。研修は", ["すごい…", "研修は"]),
    ],
)
def test_sentences_end_at_marks_and_lines(message: str, parts: list[str]) -> None:
    assert list(sentences(message)) == parts


@pytest.mark.parametrize(
    ("sentences", "found"),
    [
        (
            "研修はありますか 研修はありますかね〜 研修はありますか。 研修は? 研修について教えてほしい",
            (True, False),
        ),
        ("研修を知りたいです 年齢はいくつでしょうか 頻度はどのくらい", (True, False)),
        ("SEを10年やってきました。 転職を考えています それはすごいですね", (False, True)),
        ("更新料も", (False, False)),
    ],
)
def test_a_sentence_asks_or_tells_or_names_a_topic(sentences: str, found: tuple[bool, bool]) -> None:
    assert {(asks(sentence), tells(sentence)) for sentence in sentences.split()} == {found}


@pytest.mark.parametrize(
    ("message", "asked", "background"),
    [
        (
            "SE3年目です。リモートはありますか？子どもがいます。服装は？",
            "リモートはありますか？ 服装は？",
            "SE3年目です。 子どもがいます。",
        ),
        *((whole, whole, "") for whole in ("研修", "", "。。。", "？！", "🙂")),
        (
            "お忙しいところすみません。2点です。・研修の期間 ・服装　よろしくお願いします。",
            "研修の期間 服装",
            "お忙しいところすみません。 2点です。",
        ),
    ],
)
def test_what_asks_or_is_listed_is_the_question_and_the_rest_its_background(
    message: str, asked: str, background: str
) -> None:
    """A message in which nothing asks is a question as a whole: people type "研修" and mean one."""
    assert question(message) == Question(asked, background)


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("研修。服装。", ["研修。服装。"]),
        ("研修はありますか？服装は自由ですか？", ["研修はありますか？", "服装は自由ですか？"]),
        ("SE3年目です。研修はありますか？", ["研修はありますか？"]),
        ("研修はありますか、あと服装は自由ですか", ["研修はありますか", "服装は自由ですか"]),
        ("研修・服装を教えて", ["研修", "服装を教えて"]),
        ("2点です。①研修はありますか ②服装は", ["研修はありますか", "服装は"]),
        ("1)研修の期間\n2)服装", ["研修の期間", "服装"]),
        ("伺います。・研修の期間 ・服装　お願いします。", ["研修の期間", "服装"]),
        ("お願いします\n- 研修の期間\n- 服装。私服ですか", ["研修の期間", "服装。"]),
        ("研修の期間と、服装の決まり。この2つを教えてください", ["研修の期間と", "服装の決まり。"]),
        ("3.5年、10.5年の人はいますか", ["3.5年、10.5年の人はいますか"]),
        ("・研修はありますか", ["・研修はありますか"]),
        ("研修の期間\n服装\nこの2つおねがいします", ["研修の期間", "服装"]),
        ("研修の期間と、服装が分かりません。教えてもらえますか", ["研修の期間と", "服装が分かりません。"]),
        ("研修の話です。服装は自由ですか。教えてください", ["服装は自由ですか。"]),
        ("研修がいつか、それと服装が自由か、両方知りたいです", ["研修がいつか", "服装が自由か"]),
        (
            "研修がいつかも知らないし、服装も分からないです。",
            ["研修がいつかも知らないし、服装も分からないです。"],
        ),
        ("研修はどこで受けて、服装はどうするのですか", ["研修はどこで受けて", "服装はどうするのですか"]),
        ("研修をたくさん受けて、服装は自由ですか", ["研修をたくさん受けて、服装は自由ですか"]),
        ("入庁したあとで服装は変わりますか", ["入庁したあとで服装は変わりますか"]),
        ("研修は？あと服装も", ["研修は？", "服装も"]),
        ("研修の期間、やりがい", ["研修の期間", "やりがい"]),
        ("研修の期間、やりがいを感じました", ["研修の期間、やりがいを感じました"]),
        ("two things: is there training, and a dress code?", ["is there training", "a dress code?"]),
    ],
)
def test_a_message_may_ask_several_things(message: str, parts: list[str]) -> None:
    assert [part.text for part in questions(message)] == parts


@given(MESSAGES)
@example("教え\n教え")
def test_any_message_has_a_question_made_of_its_own_text(message: str) -> None:
    parts = sentences(message)
    assert all(part and part in message for part in parts)
    assert questions(message)
    assert all(part.text in message for part in questions(message))
    asked = question(message)
    assert all(item in asked.text for item in items(message))
    for part in parts if not items(message) else ():
        assert part in asked.text or part in asked.background


@pytest.mark.parametrize(
    "message",
    [
        "か" * 4_000,
        "か" + " " * 4_000 + "x",
        "この" * 2_000 + "？",
        *(piece * 4_000 for piece in ("、", "?", ":a", "あと", "1) ", "① ", " ・")),
    ],
)
def test_no_message_keeps_the_patterns_busy(message: str) -> None:
    """A pattern that backtracks over these would not come back."""
    assert all(part.text in message for part in questions(message))
    assert question(message).text


@pytest.mark.parametrize(
    "plea", ["よろしくお願いします。", "ご回答のほど、宜しくお願いいたします。", "教えてください。"]
)
@pytest.mark.parametrize(
    "asked", ["研修の有無。", f"{'前は三年のあいだ営業にいて、' * 90}研修はありますか。"]
)
def test_a_plea_at_the_end_of_a_long_message_is_not_all_that_is_read(asked: str, plea: str) -> None:
    read = condensed(f"{'前の会社では営業の仕事をしていました。' * 60}{asked}{plea}")
    assert "研修" in read
    assert len(read) <= LONGEST_READ


OWN = OwnName(["港区役所", "ICT職"])


@pytest.mark.parametrize("head", ["御社の", "港区役所では", "ICT職について、", "ICT職に関しては", "貴社って"])
def test_a_word_in_kana_behind_the_name_stays_whole(head: str) -> None:
    assert OWN.without(f"{head}はたらき方は") == "はたらき方は"


@pytest.mark.parametrize(
    "asked", ["残業はありますか", "港区の残業は", "当日の服装は", "転職してICT職は", "ICT職"]
)
def test_a_text_that_does_not_begin_with_the_name_or_is_nothing_else_has_nothing_behind_it(
    asked: str,
) -> None:
    assert OWN.without(asked) == ""


def test_an_office_is_known_by_the_parts_of_its_name_and_by_the_words_that_mean_the_same() -> None:
    entries = (Entry(id="a", question="残業は", answer="あります。"),)
    told = Knowledge(
        entries=entries,
        about=About(name="みなと病院の看護師採用"),
        lexicon=Lexicon(groups=(("看護師", "ナース"), ("夜勤", "当直"))),
    )
    heads = ("みなと病院の", "看護師の", "看護師採用について、", "ナースの", "みなと病院の看護師採用では")
    assert {own_name(told).without(f"{head}残業は").removeprefix("、") for head in heads} == {"残業は"}
    assert (
        own_name(told).without("当直の残業は")
        == own_name(Knowledge(entries=entries)).without("看護師の残業は")
        == ""
    )
