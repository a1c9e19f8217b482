"""A real browser on a live server: staff sign in, and every page is watched for what should not happen."""

import importlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from customers.services.staff import create_staff_user
from tests.factories import NOW, TESTS
from tests.shop import Shop, open_shop

PASSWORD = "correct horse battery staple"
NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((found for name in NAMES if (found := shutil.which(name))), "")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WATCH = """addEventListener("securitypolicyviolation", (event) =>
  console.error("policy violated: " + event.violatedDirective + " " + event.blockedURI))"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="no chromium is installed"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright's loop runs in this thread, beside which Django would refuse to touch the database. It ends with the
    # module, so that no other test runs beside it or inherits the permission.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Desk:
    """Someone at a browser. `complaints` are console errors, exceptions, policy violations and failed requests."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.address}{path}")
        return self.page

    def watch(self) -> None:
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"exception: {error}"))
        self.page.on("response", self._note_response)

    def _note_console(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text} ({self.page.url})")

    def _note_response(self, response: Any) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.status}: {response.url}")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1400, "height": 900}, locale="en-US")
    context.set_default_timeout(10_000)
    context.add_init_script(WATCH)
    yield context
    context.close()


@pytest.fixture
def sign_in(context: BrowserContext, live_server: Any, shop: Shop) -> Iterator[Callable[[str], Desk]]:
    """Sits someone of that group down, signed in through the form. Whatever is complained of fails the test."""
    # Tests that really commit take groups and roles with them when they clean up.
    importlib.import_module("identity_site.migrations.0001_staff_groups").create_groups(apps, None)
    importlib.import_module("identity_site.migrations.0002_attempts_and_groups").grant(apps, None)
    importlib.import_module("identity_site.migrations.0003_groups_of_accounts").grant(apps, None)
    desks: list[Desk] = []

    def sit_down(group: str) -> Desk:
        email = f"{group.partition(' ')[0].lower()}@merchant.test"
        create_staff_user(email=email, password=PASSWORD, name=group, groups=[group], by=TESTS, at=NOW)
        desk = Desk(context.new_page(), live_server.url)
        desk.watch()
        desks.append(desk)
        page = desk.open("/admin/")
        page.get_by_label("Email").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", name="Home").wait_for()
        return desk

    yield sit_down
    assert [complaint for desk in desks for complaint in desk.complaints] == []


@pytest.fixture
def shop(live_server: Any) -> Shop:
    importlib.import_module("accounts.migrations.0006_built_in_roles").create_roles(apps, None)
    return open_shop()
