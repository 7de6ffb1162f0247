"""What is kept for how long, in words too; deleted when that time is over, and when a person asks for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.journal.database import Database
from bot.journal.handover import HandoverState
from bot.journal.schema import (
    admin_events,
    deliveries,
    feedback,
    handover_steps,
    handovers,
    questions,
    threads,
)
from bot.journal.user_hasher import UserHasher
from bot.settings import JournalMode, Settings
from faq.wording import Labels, worded

CLOSED_AS_WRITTEN = timedelta(days=7)  # after that, a closed hand-over is masked
THREADS = timedelta(days=30)  # after its last message, a conversation is forgotten
DELIVERIES = timedelta(days=30)

_FORGOTTEN = "(削除済み)"
_OF_A_QUESTION = Labels(
    {
        JournalMode.OFF: "保存しない。",
        JournalMode.COUNTS: (
            "時刻(1時間単位)、場所の種類、回答の種類と項目、確信度、版、所要時間、候補を選んだときはどの質問の候補か。"
            "質問の文と質問者は保存しない。"
        ),
        JournalMode.MASKED: (
            "時刻、場所の種類、質問者の鍵付きハッシュ、マスク後の質問文、回答の種類と項目、確信度、版、所要時間、"
            "候補を選んだときはどの質問の候補か。"
        ),
    }
)
_POLICY = """\
記録の方針(FAQ_JOURNAL={mode}、FAQ_JOURNAL_DAYS={days})
保存先: {where}

■ 質問
  内容: {question}
  期限: 質問から{days}日
■ 評価
  内容: 質問者ごとに最後の1つ(良い・良くない)と、マスク後のひとこと。
  期限: その質問と同じ
■ 完了していない引き継ぎ
  内容: 質問文、回答、返信、質問者と担当者のIDを、書かれたまま。
  期限: 完了するまで(期限なし)
■ 完了した引き継ぎ
  内容: 完了から{masked}日は書かれたまま。その後は質問文と回答をマスクし、質問者のIDを鍵付きハッシュに替える。
  期限: 完了から{days}日
■ 会話の記憶
  内容: {talk}スレッドでは、発言者のIDも。
  期限: 最後の発言から{threads}日
■ 送信待ち
  内容: 送る内容と宛先。送り終えた内容はすぐに消し、送ったことだけを残す。
  期限: 予定から{deliveries}日(引き継ぎの分は引き継ぎと同じ)
■ 管理の操作
  内容: 時刻、操作した人のID、操作、結果、理由。書かれたまま。
  期限: {days}日

