"""What hosts take, and what the build says of a site that is more than that."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

from site_builder import hosts
from site_builder.hosts import GB, HOSTS, MB, MIB, beyond_limits, files_of


def some(count: int, folder: str = "a", size: int = 10) -> Iterable[tuple[str, int]]:
    return ((f"{folder}/{number}.html", size) for number in range(count))


def test_a_site_within_the_limits_is_passed_over_in_silence() -> None:
    assert beyond_limits(some(20_000), "cloudflare-pages") == ()
    assert beyond_limits([("a", 25 * MIB)], "cloudflare-pages") == ()
    assert beyond_limits(some(54_000), "netlify") == ()
    assert beyond_limits(chain.from_iterable(some(54_000, folder) for folder in "abc"), "netlify") == ()
    assert beyond_limits(((f"{number}", 100 * MB) for number in range(10)), "github-pages") == ()


def test_no_host_is_no_limit_and_what_a_host_does_not_limit_may_be_anything() -> None:
    assert beyond_limits([("a", 30 * GB)], "") == ()
    assert beyond_limits([("a", 30 * GB)], "netlify") == ()
    assert beyond_limits(some(60_000), "github-pages") == ()


def test_too_many_files_are_counted_and_a_paid_plan_is_named() -> None:
    (free,) = beyond_limits(some(38_966), "cloudflare-pages")
    assert free == (
        "Cloudflare Pages takes at most 20,000 files a deploy on its free plan; this site has 38,966. A paid plan takes"
        " 100,000. Or take another host, or part the archive into several sites."
    )
    (paid,) = beyond_limits(some(100_001), "cloudflare-pages")
    assert "20,000 files a deploy, 100,000 on a paid plan; this site has 100,001. Take another host" in paid


def test_each_folder_that_is_too_full_is_named() -> None:
    files = chain(some(54_001, "undated/box"), some(54_002, "reporters"), some(9, "reporters/a"), some(54_000, "b"))
    reporters, undated = beyond_limits(files, "netlify")
    assert reporters.startswith("Netlify takes at most 54,000 files in a folder; reporters/ has 54,002. Take another")
    assert undated.endswith("undated/box/ has 54,001. Put the texts that it is made of into several folders.")


def test_the_largest_of_the_files_that_are_too_large_is_named() -> None:
    files = [("data/articles/undated.jsonl", 26 * MIB), ("data/findings.jsonl", 30 * MIB), ("index.html", 25 * MIB)]
    (data,) = beyond_limits(files, "cloudflare-pages")
    assert "no file over 25 MiB; data/findings.jsonl has 30 MiB, the largest of 2 such files. Leave them out" in data
    (page,) = beyond_limits([*files, ("search/a.js", 26 * MIB)], "cloudflare-pages")
    assert "the largest of 3 such files. Take another host" in page
    (branch,) = beyond_limits([("data/a.jsonl", 100 * MB + 10 * MB)], "github-pages")
    assert branch == (
        "GitHub Pages takes no file over 100 MB; data/a.jsonl has 110 MB. This holds for a site published from a"
        " branch; publish it by GitHub Actions."
    )


def test_a_site_that_is_too_large_says_how_large() -> None:
    (message,) = beyond_limits(((f"{number}", 60 * MB) for number in range(20)), "github-pages")
    assert message.startswith("GitHub Pages takes sites of at most 1 GB; this one has 1.2 GB. Take another host")


def test_each_limit_has_its_message() -> None:
    files = chain(some(20_001, "a"), [("data/a", 26 * MIB)])
    assert len(beyond_limits(files, "cloudflare-pages")) == 2


def test_the_files_of_a_site_are_those_of_all_its_folders(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "empty").mkdir()
    for path, size in (("index.html", 3), (".nojekyll", 0), ("a/b/x.js", 5), ("a/y.css", 7)):
        (tmp_path / path).write_bytes(b"x" * size)
    assert sorted(files_of(tmp_path)) == [(".nojekyll", 0), ("a/b/x.js", 5), ("a/y.css", 7), ("index.html", 3)]


def test_the_build_says_what_its_host_will_not_take(
    build_site: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "2021-01-21-p1.txt").write_text("市领导慰问清雪工人\n本报讯 昨日，市领导慰问了清雪工人。\n", "utf-8")
    (texts / "archive.toml").write_text('host = "cloudflare-pages"\n', "utf-8")
    assert "Cloudflare" not in build_site(texts, "-o", "site").stderr
    monkeypatch.setitem(hosts.HOSTS, "cloudflare-pages", replace(HOSTS["cloudflare-pages"], files=3))
    said = build_site(texts, "-o", "site")
    count = sum(1 for _ in files_of(tmp_path / "site"))
    assert said.returncode == 0
    assert f"Cloudflare Pages takes at most 3 files a deploy on its free plan; this site has {count}." in said.stderr
