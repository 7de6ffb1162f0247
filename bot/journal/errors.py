"""What a person can put right about the journal."""

from faq.problems import FaqError


class JournalError(FaqError):
    """The journal cannot be opened, read or written; the message says where, why and what to do.

    Attributes:
        passing: Whether it may work later, all else the same: a server that is down, a file that is locked.
    """

    def __init__(self, message: str, *, passing: bool = False) -> None:
        """Keep both."""
        self.passing = passing
        super().__init__(message)
