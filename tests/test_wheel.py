"""What `pip install` brings: the package with its data, templates and static files, and nothing else."""

from __future__ import annotations

import configparser
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """A wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(CHECKOUT)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    (file,) = folder.glob("*.whl")
    return zipfile.ZipFile(file)


def files(folder: str) -> set[str]:
    found = (path for path in (CHECKOUT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(CHECKOUT).as_posix() for path in found}


def test_it_holds_the_package_with_templates_and_static_files_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    about = {name for name in names if name.partition("/")[0].endswith(".dist-info")}
    beside_it = {f"site_builder/{name}" for name in files("templates") | files("static")}
    assert names - about == files("site_builder") | beside_it
    assert {"site_builder/templates/base.html", "site_builder/static/search.js"} <= names
    assert {name.partition("/")[2] for name in about} == {
        "METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE",
    }  # fmt: skip


def test_it_brings_the_command(wheel: zipfile.ZipFile) -> None:
    (name,) = (name for name in wheel.namelist() if name.endswith("/entry_points.txt"))
    entries = configparser.ConfigParser()
    entries.read_string(wheel.read(name).decode())
    assert dict(entries["console_scripts"]) == {"build-site": "site_builder.cli:entry"}


def test_installed_it_builds_the_same_site_as_the_checkout(
    wheel: zipfile.ZipFile, tmp_path: Path, program: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    wheel.extractall(tmp_path / "installed")
    source = tmp_path / "texts" / "liaoyuan-ribao" / "2021-01-21"
    source.mkdir(parents=True)
    (source / "1.txt").write_text("春耕忙\n\n本报讯（记者张赫）今年春耕早，进度快。\n", "utf-8")
    for out, package in (("one", tmp_path / "installed"), ("other", CHECKOUT)):
        done = program("texts", "-o", out, PYTHONPATH=str(package))
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "one" / "static" / "search.js").is_file()
    assert tree(tmp_path / "one") == tree(tmp_path / "other")


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
