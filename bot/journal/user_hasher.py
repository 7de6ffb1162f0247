"""People as keyed hashes: the same person within a month, nobody once the month's key is gone."""

import hmac
import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.journal.database import insert_new
from bot.journal.schema import person_keys

_HASH_BYTES = 16
_KEY = sa.select(person_keys.c.key).where(person_keys.c.month == sa.bindparam("of_month")).limit(1)


class UserHasher:
    """Hashes people with HMAC-SHA256, with a random key for each month and a secret of the operator's, if any.

    The keys are in the database: who has it and knows an id can find what that person asked, unless there is a secret.
    """

    def __init__(self, secret: str = "") -> None:
        self._secret = secret.encode()

    def hash_of(self, connection: Connection, user: str, at: datetime) -> str:
        """Return 32 hexadecimal digits for a person at that time; empty for nobody.

        Must be called in a transaction that writes: the first hash of a month makes its key.
        """
        if not user:
            return ""
        this = {"of_month": f"{at:%Y-%m}"}
        if (key := connection.execute(_KEY, this).scalar()) is None:
            values = {"month": this["of_month"], "secret_mark": "", "key": secrets.token_bytes(32)}
            insert_new(connection, person_keys, values)  # unless another process was first
            key = connection.execute(_KEY, this).scalar_one()
        return self._hash(key, user)

    def hashes_of(self, connection: Connection, user: str) -> list[str]:
        """Return a person's hashes in every month whose key is kept; none for nobody."""
        keys = connection.execute(sa.select(person_keys.c.key)).scalars()
        return [self._hash(key, user) for key in keys] if user else []

    def drop_before(self, connection: Connection, month: str) -> int:
        """Delete the keys of earlier months; return how many. What they hashed can no longer be told from chance."""
        return connection.execute(sa.delete(person_keys).where(person_keys.c.month < month)).rowcount

    def _hash(self, key: bytes, user: str) -> str:
        month_key = hmac.digest(key, self._secret, "sha256")
        return hmac.digest(month_key, user.encode("utf-8", "replace"), "sha256")[:_HASH_BYTES].hex()
