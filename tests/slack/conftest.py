import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from slack_sdk import WebClient

from index.release.store import open_release
from tests.bot.conftest import faq, home  # noqa: F401 -- fixtures
from tests.bot.deciding import _decides_by_words, decide_by_words  # noqa: F401 -- a fixture for every test here
from tests.slack.double import Channel, Person, SlackDouble
from tests.slack.office import KNOWLEDGE, Office, Opens, office


@pytest.fixture
def slack() -> Iterator[SlackDouble]:
    with SlackDouble() as slack:
        yield slack


@pytest.fixture
def client(slack: SlackDouble) -> WebClient:
    return WebClient(token=slack.bot_token, base_url=slack.api_url)


@pytest.fixture(scope="session", autouse=True)
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of knowledge and, beside it, a home in which it is compiled, before any test decides by words."""
    place = tmp_path_factory.mktemp("office")
    (place / "faq").mkdir()
    (place / "faq" / "faq.yaml").write_text(KNOWLEDGE, encoding="utf-8")
    open_release(place / "faq", home=place / "home")  # for processes, which decide as the product does
    with pytest.MonkeyPatch.context() as patched:
        decide_by_words(patched)
        open_release(place / "faq", home=place / "home")
    return place


@pytest.fixture
def knowledge(compiled: Path, tmp_path: Path) -> Path:
    """Return a copy of it that a test may change; the home is its neighbour `home`."""
    shutil.copytree(compiled, tmp_path, dirs_exist_ok=True)
    return tmp_path / "faq"


@pytest.fixture
def hr_channel(slack: SlackDouble) -> Channel:
    """Return HR's private channel, with nobody but the bot in it yet."""
    return slack.channel("hr", kind="private")


@pytest.fixture
def anna(slack: SlackDouble) -> Person:
    return slack.person("安奈")


@pytest.fixture
def hana(slack: SlackDouble, hr_channel: Channel) -> Person:
    person = slack.person("人事の花")
    person.joins(hr_channel)
    return person


@pytest.fixture
def goro(slack: SlackDouble, hr_channel: Channel) -> Person:
    person = slack.person("五郎")
    person.joins(hr_channel)
    return person


@pytest.fixture
def general(slack: SlackDouble, anna: Person) -> Channel:
    return slack.channel("general", anna)


@pytest.fixture
def bert(slack: SlackDouble, general: Channel) -> Person:
    person = slack.person("部長")
    person.joins(general)
    return person


@pytest.fixture
def opens(slack: SlackDouble, knowledge: Path) -> Opens:
    """Open the bot with settings of the test's own; what it keeps is there when it is opened again."""
    return partial(office, slack, knowledge, knowledge.parent / "home")


@pytest.fixture
def bot(opens: Opens, hr_channel: Channel) -> Iterator[Office]:
    with opens(hr=hr_channel.id) as opened:
        yield opened


@pytest.fixture
def at_work(request: pytest.FixtureRequest) -> None:
    """Have the bot at work, unless the test opens it with settings of its own."""
    if "opens" not in request.fixturenames:
        request.getfixturevalue("bot")
