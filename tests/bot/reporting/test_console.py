import re
from io import StringIO

import pytest
from rich.cells import cell_len

from bot.output.terminal import rich_console
from bot.reporting.report import UsageReport
from bot.reporting.view import examples, report_view
from bot.settings import JournalMode
from index.clustering.groups import Group
from index.release.building import Release
from tests.bot.reporting.builders import missed, recorded, reported

TITLES = [
    "日ごと",
    "よく出た項目",
    "👎 の多い項目",
    "どの質問も届かなかった回答",
    "惜しかった質問と、いちばん近い項目",
    "人事への引き継ぎ",
]


def written(report: UsageReport, *, groups: int = 10, width: int = 80) -> str:
    stream = StringIO()
    console = rich_console(stream, width=width, no_color=True, terminal=True)
    console.print(report_view(report, groups=groups), crop=False)
    return stream.getvalue()


def shown(report: UsageReport, *, groups: int = 10, width: int = 80) -> str:
    """Return the text without its bold and dim."""
    return re.sub(r"\x1b\[[0-9;]*m", "", written(report, groups=groups, width=width))


def section(text: str, title: str) -> list[str]:
    """Return the lines below a heading, up to the next empty one."""
    return re.split(rf"^{re.escape(title)}.*\n", text, flags=re.MULTILINE)[1].split("\n\n")[0].splitlines()


@pytest.mark.parametrize("width", [80, 120])
def test_every_part_fits_the_terminal(report: UsageReport, width: int) -> None:
    lines = shown(report, width=width).splitlines()
    assert max(map(cell_len, lines)) <= width
    assert [title for title in TITLES if title not in lines] == []


def test_the_head_counts_the_five_replies_with_bars(report: UsageReport) -> None:
    head = shown(report).split("\n\n")[1].splitlines()
    assert head[0] == "質問 37件  👍 15件  👎 11件"
    assert re.fullmatch(r"回答        27  73%  █{50,}", head[1])
    assert re.fullmatch(r"案内         4  11%  █{6,12}.?", head[3])
    assert [line.split()[0] for line in head[1:]] == ["回答", "候補", "案内", "わからない", "あいさつ"]


def test_a_day_is_a_row_with_its_bar_its_replies_and_its_confidence(report: UsageReport) -> None:
    rows = section(shown(report), "日ごと")
    assert rows[2].startswith("6/3(火)     7  ██")
    assert rows[2].split()[3:] == ["3", "0", "4", "0", "0.80"]
    assert rows[7].split() == ["6/8(日)", "0", "0", "0", "0", "0", "—"]


def test_a_group_shows_its_middle_and_its_closest_entry(report: UsageReport) -> None:
    lines = section(shown(report), "答えられなかった質問")
    assert lines[:2] == ["1. 研修はありますか(5回)", "   ・研修の予算"]
    assert re.fullmatch(r"   → training 確信度 [01]\.\d\d \(今の版の返事は「回答」\)", lines[2])
    assert lines[3:5] == ["2. 犬は飼えますか?(2回)", "   ほか1通り"]


def test_groups_that_are_left_out_are_counted(report: UsageReport) -> None:
    lines = section(shown(report, groups=1), "答えられなかった質問")
    assert lines[-1] == "ほかに2組(3件)があります(--groups N で増やせます)。"


def test_what_people_wrote_is_shown_as_text(report: UsageReport) -> None:
    text = written(report)
    assert "</script>[bold]&amp;␛[31m" in text
    assert "\x1b[31m" not in text


def test_nothing_asked_says_so_in_every_part(release: Release) -> None:
    text = shown(reported(release))
    assert "質問 0件" in text
    assert text.count("ありません。") == 6


@pytest.mark.parametrize(
    ("mode", "said"), [(JournalMode.OFF, "FAQ_JOURNAL=off"), (JournalMode.COUNTS, "FAQ_JOURNAL=counts")]
)
def test_a_journal_without_texts_says_so(release: Release, mode: JournalMode, said: str) -> None:
    text = shown(reported(release, missed(None), recorded(channel="batch"), mode=mode))
    assert said in text
    assert "1件は、文が記録されていない" in text
    assert "`faq batch` による1件" in text


def test_examples_are_different_ways_to_ask_and_not_spellings_of_one() -> None:
    texts = (
        "研修の費用はいくら",
        "研修の費用はいくらら",
        "講習にかかるお金",
        "けんしゅうの費用は",
        "講習にかかるお金は",
    )
    group = Group(texts, (5, 4, 3, 2, 1), texts[0], lambda _: None)
    assert examples(group, 2) == ["講習にかかるお金", "けんしゅうの費用は"]
    assert examples(group, 1) == ["講習にかかるお金"]
