"""What many tests share: the program as a person calls it, the sample site built once, a browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright

from site_builder import cli, language
from site_builder.build import Options, build

CHECKOUT = Path(__file__).parents[1]
SEEDS = CHECKOUT / "seeds"
IN_CI = os.environ.get("CI") == "true"

hypothesis.settings.register_profile("untimed", deadline=None)  # a busy machine is no fault of what is tested
hypothesis.settings.load_profile("untimed")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run the longer tier in CI, or where it is asked for by `-m slow`. To it belongs what a browser does over http and
    then once more with the same site from disk.
    """
    if not IN_CI and "slow" not in config.getoption("-m"):
        for item in items:
            again = "disk" in getattr(getattr(item, "callspec", None), "params", {}).values()
            if again or item.get_closest_marker("slow"):
                item.add_marker(pytest.mark.skip(reason="longer tier: CI=true, or -m slow"))


Call = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def build_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    """`build_site("seeds", "-o", "x")`: a call of the program, in this process, in `tmp_path` or the given `cwd`."""
    for host_variable in ("NETLIFY", "URL"):
        monkeypatch.delenv(host_variable, raising=False)

    def call(*words: str | Path, cwd: Path = tmp_path) -> subprocess.CompletedProcess[str]:
        monkeypatch.chdir(cwd)
        capfd.readouterr()
        code = cli.main([str(word) for word in words])
        return subprocess.CompletedProcess(words, code, *capfd.readouterr())

    return call


@pytest.fixture
def program(tmp_path: Path) -> Call:
    """The same in a process of its own, with further environment variables."""

    def call(*words: str | Path, cwd: Path = tmp_path, **env: str) -> subprocess.CompletedProcess[str]:
        environ = {name: value for name, value in os.environ.items() if name not in ("NETLIFY", "URL")}
        environ |= {"PYTHONPATH": str(CHECKOUT), "PYTHONIOENCODING": "utf-8", **env}
        command = [sys.executable, "-m", "site_builder", *map(str, words)]
        return subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, encoding="utf-8")

    return call


@pytest.fixture(scope="session")
def seed_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample archive's site, built once. No test writes into the checkout, so its ledger is left as it is."""
    out = tmp_path_factory.mktemp("seed-site") / "public"
    build(Options(SEEDS, out, preview=True))
    return out


@pytest.fixture(scope="session")
def site_in(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """`site_in("en")`: the sample archive's site with its interface in that language, built once."""

    @cache
    def built(interface: str) -> Path:
        folder = tmp_path_factory.mktemp(f"seeds-{interface}")
        source = shutil.copytree(SEEDS, folder / "seeds")
        settings = source / "archive.toml"
        settings.write_text(f'interface = "{interface}"\n{settings.read_text("utf-8")}', "utf-8")
        try:
            build(Options(source, folder / "public"))
        finally:
            language.use("zh-Hans")  # what the other tests speak
        return folder / "public"

    return built


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    program = next((path for name in names if name and (path := shutil.which(name))), None)
    if program is None:
        message = "no Chromium: install your system's (apt-get install chromium), or name one in CHROMIUM"
        if IN_CI:
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=program,
            args=[
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        )  # fmt: skip
        yield running
        running.close()
