"""A headless Chromium without a network, driven by its own driver: pages as a phone and a desk show them."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

MISSING = "Chromium is not installed, so the HTML report was NOT looked at: apt-get install chromium chromium-driver"

_QUIET = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run")
_OFFLINE = ("--disable-background-networking", "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND")


def programs() -> tuple[str, str] | None:
    """Return Chromium and its driver; `None` where one of them is not installed."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


class Browser:
    def __init__(self, driver: Chrome) -> None:
        self._driver = driver

    def open(self, file: Path, *, width: int, dark: bool = False) -> Sequence[str]:
        """Open a file at a width in CSS pixels, below 600 as a phone does; return the addresses that were asked for."""
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self._do("Emulation.setDeviceMetricsOverride", size)
        colours = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self._do("Emulation.setEmulatedMedia", {"features": colours})
        self._driver.get_log("performance")  # type: ignore[no-untyped-call]
        self._driver.get(file.as_uri())
        log = self._driver.get_log("performance")  # type: ignore[no-untyped-call]
        messages = [json.loads(entry["message"])["message"] for entry in log]
        sent = [message["params"] for message in messages if message["method"] == "Network.requestWillBeSent"]
        # Without what a new tab, which is a page of Chromium's own, went on loading.
        return [each["request"]["url"] for each in sent if not each["documentURL"].startswith("chrome")]

    def ask(self, script: str) -> Any:  # noqa: ANN401 -- whatever the script returns
        """Return what a script says of the page; it runs beside the page's own rules for scripts."""
        value = self._do("Runtime.evaluate", {"expression": script, "returnByValue": True})
        assert "exceptionDetails" not in value, value
        return value["result"].get("value")

    def _do(self, command: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._driver.execute_cdp_cmd(command, dict(arguments))
        return found


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    found = programs()
    assert found is not None
    options = ChromeOptions()
    options.binary_location = found[0]
    for argument in (*_QUIET, *_OFFLINE, f"--user-data-dir={folder}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    driver = Chrome(options=options, service=Service(found[1], env={**os.environ, "SE_OFFLINE": "true"}))
    try:
        yield Browser(driver)
    finally:
        driver.quit()
