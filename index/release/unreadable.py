"""Stored releases that cannot be served: not there, damaged, or built by another version."""

from faq.problems import FaqError


class ReleaseError(FaqError):
    """A stored release that is not there, or that cannot be served as it is; in Japanese, for admins.

    Attributes:
        name: Of the release, as it was asked for.
    """

    def __init__(self, name: str, message: str) -> None:
        """Keep both."""
        self.name = name
        super().__init__(message)


class OtherEngineError(ReleaseError):
    """A release of another version of this program or of the dictionary: it would not reply as it did."""

    def __init__(self, name: str) -> None:
        """Say what can still be done."""
        super().__init__(
            name,
            f"版 {name} は、このプログラムか辞書の別のバージョンで作られたため、そのままでは使えません。\n"
            "  内容は残っています。同じ内容から作り直すことはできますが、返答は当時と異なることがあります。",
        )
