"""What `faq suggest` found last, kept so that somebody can accept a suggestion by its number."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.proposals.effect import Trial
from bot.proposals.files import FOLDER, ProposalError
from bot.proposals.proposal import NewPhrasing, Proposal
from bot.proposals.suggesting import Suggestion
from faq.reading import builtin
from index.release.durable import replace

FILE = "suggested.json"


@dataclass(frozen=True)
class Offered:
    """Suggestions for a knowledge path.

    Attributes:
        faq: The path, resolved.
        base: Name of the release that they were made for.
        suggestions: Counted from 1.
    """

    faq: str
    base: str
    suggestions: tuple[Suggestion, ...]

    def acceptable(self, number: int) -> Suggestion:
        """Return the suggestion of that number.

        Raises:
            ProposalError: there is none, or the knowledge is the built-in one.
        """
        if not 1 <= number <= len(self.suggestions):
            msg = f"{number}番の提案はありません({len(self.suggestions)}番まで)。`faq suggest` で一覧を表示します。"
            raise ProposalError(msg)
        if Path(self.faq) == builtin().resolve():
            msg = (
                "組み込みのFAQは書き換えられません。\n"
                "  `faq init フォルダー` で写しを作り、--faq フォルダー を付けてやり直してください。"
            )
            raise ProposalError(msg)
        return self.suggestions[number - 1]

    def proposal(
        self, number: int, trial: Trial, by: str, at: datetime, *, step: Callable[[], None] = lambda: None
    ) -> Proposal:
        """Return the suggestion of that number as a proposal that has no name yet, its effect worked out anew.

        Args:
            number: Of the suggestion.
            trial: On which its effect is worked out.
            by: Who accepts it.
            at: When.
            step: Called after each expectation that was asked.

        Raises:
            ProposalError: as for `acceptable`.
            EditError: it no longer fits the files.
        """
        chosen = self.acceptable(number)
        effect, _ = trial.effect(chosen.change, chosen.questions, step=step)
        return Proposal(
            name="p1",  # the next free one is given when it is kept
            faq=self.faq,
            by=by,
            at=at,
            base=trial.base.name,
            phrasing=chosen.change if isinstance(chosen.change, NewPhrasing) else None,
            entry=None if isinstance(chosen.change, NewPhrasing) else chosen.change,
            questions=chosen.questions,
            effect=effect,
        )


_ADAPTER = TypeAdapter(Offered)


def save_offers(home: Path, offered: Offered) -> None:
    """Keep suggestions in the place of the last ones.

    Raises:
        OSError: they cannot be written.
    """
    (home / FOLDER).mkdir(parents=True, exist_ok=True)
    replace(home / FOLDER / FILE, _ADAPTER.dump_json(offered))


def read_offers(home: Path, path: Path) -> Offered:
    """Return what was suggested last for a path.

    Raises:
        ProposalError: nothing was.
    """
    try:
        found = _ADAPTER.validate_json((home / FOLDER / FILE).read_bytes())
    except (OSError, ValidationError):
        found = None
    if found is None or found.faq != str(path.resolve()):
        msg = "提案の一覧がありません。先に `faq suggest` を、同じ --faq で実行してください。"
        raise ProposalError(msg)
    return found
