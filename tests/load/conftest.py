from tests.slack.conftest import slack  # noqa: F401 -- a fixture
