"""`scrubber watch` and `scrubber watch rerun` on the command line, as processes."""

import subprocess
import sys
from pathlib import Path

import pytest
from watch.real.site import Site, claims

PROFILE = '[payers.acme]\nmatch = { payer-id = ["60054"] }\n'


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_once_sends_and_says_so_with_its_exit_code(site: Site) -> None:
    site.put("claims.837", claims(1))
    assert site.once() == 0
    assert site.names("outbox") == {"claims.837"}
    site.put("held.837", claims(2, held=True))
    assert site.once() == 1


def test_a_rerun_is_asked_for_and_done_by_the_next_daemon(site: Site) -> None:
    site.put("claims.837", claims(1))
    site.once()
    said = site.run("rerun", "claims.837", "--by", "J. Miller")
    assert said.returncode == 0
    assert "will be done again. No daemon is running: the next one does it." in said.stdout
    assert site.once() == 0
    assert len(site.names("outbox")) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rerun", "none.837", "--by", "me"], "none.837: no finished job has this id or input name"),
        (["rerun", "claims.837", "--by", " "], "--by: expected who asks"),
        (["rerun", "claims.837"], "Missing option '--by'"),
        (["reruns"], "No such command 'reruns'"),
    ],
)
def test_what_cannot_be_asked_for(site: Site, arguments: list[str], message: str) -> None:
    site.put("claims.837", claims(1))
    site.once()
    said = site.run(*arguments)
    assert said.returncode == 2
    assert message in said.stderr


def test_a_rerun_before_any_daemon_ran(site: Site) -> None:
    said = site.run("rerun", "claims.837", "--by", "me")
    assert said.returncode == 2
    assert "there is no state of a daemon here" in said.stderr


@pytest.mark.parametrize(("raises", "code"), [("false", 2), ("true", 0)])
def test_unsafe_fixes_need_a_profile_that_allows_them(tmp_path: Path, raises: str, code: int) -> None:
    site = Site(tmp_path)
    with site.settings.open("a") as file:
        file.write(f"{PROFILE}apply-raises = {raises}\n")
    said = subprocess.run(site.command("--once", "--fix", "unsafe"), capture_output=True, text=True, check=False)
    assert said.returncode == code
    assert ("no payer profile has apply-raises = true" in said.stderr) == (code == 2)


def test_the_subcommands_are_listed_without_being_imported() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "scrubber.cli.main", "watch", "--help"], capture_output=True, text=True, check=True
    )
    assert all(word in said.stdout for word in ("status", "reconcile", "rerun", "audit-log", "--once"))
