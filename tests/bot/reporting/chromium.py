"""A headless Chromium without a network, driven by its own driver: pages as a phone and a desk show them."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

PROGRAM, DRIVER = shutil.which("chromium") or shutil.which("chromium-browser"), shutil.which("chromedriver")
IS_MISSING = not (PROGRAM and DRIVER)
MISSING = "Chromium is not installed, so the HTML report was NOT looked at: apt-get install chromium chromium-driver"
_OPTIONS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
    *("--disable-background-networking", "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND"),
)


class Browser:
    def __init__(self, driver: Chrome) -> None:
        self._driver = driver

    def open(self, file: Path, *, width: int, dark: bool = False) -> list[str]:
        """Open a file at a width in CSS pixels, below 600 as a phone does; return the addresses that were asked for."""
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self._driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        colours = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self._driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": colours})
        self._driver.get_log("performance")  # type: ignore[no-untyped-call]
        self._driver.get(file.as_uri())
        log = self._driver.get_log("performance")  # type: ignore[no-untyped-call]
        messages = [json.loads(entry["message"])["message"] for entry in log]
        sent = [message["params"] for message in messages if message["method"] == "Network.requestWillBeSent"]
        # Without what a new tab, which is a page of Chromium's own, went on loading.
        return [each["request"]["url"] for each in sent if not each["documentURL"].startswith("chrome")]

    def ask(self, script: str) -> Any:  # noqa: ANN401 -- whatever the script returns
        """Return what a script says of the page; it runs beside the page's own rules for scripts."""
        asked = {"expression": script, "returnByValue": True}
        value = self._driver.execute_cdp_cmd("Runtime.evaluate", asked)
        assert "exceptionDetails" not in value, value
        return value["result"].get("value")


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    options = ChromeOptions()
    options.binary_location = str(PROGRAM)
    for argument in (*_OPTIONS, f"--user-data-dir={folder}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    driver = Chrome(options=options, service=Service(DRIVER, env={**os.environ, "SE_OFFLINE": "true"}))
    try:
        yield Browser(driver)
    finally:
        driver.quit()
