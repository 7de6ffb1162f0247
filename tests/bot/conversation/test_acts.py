import pytest

from bot.conversation.acts import tells_trouble, wishes_person


@pytest.mark.parametrize(
    "message",
    [
        "人と話したい",
        "人事の方に聞きたいのですが",
        "オペレーターをお願いします",
        "有人対応はありますか",
        "担当者に代わってください。",
    ],
)
def test_a_wish_for_a_person_is_seen(message: str) -> None:
    assert wishes_person(message)


@pytest.mark.parametrize(
    "message",
    [
        "人と話す機会は多いですか",
        "人事に配属されることはありますか",
        "担当者は何人ですか",
        "上司に相談したいときは",
        "研修",
        "",
    ],
)
def test_a_question_about_people_is_no_wish_for_one(message: str) -> None:
    assert not wishes_person(message)


@pytest.mark.parametrize(
    "message",
    [
        "メールが来ません",
        "ログインできないです",
        "番号を忘れました",
        "書類をなくした",
        "エラーが出ます",
        "画面が開かない",
    ],
)
def test_trouble_is_seen(message: str) -> None:
    assert tells_trouble(message)


@pytest.mark.parametrize("message", ["楽しみにしています", "エンジニアを3年しています", "春に卒業します", ""])
def test_a_plain_statement_is_no_trouble(message: str) -> None:
    assert not tells_trouble(message)