マスクするもの: 氏名、メール、電話、URL、番号(7桁以上など)、住所(番地まで)、アカウント、生年月日。
登壇者の名前は残します。機械による判定なので、見落としがあります。
質問者のハッシュの鍵は月ごとに替え、期限が過ぎた月の鍵は消します。消した後は誰のものか分かりません。
{key}
一人分の記録を消すには: faq journal forget USER"""


@dataclass
class Retention:
    """Keeps what was promised, and no longer."""

    database: Database
    kept: timedelta  # how long questions are
    mask: Callable[[str], str]
    hasher: UserHasher

    def purge(self, *, at: datetime) -> dict[str, int]:
        """Delete what is past its time, and mask hand-overs that were closed a while ago.

        What belongs to a hand-over that is not closed is not touched, however old it is.

        Return how many rows of each table were deleted, or masked; what did not change is left out.
        """
        over, kept = at - self.kept, self.kept
        closed = handovers.c.state == HandoverState.CLOSED.value
        loose, sent = deliveries.c.handover_id.is_(None), deliveries.c.planned_at < at - min(DELIVERIES, kept)
        with self.database.writing() as connection:
            found = {
                "questions": _delete(connection, questions, questions.c.asked_at < over),
                "threads": _delete(connection, threads, threads.c.changed_at < at - min(THREADS, kept)),
                "deliveries": _delete(connection, deliveries, loose & sent),
                "admin_events": _delete(connection, admin_events, admin_events.c.at < over),
                "handovers": _delete(connection, handovers, closed & (handovers.c.changed_at < over)),
                "handovers_masked": self._mask_closed(connection, at - min(CLOSED_AS_WRITTEN, kept)),
                "person_keys": self.hasher.drop_before(connection, f"{over:%Y-%m}"),
            }
        found = {name: count for name, count in found.items() if count}
        if found:
            self.database.forget_pages()
        return found

    def forget(self, user: str, *, at: datetime) -> dict[str, int]:
        """Delete what is known of a person, in every month whose key is kept; return how many rows of each table.

        Under "unfinished_handovers" stands how many stay because somebody works on them.
        """
        with self.database.writing() as connection:
            hashes = self.hasher.hashes_of(connection, user)
            own = (handovers.c.user == user) | handovers.c.person.in_(hashes)
            closed = handovers.c.state == HandoverState.CLOSED.value
            others = sa.select(questions.c.id).where(questions.c.person.in_(hashes))
            marks = feedback.c.person.in_(hashes) | feedback.c.question_id.in_(others)
            refused = (admin_events.c.who == user) & (admin_events.c.outcome == "refused")
            # In a thread, the key of what is remembered of a person ends in their id.
            of_user = threads.c.key.endswith(f" {user}", autoescape=True)
            # What a hand-over is to tell goes with it.
            sent_to = sa.cast(deliveries.c.payload, sa.Text).contains(f'"{user}"', autoescape=True)
            own_place = deliveries.c.ordering_key.in_([f"{what} {user}" for what in ("admin", "ask", "dm")])
            pressed = deliveries.c.key.contains(f" {user} ", autoescape=True)
            loose = deliveries.c.handover_id.is_(None) & ~deliveries.c.ordering_key.startswith("case ")
            unfinished = sa.select(sa.func.count()).select_from(handovers).where(own, ~closed)
            found = {
                "feedback": _delete(connection, feedback, marks),
                "questions": _delete(connection, questions, questions.c.person.in_(hashes)),
                "threads": _delete(connection, threads, threads.c.person.in_(hashes) | of_user),
                "handovers": _delete(connection, handovers, own & closed),
                "deliveries": _delete(
                    connection, deliveries, loose & (sent_to | own_place | pressed) & bool(user)
                ),
                "admin_events": connection.execute(
                    sa.update(admin_events).where(refused).values(who=_FORGOTTEN, detail="", at=at)
                ).rowcount,
                "unfinished_handovers": connection.execute(unfinished).scalar_one(),
            }
        self.database.forget_pages()
        return found

    def _mask_closed(self, connection: Connection, before: datetime) -> int:
        wanted = sa.select(handovers).where(
            handovers.c.state == HandoverState.CLOSED.value,
            handovers.c.changed_at < before,
            handovers.c.user.is_not(None),
        )
        rows = connection.execute(wanted).all()
        for row in rows:
            values = {
                "user": None,
                "person": self.hasher.hash_of(connection, row.user, row.changed_at) or None,
                "question": self.mask(row.question),
                "place": "",
            }
            connection.execute(sa.update(handovers).where(handovers.c.id == row.id).values(**values))
            told = deliveries.c.handover_id == row.id, deliveries.c.ordering_key == f"dm {row.user}"
            connection.execute(sa.update(deliveries).where(*told).values(ordering_key=_FORGOTTEN))
            own = handover_steps.c.handover_id == row.id
            for step in connection.execute(sa.select(handover_steps).where(own)).all():
                who = _FORGOTTEN if step.who == row.user else step.who
                this = sa.update(handover_steps).where(handover_steps.c.id == step.id)
                connection.execute(this.values(who=who, text=self.mask(step.text)))
        return len(rows)


def _delete(connection: Connection, table: sa.Table, which: sa.ColumnElement[bool]) -> int:
    return connection.execute(sa.delete(table).where(which)).rowcount


def policy(settings: Settings, where: str) -> str:
    """Return the policy that these settings make."""
    days, is_masked = settings.journal_days, settings.journal is JournalMode.MASKED
    key = "FAQ_JOURNAL_KEY が設定されています。データベースだけでは質問者を確かめられません。"
    if settings.journal_key is None:
        key = (
            "鍵はデータベースの中にあります。\n"
            "FAQ_JOURNAL_KEY を設定すると、データベースだけでは質問者を確かめられません。"
        )
    return worded(
        _POLICY,
        mode=settings.journal.value,
        days=days,
        where=where,
        question=_OF_A_QUESTION[settings.journal],
        talk=worded("話題の項目と、マスク後の直近の質問。" if is_masked else "話題の項目のみ。"),
        masked=_days(CLOSED_AS_WRITTEN, days),
        threads=_days(THREADS, days),
        deliveries=_days(DELIVERIES, days),
        key=worded(key),
    )


def _days(kept: timedelta, days: int) -> int:
    return min(kept.days, days)
