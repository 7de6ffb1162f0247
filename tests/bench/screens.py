"""The README's pictures: the console in a terminal of 80 columns, and the first steps of a day in Slack.

`python -m tests.bench.screens` makes them anew; it needs tmux and Chromium.
"""

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from html import escape
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from tests.bot.reporting.chromium import MISSING, PROGRAM
from tests.patience import until

DOCS = Path(__file__).parents[2] / "docs"
QUESTIONS = ("出世するにはどうすればいい", "奨学金を借りているのですが、返済の支援はありますか")
SCENES = (0, 2)
"""A question and choices, among the scenes of docs/slack.md."""
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 16px 20px; background: {ground}; color: {ink};
  font: 15px/1.5 "Noto Sans Mono CJK JP", monospace; white-space: pre-wrap }}
b {{ border: 1px solid #bbb; border-radius: 5px; padding: 1px 7px; font-weight: 600 }}
p {{ margin: 0; min-height: 24px }} i, em {{ color: #666; font-style: normal }} em {{ color: #1164a3 }}
strong {{ display: block; padding-top: 12px }}
</style>{body}"""


def console() -> str:
    """Return what the console shows, as HTML."""
    tmux = ("tmux", "-L", "faq-screens")
    subprocess.run(
        [*tmux, "new-session", "-d", "-x", "80", "-y", "24", f"{sys.executable} -m bot"], check=True
    )
    try:
        shown = ""
        for count, question in enumerate(QUESTIONS, 1):
            _wait(tmux, prompts=count)
            subprocess.run([*tmux, "send-keys", question, "Enter"], check=True)
        shown = _wait(tmux, prompts=len(QUESTIONS) + 1)
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)
    recorded = Console(record=True, width=80, file=StringIO(), force_terminal=True)
    recorded.print(Text.from_ansi(shown.rstrip().rsplit("\n", 1)[0].rstrip()))
    return recorded.export_html(theme=MONOKAI, inline_styles=True, code_format="{code}")


def _wait(tmux: Sequence[str], *, prompts: int) -> str:
    """Return the screen once it shows so many prompts."""
    capture = [*tmux, "capture-pane", "-e", "-p"]

    def screen() -> str:
        return subprocess.run(capture, check=True, capture_output=True, text=True).stdout

    until(lambda: screen().count("質問>") == prompts)
    return screen()


def slack() -> str:
    """Return the first scenes of the day in docs/slack.md, as HTML."""
    day = (
        (DOCS / "slack.md")
        .read_text(encoding="utf-8")
        .split("<!-- session -->\n```text\n")[1]
        .split("\n```")[0]
    )
    scenes = day.split("\n\n")
    lines = [line for scene in SCENES for line in scenes[scene].splitlines()]
    return "".join(f"<p>{line}</p>" for line in _slack_lines(lines))


def _slack_lines(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        text = escape(line.removeprefix("    "), quote=False)
        if line.startswith("■"):
            yield f"<strong>{text}</strong>"
        elif line.startswith("  ["):
            yield f"<em>{text.strip().strip('[]')}</em>"
        elif text.strip().startswith("·"):
            yield f"<i>{text}</i>"
        else:
            yield re.sub(r"\[\*?([^\[\]*]+)\*?\]", r"<b>\1</b>", text)


def photograph(body: str, file: Path, *, ground: str, ink: str, size: tuple[int, int]) -> None:
    """Write HTML as a PNG file."""
    assert PROGRAM, MISSING
    page = file.with_suffix(".html")
    page.write_text(PAGE.format(body=body, ground=ground, ink=ink), encoding="utf-8")
    flags = ("--headless=new", "--no-sandbox", "--hide-scrollbars", f"--window-size={size[0]},{size[1]}")
    subprocess.run([PROGRAM, *flags, f"--screenshot={file}", page.as_uri()], check=True, capture_output=True)
    page.unlink()


if __name__ == "__main__":
    photograph(console(), DOCS / "console.png", ground="#0c0c0c", ink="#d9d9d9", size=(680, 540))
    photograph(slack(), DOCS / "slack.png", ground="#fff", ink="#222", size=(680, 520))
