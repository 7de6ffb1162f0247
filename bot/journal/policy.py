"""What the journal keeps, of whom, and until when: in words, for the people it is about."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from bot.journal.retention import CLOSED_AS_WRITTEN, DELIVERIES, SIGHTINGS, THREADS, Held
from bot.settings import JournalMode, Settings

_QUESTION = {
    JournalMode.OFF: "保存しない。",
    JournalMode.COUNTS: (
        "時刻(1時間単位)、場所の種類、回答の種類と項目、確信度、版、所要時間。質問の文と質問者は保存しない。"
    ),
    JournalMode.MASKED: (
        "時刻、場所の種類、質問者の鍵付きハッシュ、マスク後の質問文、回答の種類と項目、確信度、版、所要時間。"
    ),
}


def policy_lines(settings: Settings, where: str, held: Mapping[str, Held]) -> Iterator[str]:
    """Yield the policy that these settings make, in Japanese, with what there is of each kind.

    Args:
        settings: What is kept, and for how many days.
        where: The database, without its password.
        held: What there is, as `Retention.held` gives it.
    """
    days = settings.journal_days
    yield f"記録の方針(FAQ_JOURNAL={settings.journal.value}、FAQ_JOURNAL_DAYS={days})"
    yield f"保存先: {where}"
    yield ""
    yield from _kind("質問", _QUESTION[settings.journal], f"質問から{days}日", held["questions"])
    word = "質問者ごとに最後の1つ(良い・良くない)と、マスク後のひとこと。"
    yield from _kind("評価", word, "その質問と同じ", held["feedback"])
    yield from _kind(
        "完了していない引き継ぎ",
        "質問文、回答、質問者と担当者のIDを、書かれたまま。",
        "完了するまで(期限なし)",
        held["unfinished_handovers"],
    )
    masked = _days(CLOSED_AS_WRITTEN, days)
    yield from _kind(
        "完了した引き継ぎ",
        f"完了から{masked}日は書かれたまま。その後は質問文と回答をマスクし、質問者のIDを鍵付きハッシュに替える。",
        f"完了から{days}日",
        held["closed_handovers"],
    )
    about = (
        "話題の項目と、マスク後の直近の質問。"
        if settings.journal is JournalMode.MASKED
        else "話題の項目のみ。"
    )
    yield from _kind("会話の記憶", about, f"最後の発言から{_days(THREADS, days)}日", held["threads"])
    yield from _kind(
        "送信待ち",
        "送る内容と宛先。送り終えた内容はすぐに消し、送ったことだけを残す。",
        f"予定から{_days(DELIVERIES, days)}日(引き継ぎの分は引き継ぎと同じ)",
        held["waiting_deliveries"],
    )
    yield from _kind(
        "管理の操作",
        "時刻、操作した人のID、操作、結果、理由。書かれたまま。",
        f"{days}日",
        held["admin_events"],
    )
    yield f"二重の受信を見分けるためのイベントの番号: {_days(SIGHTINGS, days)}日"
    yield ""
    yield "マスクするもの: 氏名、メール、電話、URL、番号(7桁以上など)、住所(番地まで)、アカウント、生年月日。"
    yield "登壇者の名前は残します。機械による判定なので、見落としがあります。"
    yield "質問者のハッシュの鍵は月ごとに替え、期限が過ぎた月の鍵は消します。消した後は誰のものか分かりません。"
    if settings.journal_key is None:
        yield "鍵はデータベースの中にあります。"
        yield "FAQ_JOURNAL_KEY を設定すると、データベースだけでは質問者を確かめられません。"
    else:
        yield "FAQ_JOURNAL_KEY が設定されています。データベースだけでは質問者を確かめられません。"
    yield "一人分の記録を消すには: faq journal forget USER"


def _kind(name: str, what: str, until: str, held: Held) -> Iterator[str]:
    yield f"■ {name}"
    yield f"  内容: {what}"
    oldest = f"、最も古いもの {held.oldest.astimezone():%Y-%m-%d}" if held.oldest else ""
    yield f"  期限: {until}。現在 {held.count}件{oldest}"


def _days(kept: timedelta, days: int) -> int:
    return min(kept.days, days)
