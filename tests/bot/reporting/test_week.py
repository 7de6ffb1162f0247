from pathlib import Path
from random import Random

import pytest
from pydantic import SecretStr

from bot.conversation.reply import ReplyKind
from bot.journal.journal import Journal
from bot.reporting.gathering import gather
from bot.reporting.period import Period
from bot.settings import JournalMode, Settings
from index.release.building import Release
from tests.bot.reporting.mistyping import mistyped
from tests.bot.reporting.week import MONDAY, WEEK, record, simulated

COUNT = 150


def journal(tmp_path: Path, mode: JournalMode = JournalMode.MASKED) -> Journal:
    url = SecretStr(f"sqlite:///{tmp_path / 'journal.db'}")
    settings = Settings(home=tmp_path, database_url=url, journal=mode)
    return Journal(settings, complain=pytest.fail, clock=lambda: MONDAY)


def test_a_week_goes_through_the_real_journal_into_the_report(release: Release, tmp_path: Path) -> None:
    asked = list(simulated(release, COUNT))
    with journal(tmp_path) as opened:
        record(opened, asked)
        found = gather(opened, release, Period(MONDAY, MONDAY + WEEK), today=MONDAY.date())
        assert gather(opened, release, Period(MONDAY, MONDAY), today=MONDAY.date()).asked == 0
    assert found.asked == COUNT == sum(part.asked for part in found.parts)
    assert {kind.value: count for kind, count in found.replies.items() if count} == {
        reply: sum(each.reply == reply for each in asked) for reply in {each.reply for each in asked}
    }
    grouped = sum(group.times for group in found.unanswered.groups)
    assert grouped == found.unanswered.times >= found.replies[ReplyKind.UNKNOWN] > 0
    assert found.good + found.bad > 0
    assert found.handovers.opened > 0
    assert found.handovers.taken_seconds is not None


def test_where_no_text_is_kept_there_are_counts_and_no_groups(release: Release, tmp_path: Path) -> None:
    asked = list(simulated(release, COUNT))
    with journal(tmp_path, JournalMode.COUNTS) as opened:
        record(opened, asked)
        found = gather(opened, release, Period(MONDAY, MONDAY + WEEK), today=MONDAY.date())
    assert (found.asked, found.unanswered.groups) == (COUNT, ())
    assert found.unanswered.untold == found.unanswered.times > 0


def test_a_week_can_be_repeated(release: Release) -> None:
    first, again, other = (list(simulated(release, 20, seed=seed)) for seed in (1, 1, 2))
    assert first == again != other
    assert all(MONDAY <= each.at < MONDAY + WEEK for each in first)
    assert [each.at for each in first] == sorted(each.at for each in first)


def test_slips_change_a_text_in_many_ways() -> None:
    chance = Random(1)  # noqa: S311 -- a simulation, no secret
    made = {mistyped("テレワークの研修はありますか", chance) for _ in range(200)}
    assert len(made) > 50
    assert {"テレワークの検収はありますか", "ﾃﾚﾜｰｸの研修はありますか"} <= made
