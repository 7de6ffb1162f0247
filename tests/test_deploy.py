"""What stands in `deploy` fits the program, as far as this machine can tell."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot.cli import app
from tests.bot.conftest import ROOT

UNIT = ROOT / "deploy" / "recruiting-faq.service"
COMMAND = ["slack", "run", "--health", "9464", "--log-json"]
SYSTEMD = "systemd is not installed, so the unit was NOT checked"
MOST_EXPOSED = 20
"""Of 100, as `systemd-analyze security` counts."""


@pytest.mark.skipif(not Path("/usr/bin/systemd-analyze").exists(), reason=SYSTEMD)
def test_the_unit_is_one_and_hardly_exposed(tmp_path: Path) -> None:
    here = tmp_path / UNIT.name
    here.write_text(
        UNIT.read_text("utf-8").replace("/opt/recruiting-faq/.venv/bin/faq", sys.executable), "utf-8"
    )
    for line in (
        ("verify", "--recursive-errors=no", str(here)),
        ("security", "--offline=yes", f"--threshold={MOST_EXPOSED}", str(UNIT)),
    ):
        done = subprocess.run(
            ["/usr/bin/systemd-analyze", *line], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_way_of_running_it_gives_a_command_that_is_there_and_no_rights() -> None:
    image = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
    assert f"CMD {COMMAND}".replace("'", '"') in image
    assert f"/opt/recruiting-faq/.venv/bin/faq {' '.join(COMMAND)}" in UNIT.read_text("utf-8")
    group = next(each for each in app.registered_groups if each.name == "slack")
    assert group.typer_instance
    assert "run" in {each.name for each in group.typer_instance.registered_commands}
    bot = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text("utf-8"))["services"]["bot"]
    assert (bot["read_only"], bot["cap_drop"], bot["user"]) == (True, ["ALL"], "10001:10001")
    assert f"USER {bot['user']}" in image
