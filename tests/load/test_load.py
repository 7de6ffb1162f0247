"""A minute of the load, slowly: what is counted is counted, however busy the machine is."""

from pathlib import Path

import pytest

from tests.load.faults import faults, schedule
from tests.load.office import Office
from tests.load.reloads import Reloads
from tests.load.run import Run
from tests.slack.double import SlackDouble
from tests.slack.office import KNOWLEDGE

SECONDS, RATE = 60, 3
LINE = "服装は自由で、ジャケットの人が多くいます。"
TEXTS = [
    "在宅勤務はどのくらいできますか",
    "給料はいくらですか",
    "どのくらいですか",
    "こんにちは",
    "宇宙人はいますか",
]


@pytest.mark.load
def test_through_every_fault_each_question_is_answered_once_and_each_reload_is_told(
    slack: SlackDouble, tmp_path: Path
) -> None:
    knowledge = tmp_path / "faq"
    knowledge.mkdir()
    (knowledge / "faq.yaml").write_text(KNOWLEDGE, encoding="utf-8")
    office = Office(slack, knowledge, f"sqlite:///{tmp_path / 'home' / 'journal.db'}", by_http=False)
    office.publish()
    reloads = Reloads(office, knowledge / "faq.yaml", LINE, "職場の服装はどんな感じですか")
    breaks = faults(office)
    run = Run(
        office,
        TEXTS,
        rate=RATE,
        seconds=SECONDS,
        reloads=reloads,
        reload_seconds=8,
        faults=breaks,
        slots=schedule(list(breaks), SECONDS),
    )
    with office:
        run()
    whole = RATE * SECONDS + 1
    assert run.tally.counts() == {"asked": whole, "answered": whole, "refused": 0, "lost": 0, "twice": 0}
    assert run.figures()["reloads"]["lost"] == 0
    assert reloads.refused > 0
    assert {slot.fault for slot in run.slots} == set(breaks)
    assert office.bugs == []
