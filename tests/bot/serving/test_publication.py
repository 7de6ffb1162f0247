import subprocess
import sys

from tests.bot.conftest import ROOT
from tests.patience import PATIENCE_SECONDS

WAITS = "print('begun', flush=True), __import__('signal').pause()"


def test_what_is_done_beside_a_process_ends_with_it_however_that_ends() -> None:
    """Else each bot that is killed while it publishes leaves a process, and what it has open, for good."""
    program = f"from bot.serving.publication import beside; beside(eval, {WAITS!r})"
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as popen:
        assert popen.stdout
        assert popen.stdout.readline() == "begun\n"
        popen.kill()
        assert popen.communicate(timeout=PATIENCE_SECONDS)[0] == ""  # both ends of it are closed


def test_what_cannot_begin_beside_a_process_is_told_as_what_a_person_can_put_right() -> None:
    """A file that cannot grow is what a full disk is to a process."""
    program = (
        "import resource; from bot.serving.publication import beside; from faq.problems import FaqError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))\n"
        "try: beside(eval, '1')\n"
        "except FaqError as error: print(error)\n"
    )
    line = [sys.executable, "-c", program]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "メモリの空き" in done.stdout
