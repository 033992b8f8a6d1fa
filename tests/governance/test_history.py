"""The history: whether a commit is in it, what it held, and what a copy without it can say."""

import json
import os
import subprocess

import pytest

from agt.governance import history

NOWHERE = "f" * 40  # a commit of no repository
FILES = {
    "models/agt/ledger.py": "one",
    "models/agt/pages/levers.py": "one",
    "models/agt/lab/page.py": "one",
    "requirements.lock": "one",
    "book/_static/charts.js": "one",
    "README.md": "one",
    ".gitignore": "*.pyc\n",
    "proposals/agt-0001.yml": "first",
    "proposals/agt-0002.yml": "second",
    "proposals/notes.txt": "no proposal",
    "proposals/agt-0001/proposal.yml": "in its dossier",
}


@pytest.fixture(autouse=True)
def nobody(monkeypatch):
    """Git knows neither the user's settings nor the clock."""
    fixed = {"NAME": "somebody", "EMAIL": "somebody@example.org", "DATE": "2026-11-22T00:00:00Z"}
    for role in ("AUTHOR", "COMMITTER"):
        for field, value in fixed.items():
            monkeypatch.setenv(f"GIT_{role}_{field}", value)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


def git(root, *command):
    done = subprocess.run(["git", "-C", str(root), *command], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def write(root, files):
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def commit(root, **files):
    """Commit everything that is there, and the files given besides; the commit."""
    write(root, files)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", "A step")
    return git(root, "rev-parse", "HEAD")


@pytest.fixture
def root(tmp_path):
    """A small repository of one commit on the main branch."""
    place = tmp_path / "repository"
    place.mkdir()
    git(place, "init", "--quiet", "--initial-branch", "main")
    write(place, FILES)
    commit(place)
    return place


def head(root):
    return git(root, "rev-parse", "HEAD")


def test_a_commit_of_the_branch_is_here(root):
    first = head(root)
    second = commit(root, **{"README.md": "two"})
    assert [history.state(base, root) for base in (first, second)] == ["here", "here"]


@pytest.mark.parametrize("base", [NOWHERE, "no commit", ""])
def test_what_is_no_commit_is_unknown(root, base):
    assert history.state(base, root) == "unknown"


def test_a_commit_that_was_never_merged_is_unknown(root):
    git(root, "switch", "--quiet", "--create", "draft")
    draft = commit(root, **{"README.md": "draft"})
    assert history.state(draft, root) == "here"
    git(root, "switch", "--quiet", "main")
    assert history.state(draft, root) == "unknown"
    git(root, "merge", "--quiet", "draft")
    assert history.state(draft, root) == "here"


def test_the_main_branch_counts_where_another_commit_is_checked_out(root):
    first, second = head(root), commit(root, **{"README.md": "two"})
    git(root, "checkout", "--quiet", first)
    assert history.state(second, root) == "here"


def test_the_main_branch_of_the_origin_counts(root, tmp_path):
    copy = tmp_path / "copy"
    git(tmp_path, "clone", "--quiet", str(root), str(copy))
    later = commit(root, **{"README.md": "two"})
    assert history.state(later, copy) == "unknown"
    git(copy, "fetch", "--quiet", "origin")
    assert history.state(later, copy) == "here"


def test_a_shallow_copy_knows_what_it_fetched(root, tmp_path):
    first, second, copy = head(root), commit(root, **{"README.md": "two"}), tmp_path / "copy"
    git(tmp_path, "clone", "--quiet", "--depth", "1", root.as_uri(), str(copy))
    assert [history.state(base, copy) for base in (first, second)] == ["unknown", "here"]
    git(copy, "fetch", "--quiet", "--unshallow")
    assert history.state(first, copy) == "here"


def test_a_second_folder_of_a_repository_has_its_history(root, tmp_path):
    git(root, "worktree", "add", "--quiet", str(tmp_path / "second"))
    assert history.state(head(root), tmp_path / "second") == "here"


def test_a_copy_without_history(root, tmp_path):
    inside = root / "inside"
    inside.mkdir()
    assert history.state(head(root), inside) == "no history"
    assert history.state(head(root), tmp_path) == "no history"


def test_a_repository_without_a_commit_has_no_history(tmp_path):
    git(tmp_path, "init", "--quiet")
    assert history.state(NOWHERE, tmp_path) == "no history"


def test_without_git_nothing_is_known(root, tmp_path, monkeypatch):
    base = head(root)
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    assert history.git(root, "rev-parse", "HEAD") is None
    assert history.state(base, root) == "no history"
    assert not history.as_at(base, root)
    assert history.proposals(base, root) == {}
    assert history.earlier(base, "agt-0001", root) == "[]"
    with pytest.raises(OSError, match=base):
        history.extract(base, tmp_path, root)


MADE_OF = ["models/agt/ledger.py", "requirements.lock", "book/_static/charts.js"]
BESIDE = ["models/agt/pages/levers.py", "models/agt/lab/page.py", "README.md", "proposals/agt-0001.yml"]


@pytest.mark.parametrize("name", MADE_OF)
def test_what_makes_a_run_must_be_as_it_was(root, name):
    base = head(root)
    assert history.as_at(base, root)
    (root / name).write_text("two", encoding="utf-8")
    assert not history.as_at(base, root)
    git(root, "add", name)
    assert not history.as_at(base, root)
    assert history.as_at(commit(root), root)
    assert not history.as_at(base, root)
    (root / name).write_text("one", encoding="utf-8")
    assert history.as_at(base, root)
    (root / name).unlink()
    assert not history.as_at(base, root)


@pytest.mark.parametrize("name", BESIDE)
def test_what_makes_no_run_may_change(root, name):
    (root / name).write_text("two", encoding="utf-8")
    assert history.as_at(head(root), root)


def test_a_new_file_of_the_model_is_a_change(root):
    (root / "models/agt/ledger.pyc").write_text("ignored", encoding="utf-8")
    (root / "models/agt/lab/new.py").write_text("no part of a run", encoding="utf-8")
    assert history.as_at(head(root), root)
    (root / "models/agt/new.py").write_text("a part of it", encoding="utf-8")
    assert not history.as_at(head(root), root)


def test_a_file_that_was_written_again_is_no_change(root):
    os.utime(root / "models/agt/ledger.py", (0, 0))
    assert history.as_at(head(root), root)


def test_nothing_is_as_at_an_unknown_commit(root):
    assert not history.as_at(NOWHERE, root)


def test_the_proposals_are_those_of_the_commit(root):
    base = head(root)
    commit(root, **{"proposals/agt-0001.yml": "changed", "proposals/agt-0003.yml": "third"})
    (root / "proposals/agt-0004.yml").write_text("in no commit", encoding="utf-8")
    (root / "proposals/agt-0002.yml").unlink()
    assert history.proposals(base, root) == {"agt-0001": b"first", "agt-0002": b"second"}
    assert history.proposals(NOWHERE, root) == {}


def results(verdict, **more):
    return json.dumps({"proposal": "0" * 64, "verdict": verdict, "preset": "full"} | more)


def test_earlier_dossiers_are_listed_from_the_first_on(root):
    place = "proposals/agt-0001/results.json"
    for text in (results("FAIL", more=1), "no JSON", "[]", "{}"):
        commit(root, **{place: text})
    (root / place).unlink()
    commit(root)
    base = commit(root, **{place: results("PASS")})
    commit(root, **{place: results("WARN")})
    found = json.loads(history.earlier(base, "agt-0001", root))
    assert [one["verdict"] for one in found] == ["FAIL", "PASS"]
    assert all(set(one) == {"proposal", "verdict", "preset"} for one in found)
    assert history.earlier(base, "agt-0002", root) == history.earlier(NOWHERE, "agt-0001", root) == "[]"


def held(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_what_a_run_needs_is_extracted_as_it_was(root, tmp_path):
    base, out = head(root), tmp_path / "out"
    out.mkdir()
    commit(root, **{"models/agt/ledger.py": "two", "models/agt/new.py": "new"})
    history.extract(base, out, root)
    assert held(out) == set(FILES) - {"README.md", ".gitignore"}
    assert (out / "models/agt/ledger.py").read_text(encoding="utf-8") == "one"


@pytest.mark.parametrize("needed", history.NEEDED)
def test_a_commit_that_lacks_what_a_run_needs_is_not_extracted(root, tmp_path, needed):
    git(root, "rm", "-r", "--quiet", needed)
    with pytest.raises(OSError, match="git cannot give the commit"):
        history.extract(commit(root), tmp_path, root)


def test_a_file_at_a_commit(root):
    base = head(root)
    commit(root, **{"requirements.lock": "two"})
    assert history.file_at(base, "requirements.lock", root) == b"one"
    assert history.file_at(base, "none.lock", root) is None
    assert history.file_at(NOWHERE, "requirements.lock", root) is None
