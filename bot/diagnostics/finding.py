"""What a doctor finds: one thing that was looked at, and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.output.terminal import visible

_INDENT = "  "


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    text: str
    to_do: str = ""  # empty where all is well
    works: bool = False  # it works all the same, and could be better
    name: str = ""  # for scripts

    @property
    def bad(self) -> bool:
        """Whether it is to be put right."""
        return bool(self.to_do) and not self.works

    @property
    def mark(self) -> str:
        """What stands before it: all is well, could be better, is to be put right."""
        return "×" if self.bad else "△" if self.to_do else "○"

    def lines(self, width: int) -> Iterator[str]:
        """Yield it with what to do below it, in lines of that many cells."""
        from bot.output.wrapping import wrap  # noqa: PLC0415 -- rich

        first, *more = wrap(visible(self.text), width - len(_INDENT))
        yield f"{self.mark} {first}"
        to_do = wrap(visible(f"→ {self.to_do}"), width - len(_INDENT)) if self.to_do else []
        yield from (f"{_INDENT}{line}" for line in (*more, *to_do))
