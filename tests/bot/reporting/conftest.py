"""The tiny set, compiled once."""

import pytest

from bot.reporting.report import UsageReport
from index.release.building import Release
from tests.bot import deciding
from tests.bot.reporting.builders import varied


@pytest.fixture(scope="session")
def release() -> Release:
    """Return a release of the tiny set, decided by the words that an entry has."""
    return deciding.release()


@pytest.fixture(scope="session")
def report(release: Release) -> UsageReport:
    """Return a report with something in every part of it."""
    return varied(release)
