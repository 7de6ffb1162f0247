"""Whether a reply helped: the last word of each person about each reply."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from bot.journal.database import Database, insert
from bot.journal.schema import feedback, questions
from bot.journal.user_hasher import UserHasher
from bot.privacy.masking import Masker


class Rating(StrEnum):
    """What a person thinks of a reply."""

    GOOD = "good"
    BAD = "bad"


class Feedback:
    """What people think of replies."""

    def __init__(self, database: Database, persons: UserHasher, masker: Masker) -> None:
        """Write to that database."""
        self._database = database
        self._persons = persons
        self._masker = masker

    def give(self, question_id: str, user: str, mark: Rating, *, at: datetime, comment: str = "") -> bool:
        """Note what a person thinks of the reply to a question; an earlier word of that person is replaced.

        A word that was said earlier than the one that is noted changes nothing, whenever it arrives. Where no
        people are kept, there is one word a reply, whoever said it.

        Returns:
            Whether the question is in the journal.

        Raises:
            JournalError: the journal cannot be written.
        """
        with self._database.writing() as connection:
            wanted = sa.select(questions.c.asked_at, questions.c.person).where(questions.c.id == question_id)
            question = connection.execute(wanted).first()
            if question is None:
                return False
            # With the key of the question's month, or a change of mind on the first would be a second person's.
            person = self._persons.hash_of(connection, user, question.asked_at) if question.person else ""
            word = {
                "mark": mark.value,
                "comment": self._masker.mask(comment) if comment else None,
                "given_at": at,
            }
            added = insert(connection, feedback).values(question_id=question_id, person=person, **word)
            newer = feedback.c.given_at <= added.excluded.given_at
            same = ["question_id", "person"]
            connection.execute(added.on_conflict_do_update(index_elements=same, set_=word, where=newer))
            return True

    def take_back(self, question_id: str, user: str) -> None:
        """Forget what a person thought of a reply; nothing happens where there is no word of that person.

        Raises:
            JournalError: the journal cannot be written.
        """
        with self._database.writing() as connection:
            hashes = ["", *self._persons.hashes_of(connection, user)]
            connection.execute(
                sa.delete(feedback).where(
                    feedback.c.question_id == question_id, feedback.c.person.in_(hashes)
                )
            )
