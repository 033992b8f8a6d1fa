"""What is stamped on the book at the build: what it came from, and how verdicts moved."""

import hashlib
import json
import subprocess

import pytest

from agt.pages import contents, stamp

ROOT = contents.ROOT


def git(root, *command: str) -> str:
    told = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    return subprocess.run(["git", "-C", str(root), *told, *command], capture_output=True, text=True, check=True).stdout


@pytest.fixture
def small(tmp_path):
    """A repository with a lock file and one proposal whose verdict moves."""
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "requirements.lock").write_text("numpy==2.4.6\n", encoding="utf-8")
    place = tmp_path / "proposals" / "agt-0001" / "results.json"
    place.parent.mkdir(parents=True)
    for number, verdict in enumerate(("PASS", "PASS", "FAIL", "no result", "PASS")):
        text = "{}" if verdict == "no result" else json.dumps({"verdict": verdict})
        place.write_text(text + " " * number, encoding="utf-8")
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-q", "-m", verdict)
    return tmp_path


def test_a_page_says_which_commit_and_lock_it_is_from(small):
    commit = git(small, "rev-parse", "--short=12", "HEAD").strip()
    lock = hashlib.sha256(b"numpy==2.4.6\n").hexdigest()[:12]
    assert stamp.origin(small) == f"Built from commit <code>{commit}</code> in the environment <code>{lock}</code>."


def test_changes_that_are_not_committed_are_told(small):
    (small / "new.txt").touch()
    assert stamp.commit(small).endswith(" with uncommitted changes")


def test_a_copy_without_history_says_so(tmp_path):
    assert stamp.commit(tmp_path) == "unknown"


def test_verdicts_are_listed_where_they_moved(small):
    found = [one.verdict for one in stamp.published(small, "agt-0001")]
    assert found == ["PASS", "PASS", "FAIL", "PASS"]
    page = stamp.verdicts(small)
    commits = git(small, "log", "--reverse", "--format=%h").split()
    assert page.count("PASS on ") == 2
    assert page.count("FAIL on ") == 1
    assert commits[0] in page
    assert commits[1] not in page
    assert ">yes<" in page


def test_every_notebook_is_listed_with_the_key_of_its_outputs():
    page = stamp.notebooks(ROOT)
    for path in contents.notebooks(ROOT):
        assert path.relative_to(ROOT).as_posix() in page
        assert f"<code>{contents.stored_key(contents.load(path))[:12]}</code>" in page


def test_a_supply_that_does_not_add_up_stops_the_build(monkeypatch):
    assert "AGT, at any substep" in stamp.residual()
    monkeypatch.setattr(stamp, "RESIDUAL", 0.0)
    with pytest.raises(ValueError, match="miss the whole supply"):
        stamp.residual()


def test_small_books_need_no_stamp(tmp_path):
    assert stamp.substitutions(tmp_path) == {}
