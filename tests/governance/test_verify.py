"""Verifying a dossier: what was run is found again, and whatever was changed since is named.

A copy of this repository with a history of its own is run, so that the history of this one does not matter.
"""

import copy
import hashlib
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from agt.governance import dossier, verify
from agt.registry import Faults, load
from tests.governance.proposals import BASE, ROOT, SOUND
from tests.governance.test_types import typed

ID, TODAY = "agt-0007", "2026-11-25"
COPIED = ("models", "requirements.lock", "book/_static", "pyproject.toml", ".gitignore")
OTHER = (  # is played together with the one that is run
    SOUND.replace(ID, "agt-0002")
    .replace("redemption_minimum", "redemption_quota")
    .replace("from: 3000", "from: 15000000")
    .replace("to: 2000", "to: 14000000")
    .replace("status: draft", "status: final")
)
COMMAND = "from agt.cli import main; main()"
IDENTITY = {
    "GIT_AUTHOR_NAME": "somebody",
    "GIT_AUTHOR_EMAIL": "somebody@example.org",
    "GIT_AUTHOR_DATE": "2026-11-22T00:00:00Z",
    "GIT_COMMITTER_NAME": "somebody",
    "GIT_COMMITTER_EMAIL": "somebody@example.org",
    "GIT_COMMITTER_DATE": "2026-11-22T00:00:00Z",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}
SECONDS = 120  # after which a command hangs
SHAKE = 1.0 + 1e-12  # the last digits of another machine
OTHERS = ("results.json", *verify.PAGES, "ensemble.parquet")


def git(root, *command):
    done = subprocess.run(
        ["git", "-C", str(root), *command], capture_output=True, text=True, check=True, env=os.environ | IDENTITY
    )
    return done.stdout.strip()


def commit(root):
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "A step")
    return git(root, "rev-parse", "HEAD")


def copied(root):
    """Copy everything that a run needs from this checkout, as it stands."""
    names = git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "--", *COPIED).splitlines()
    for name in names:
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, root / name)


def environment(root, **more):
    return os.environ | IDENTITY | {"PYTHONPATH": f"{root}/models", "PYTHONSAFEPATH": "1"} | more


def python(root, code, *arguments):
    """Run `code` with the package of the repository at `root`."""
    command = [sys.executable, "-P", "-c", code, *map(str, arguments)]
    return subprocess.run(
        command, env=environment(root), capture_output=True, text=True, timeout=SECONDS, check=False, cwd=root.parent
    )


def verified(root, folder, *more):
    """The exit code of `agt propose verify --json`, and what it says."""
    done = python(root, COMMAND, "propose", "verify", folder, "--json", *more)
    assert "Traceback" not in done.stderr, done.stderr
    answer = json.loads(done.stdout)
    assert answer["code"] == done.returncode
    return answer


def ids(answer):
    return [finding["id"] for finding in answer["findings"]]


@dataclass(frozen=True)
class Copy:
    """A repository of two commits: only the second holds the model. One dossier was made there."""

    root: Path
    first: str
    base: str
    proposal: Path
    folder: Path
    seconds: float


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    place = tmp_path_factory.mktemp("here")
    root, proposal = place / "repository", place / f"{ID}.yml"
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch", "main")
    shutil.copyfile(ROOT / "requirements.lock", root / "requirements.lock")
    first = commit(root)
    copied(root)
    (root / "proposals").mkdir()
    (root / "proposals/agt-0002.yml").write_text(OTHER, encoding="utf-8")
    base = commit(root)
    proposal.write_text(SOUND.replace(BASE, base), encoding="utf-8")
    start = time.monotonic()
    done = python(root, COMMAND, "propose", "run", proposal, "--preset", "minimal", "--as-of", TODAY)
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr
    assert git(root, "status", "--short") == ""
    return Copy(root, first, base, proposal, place / ID, time.monotonic() - start)


def read(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def files(here):
    """The files of the dossier."""
    return read(here.folder)


def placed(folder, files):
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def sha(content):
    return hashlib.sha256(content).hexdigest()


def with_manifest(files, /, **changes):
    manifest = json.loads(files["manifest.json"]) | changes
    return files | {"manifest.json": rfc8785.dumps(manifest)}


def sealed(files, /, **changes):
    """The files, every digest in the manifest made again."""
    digests = {name: sha(content) for name, content in files.items() if name != "manifest.json"}
    return with_manifest(files, files=digests, results=digests["results.json"], **changes)


def with_results(files, results):
    return sealed(files | {"results.json": rfc8785.dumps(results)})


def found(files, again):
    """What verifying the files finds where their run makes `again`: the digests first, then file by file."""
    folder = Path(ID)

    def make(given=None):
        return again if given is None else again | {"results.json": given}

    try:
        _, manifest = verify._order(folder, files)
        verify._digests(folder, files, manifest)
        return verify._judged(folder, files, make)
    except verify.Stopped as stopped:
        return stopped.found


def named(answer):
    return [message.id for message in answer.messages]


# Reproduced


def test_an_untouched_dossier_is_reproduced(answers):
    answer = answers["untouched"].result()
    assert (answer["code"], ids(answer)) == (0, ["verify-identical"])
    assert answer["findings"][0]["message"] == "every file is the same, byte by byte"
    assert answer["extra"]["verdict"] in ("PASS", "WARN", "INCONCLUSIVE", "FAIL")


MODEL = "models/agt/mechanisms/buyback.py"


def changed(here, place):
    """A copy of the repository whose model is another one now."""
    root = place / "changed"
    git(place, "clone", "--quiet", str(here.root), str(root))
    text = (root / MODEL).read_text(encoding="utf-8")
    assert text.count("30.0 * market_volume") == 1
    (root / MODEL).write_text(text.replace("30.0 * market_volume", "31.0 * market_volume"), encoding="utf-8")
    return root


def older(here, place):
    """What is said by a repository that has gone on since, and whose working tree is changed again."""
    root = changed(here, place)
    commit(root)
    (root / "models/agt/governance/page.css").write_text("", encoding="utf-8")
    return verified(root, here.folder)


def test_the_code_of_an_older_base_makes_it_again(answers):
    answer = answers["older"].result()
    assert (answer["code"], ids(answer)) == (0, ["verify-identical"])


REMADE = """
import sys
from dataclasses import replace
from pathlib import Path
from agt.governance import history, run, verify

folder, shown, out = map(Path, sys.argv[1:])
files = verify.opened(folder)
order, _ = verify._order(folder, files)
name, base = verify._written(files["proposal.yml"])
others = {other: content for other, content in history.proposals(base).items() if other != name}
order = replace(order, earlier=history.earlier(base, name))
for file, content in run.made(files["proposal.yml"], order, others, given=shown.read_bytes()).items():
    (out / file).write_bytes(content)
"""


def shaken(value, key="", by=SHAKE):
    """Results with every broken number moved, and the whole ones that are bounds or quantiles."""
    if isinstance(value, dict):
        return {name: shaken(inner, name, by) for name, inner in value.items()}
    if isinstance(value, list):
        return [shaken(inner, key, by) for inner in value]
    broken = isinstance(value, float) or (key in ("low", "middle", "high") and value == 1)
    return value * by if broken else value


def another_machine(here, files, place):
    """What is said of a dossier whose results and pages another machine made."""
    results = rfc8785.dumps(shaken(json.loads(files["results.json"])))
    (place / "given.json").write_bytes(results)
    (place / "out").mkdir()
    done = python(here.root, REMADE, here.folder, place / "given.json", place / "out")
    assert done.returncode == 0, done.stderr
    remade = read(place / "out")
    assert remade["results.json"] == results != files["results.json"]
    remade = {name: remade[name] for name in ("results.json", *verify.PAGES)}
    return verified(here.root, placed(place / ID, sealed(files | remade)))


def test_the_last_digits_of_another_machine_are_no_difference(answers):
    answer = answers["another machine"].result()
    assert (answer["code"], ids(answer)) == (0, ["verify-tolerance"])


def test_the_other_proposal_was_played_too(files):
    assert json.loads(files["results.json"])["stack"]["with"] == {"agt-0002": sha(OTHER.encode())}


def test_other_versions_of_packages_are_told(files):
    answer = found(with_manifest(files, versions={"numpy": "0"}), files)
    assert (answer.code, named(answer)) == (0, ["verify-identical"])
    assert answer.messages[0].message.endswith("but for the versions in the manifest")


# It differs


def test_a_changed_number_is_named(files):
    results = json.loads(files["results.json"])
    was = results["for_good"]["burned"]
    results["for_good"]["burned"] += 1_000.0
    answer = found(with_results(files, results), files)
    assert (answer.code, named(answer)) == (1, ["verify-results"])
    assert answer.messages[0].message == f"for_good.burned: {was + 1_000.0!r} is not {was!r}"


@pytest.fixture(scope="module")
def answers(here, files, tmp_path_factory):
    """The verifications that play every future again: what each will say. The other tests go on meanwhile."""
    with ThreadPoolExecutor(2) as pool:
        yield {
            "another machine": pool.submit(another_machine, here, files, tmp_path_factory.mktemp("machine")),
            "untouched": pool.submit(verified, here.root, here.folder, "--extra", "20"),
            "older": pool.submit(older, here, tmp_path_factory.mktemp("older")),
        }


def flipped(content, place):
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


@pytest.mark.parametrize("name", [name for name in dossier.NAMES if name != "manifest.json"])
def test_a_flipped_byte_is_noticed(files, name, tmp_path):
    size, luck = len(files[name]), random.Random(name)
    for number, place in enumerate((0, luck.randrange(size), size - 1)):
        folder = placed(tmp_path / str(number), files | {name: flipped(files[name], place)})
        answer = verify.verify(folder)
        assert (answer.code, named(answer)) == (1, ["verify-digest"])
        assert answer.messages[0].file == str(folder / name)


def test_every_byte_of_the_manifest_counts_but_those_of_versions(files):
    content = files["manifest.json"]
    versions = content.index(b'"versions":')
    for place in range(len(content)):
        answer = found(files | {"manifest.json": flipped(content, place)}, files)
        if answer.code == 0:
            assert place > versions
        else:
            assert answer.code == 1
            assert {*named(answer)} <= {"verify-manifest", "verify-digest", "verify-model"}


def first_float(row):
    return next(key for key, value in row.items() if isinstance(value, float))


def a_number(results):
    row = results["effects"][0]
    row[first_float(row)] *= 1.000001


def a_count(results):
    row = next(iter(results["samples"]["suite"]["base"]["guardrails"].values()))
    row["worse"] += row["close"] + 1


def a_quantile(results):
    results["fans"][next(iter(results["fans"]))]["rows"][-1][-1] *= 1.001


CHANGED = {
    "a number": a_number,
    "a count": a_count,
    "the verdict": lambda results: results.update(verdict="PASS"),
    "the verdict of a check": lambda results: results["checks"][0].update(verdict="maybe"),
    "whether it was balanced": lambda results: results["samples"]["suite"]["base"].update(balanced=False),
    "yes for one": lambda results: results["samples"]["suite"]["base"].update(balanced=1),
    "a check less": lambda results: results["checks"].pop(),
    "a scenario less": lambda results: results["samples"]["suite"].popitem(),
    "a key more": lambda results: results.update(more=0),
    "a number as a text": lambda results: results["for_good"].update(burned="0"),
    "another proposal": lambda results: results.update(proposal="0" * 64),
}


@pytest.mark.parametrize("change", CHANGED.values(), ids=CHANGED)
def test_changed_results_are_noticed_whatever_their_digests(files, change):
    results = json.loads(files["results.json"])
    change(results)
    answer = found(with_results(files, results), files)
    assert (answer.code, named(answer)) == (1, ["verify-results"])


def test_five_differences_are_named_and_the_rest_counted(files):
    results = shaken(json.loads(files["results.json"]), by=1.01)
    message = found(with_results(files, results), files).messages[0].message
    assert message.count(" is not ") == verify.SHOWN
    assert "more" in message.rpartition("; and ")[2]


@pytest.mark.parametrize("text", [b'{"a":1,"a":1}', b'{"a": 1}', b"[" * 100_000, b"NaN", b"[]", b"", b"PK\x03"])
def test_results_that_are_none_are_noticed(files, text):
    answer = found(sealed(files | {"results.json": text}), files)
    assert (answer.code, named(answer)) == (1, ["verify-results"])


@pytest.mark.parametrize("by", [1.0, SHAKE])
@pytest.mark.parametrize("name", verify.PAGES)
def test_a_changed_page_is_noticed_whatever_its_digest(files, name, by):
    verdict = json.loads(files["results.json"])["verdict"].encode()
    assert verdict in files[name]
    again = with_results(files, shaken(json.loads(files["results.json"]), by=by))
    spoilt = sealed(files | {name: files[name].replace(verdict, b"EXCELLENT")})
    answer = found(spoilt, again)
    assert (answer.code, named(answer)) == (1, ["verify-page"])
    assert answer.messages[0].file == str(Path(ID) / name)


def bomb():
    """A small Parquet file of many rows of one value."""
    rows = 5_000_000
    table = pa.table({"q50": pa.DictionaryArray.from_arrays(np.zeros(rows, np.int8), pa.array([0.0]))})
    stream = io.BytesIO()
    pq.write_table(table, stream, compression="zstd", row_group_size=rows)
    assert len(stream.getvalue()) < 100_000
    return stream.getvalue()


def refuse(*_, **__):
    pytest.fail("it was opened")


@pytest.mark.parametrize("by", [1.0, SHAKE])
def test_another_ensemble_is_noticed_and_never_opened(files, monkeypatch, by):
    spoilt = sealed(files | {"ensemble.parquet": bomb()})
    for name in ("ParquetFile", "ParquetDataset", "read_table", "read_metadata", "read_schema"):
        monkeypatch.setattr(pq, name, refuse)
    again = with_results(files, shaken(json.loads(files["results.json"]), by=by))
    answer = found(spoilt, again)
    assert (answer.code, named(answer)) == (1, ["verify-ensemble"])


@pytest.mark.parametrize("name", ["registry", "suite", "model", "template", "lock"])
def test_another_version_of_what_makes_a_run_is_named(files, name):
    sources = json.loads(files["manifest.json"])["sources"]
    answer = found(with_manifest(files, sources=sources | {name: "0" * 64}), files)
    assert (answer.code, named(answer)) == (1, ["verify-model"])
    assert answer.messages[0].message.startswith(f"{name}:")


def raw(old, new):
    """The manifest with one text replaced."""

    def change(content):
        assert content.count(old) == 1
        return content.replace(old, new)

    return change


def put(**changes):
    return lambda content: rfc8785.dumps(json.loads(content) | changes)


def without(name):
    return lambda content: rfc8785.dumps({key: value for key, value in json.loads(content).items() if key != name})


def more_in(name):
    return lambda content: rfc8785.dumps(
        json.loads(content) | {name: json.loads(content)[name] | {"agt/cli.py": "0" * 64}}
    )


MANIFESTS = {
    "a key twice": raw(b'{"as_of":', b'{"as_of":"2026-11-24","as_of":'),
    "no number": raw(b'"beacon":null', b'"beacon":NaN'),
    "no end of a number": raw(b'"beacon":null', b'"beacon":1e999'),
    "a long number": raw(b'"beacon":null', b'"beacon":' + b"9" * 10_000),
    "half a character": raw(b'"beacon":null', rb'"beacon":"\ud800"'),
    "another order": lambda content: json.dumps(
        dict(reversed(json.loads(content).items())), separators=(",", ":")
    ).encode(),
    "with blanks": lambda content: json.dumps(json.loads(content), indent=1).encode(),
    "another encoding": lambda content: content.decode().encode("utf-16"),
    "a mark before it": lambda content: b"\xef\xbb\xbf" + content,
    "a line more": lambda content: content + b"\n",
    "not JSON": lambda _: b"PK\x03\x04",
    "empty": lambda _: b"",
    "an empty object": lambda _: b"{}",
    "a list": lambda _: b"[]",
    "a text": lambda _: b'"preset"',
    "nothing": lambda _: b"null",
    "deep": lambda _: b"[" * 200_000,
    "deep and whole": lambda _: b"[" * 2_000 + b"]" * 2_000,
    "no preset": without("preset"),
    "no files": without("files"),
    "no sources": without("sources"),
    "a list as preset": put(preset=["minimal"]),
    "an unknown preset": put(preset="huge"),
    "a number as date": put(as_of=5),
    "no date": put(as_of=None),
    "a text as date": put(as_of="today"),
    "a date in another form": put(as_of="20261125"),
    "a text as beacon": put(beacon="0" * 64),
    "half a beacon": put(beacon={"value": "0" * 64}),
    "a number as beacon": put(beacon={"value": 5, "source": "drand"}),
    "an empty beacon": put(beacon={}),
    "a list of files": put(files=[]),
    "a file more": more_in("files"),
    "a source more": more_in("sources"),
    "a key more": put(more=0),
    "other results": put(results="0" * 64),
    "another base": put(base="0" * 40),
    "another effect": put(effect="0" * 64),
    "another schema": put(schema=1),
    "other seeds": put(seeds={"suite": ["1"]}),
}


@pytest.mark.parametrize("change", MANIFESTS.values(), ids=MANIFESTS)
def test_a_manifest_that_is_none_is_refused(files, change):
    answer = found(files | {"manifest.json": change(files["manifest.json"])}, files)
    assert answer.code == 1
    assert {"verify-manifest"} <= {*named(answer)} <= {"verify-manifest", "verify-model"}


# No dossier


@pytest.fixture
def folder(files, tmp_path):
    return placed(tmp_path / ID, files)


def test_a_sound_folder_is_opened(folder, files):
    assert verify.opened(folder) == files


@pytest.mark.parametrize("name", dossier.NAMES)
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    answer = verify.verify(folder)
    assert (answer.code, named(answer)) == (2, ["verify-missing"])
    assert name in answer.messages[0].message


@pytest.mark.parametrize("name", ["none", f"{ID}/manifest.json", "link"])
def test_what_is_no_folder_is_no_dossier(folder, name):
    (folder.parent / "link").symlink_to(folder)
    answer = verify.verify(folder.parent / name)
    assert (answer.code, named(answer)) == (2, ["verify-missing"])


@pytest.mark.parametrize("name", ["numpy.py", "MANIFEST.JSON", "manifest.json ", ".hidden", "..\n"])
def test_a_file_that_belongs_to_no_dossier_is_named(folder, name):
    (folder / name).write_text("raise SystemExit")
    answer = verify.verify(folder)
    assert (answer.code, named(answer)) == (2, ["verify-name"])
    assert repr(name) in answer.messages[0].message


@pytest.mark.parametrize("name", dossier.NAMES)
@pytest.mark.parametrize("target", ["outside", "none", "/dev/zero"])
def test_a_link_is_not_followed(folder, name, target):
    (folder / name).rename(folder.parent / "outside")
    (folder / name).symlink_to(folder.parent / target)
    answer = verify.verify(folder)
    assert (answer.code, named(answer)) == (2, ["verify-link"])
    assert answer.messages[0].file == str(folder / name)


def test_a_folder_is_no_file(folder):
    (folder / "results.json").unlink()
    (folder / "results.json").mkdir()
    answer = verify.verify(folder)
    assert (answer.code, named(answer)) == (2, ["verify-link"])


def test_a_pipe_that_nobody_fills_is_not_waited_for(here, folder):
    (folder / "results.json").unlink()
    os.mkfifo(folder / "results.json")
    answer = verified(here.root, folder)
    assert (answer["code"], ids(answer)) == (2, ["verify-link"])


@pytest.mark.parametrize("name", dossier.NAMES)
def test_a_large_file_is_not_read(folder, name):
    os.truncate(folder / name, verify.LARGEST + 1)
    answer = verify.verify(folder)
    assert (answer.code, named(answer)) == (2, ["verify-size"])


# It could not be made again


def with_base(here, files, base):
    return sealed(files | {"proposal.yml": files["proposal.yml"].replace(here.base.encode(), base.encode())})


@pytest.mark.parametrize("base", ["f" * 40, "main", "../../etc"])
def test_a_base_that_is_not_in_the_history(here, files, tmp_path, base):
    answer = verified(here.root, placed(tmp_path / ID, with_base(here, files, base)))
    assert (answer["code"], ids(answer)) == (2, ["verify-base"])
    told = answer["findings"][0]["message"]
    assert ("git fetch origin main" in told and "--unshallow" in told) == (len(base) == 40)


def test_a_base_that_holds_no_model(here, files, tmp_path):
    answer = verified(here.root, placed(tmp_path / ID, with_base(here, files, here.first)))
    assert (answer["code"], ids(answer)) == (2, ["verify-base"])


def test_a_copy_without_history(here, tmp_path):
    shutil.copytree(here.root, tmp_path / "bare", ignore=shutil.ignore_patterns(".git"))
    answer = verified(tmp_path / "bare", here.folder)
    assert (answer["code"], ids(answer)) == (2, ["verify-base"])
    assert "git clone" in answer["findings"][0]["message"]


def test_another_lock_needs_another_environment(here, tmp_path):
    root = changed(here, tmp_path)
    with (root / "requirements.lock").open("a", encoding="utf-8") as stream:
        stream.write("# another\n")
    answer = verified(root, here.folder)
    assert (answer["code"], ids(answer)) == (2, ["verify-environment"])
    assert f"git worktree add ../agt-base {here.base}" in answer["findings"][0]["message"]


def test_a_proposal_that_cannot_be_read(files, tmp_path):
    answer = verify.verify(placed(tmp_path / ID, sealed(files | {"proposal.yml": b"&a [*a, *a"})))
    assert answer.code == 2


FOREIGN = """
import sys
from pathlib import Path
Path("made").mkdir()
Path("made/manifest.json").write_text("{}")
"""


@pytest.mark.parametrize(
    ("code", "told"), [(FOREIGN, "makes other files"), ("raise SystemExit('no')", "could not make it: no")]
)
def test_the_code_of_a_base_that_makes_something_else(tmp_path, code, told):
    package = tmp_path / "models/agt/governance"
    package.mkdir(parents=True)
    for name in ("../__init__.py", "__init__.py"):
        (package / name).write_text("")
    (package / "remake.py").write_text(code)
    with pytest.raises(Faults, match=told):
        verify.elsewhere(tmp_path, b"", verify.Order("minimal", TODAY), {}, None)


# Differences

PLAIN = ("effects", "fans", "low", "high", "found")  # keys without a scale of their own
leaves = st.one_of(
    st.none(), st.booleans(), st.integers(-1000, 1000), st.floats(-1e12, 1e12), st.sampled_from(["PASS", "FAIL"])
)
data = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*PLAIN, "more"]), inner),
    max_leaves=12,
)
paths = st.lists(st.sampled_from(PLAIN) | st.integers(0, 2), min_size=1, max_size=5)


def wrapped(value, path):
    """Data that holds `value` at `path`."""
    for step in reversed(path):
        value = {step: value} if isinstance(step, str) else [*[0] * step, value, "after"]
    return value


def written(path):
    return "".join(f".{step}" if isinstance(step, str) else f"[{step}]" for step in path).lstrip(".")


def gaps(old, new):
    return list(verify.differences(old, new))


@settings(max_examples=100)
@given(data)
def test_equal_data_do_not_differ(value):
    assert gaps(value, copy.deepcopy(value)) == []
    assert gaps(json.loads(json.dumps(value)), value) == []


@given(st.floats(-1e12, 1e12), paths, st.floats(1.01e-9, 1.0), st.booleans())
def test_a_moved_number_is_named_with_its_path(value, path, by, up):
    moved = value + (1 if up else -1) * 1.01 * by * max(abs(value), 1e-3)
    assert gaps(wrapped(moved, path), wrapped(value, path)) == [f"{written(path)}: {moved!r} is not {value!r}"]


@given(st.floats(-1e12, 1e12), paths, st.floats(-0.99e-9, 0.99e-9))
def test_a_number_moved_by_its_last_digits_is_the_same(value, path, by):
    moved = value + by * max(abs(value), 1e-3)
    assert gaps(wrapped(moved, path), wrapped(value, path)) == []


@pytest.mark.parametrize(("whole", "broken"), [(1, 1.0 + 1e-12), (0, 1e-16), (400_000_000, 400_000_000.00000006)])
def test_a_whole_number_is_one_among_broken_ones(whole, broken):
    """Canonical JSON writes 1.0 as 1."""
    assert gaps({"high": whole}, {"high": broken}) == gaps({"high": broken}, {"high": whole}) == []
    assert gaps({"high": whole}, {"high": broken + 1e-3 + broken * 1e-8}) != []


@given(st.sampled_from(verify.COUNTED), st.integers(0, 400), st.integers(-20, 20), st.integers(0, 10))
def test_as_many_counts_may_move_as_lie_close(key, count, by, close):
    old, new = ({"rows": [{key: value, "close": close}]} for value in (count + by, count))
    expected = [f"rows[0].{key}: {count + by} is not {count}"] if abs(by) > close else []
    assert gaps(old, new) == expected


def test_how_many_lie_close_is_not_for_the_dossier_to_say():
    assert len(gaps({"worse": 9, "close": 9}, {"worse": 0, "close": 0})) == 2


@pytest.mark.parametrize(
    ("old", "new"), [(True, 1), (1, True), (0, False), ("1", 1), (None, 0), ([], {}), (1, 2), ([1], [1, 1])]
)
@pytest.mark.parametrize("key", ["found", "worse"])
def test_another_kind_is_a_difference(old, new, key):
    assert len(gaps({key: old, "close": 0}, {key: new, "close": 0})) == 1


def test_the_size_of_what_was_subtracted_counts():
    name = next(name for name, measure in load().measures.items() if not measure.relative)
    row = {"measure": name, "baseline": 1e6, "changed": 1e6, "low": 0.0}
    assert gaps({"effects": [row | {"low": 9e-4}]}, {"effects": [row]}) == []
    assert len(gaps({"effects": [row | {"low": 2e-3}]}, {"effects": [row]})) == 1


def test_only_the_ensemble_of_the_whole_is_left_out():
    assert gaps({"ensemble": "0"}, {"ensemble": "1"}) == []
    assert len(gaps({"found": {"ensemble": "0"}}, {"found": {"ensemble": "1"}})) == 1


# Kills, and a second checkout


def whole(place):
    """Whether nothing is at `place`, or a complete dossier."""
    if not place.exists():
        return True
    files = read(place)
    digests = json.loads(files["manifest.json"])["files"]
    assert {*files} == {*dossier.NAMES}
    return all(sha(files[name]) == digest for name, digest in digests.items())


def holding(text, command=""):
    """The processes whose environment names `text`, and whose command line names `command`."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            held = text.encode() in (place / "environ").read_bytes()
            if held and command.encode() in (place / "cmdline").read_bytes():
                found.append(int(place.name))
        except OSError:
            continue
    return found


def gone(text, command):
    """Whether no such process is there any more, soon."""
    end = time.monotonic() + 30
    while holding(text, command) and time.monotonic() < end:
        time.sleep(0.2)
    return not holding(text, command)


def end(text):
    """End the processes whose environment names `text`: joblib's, which wait for ever for their kernel."""
    for process in holding(text):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def killed(root, arguments, temporary, seconds):
    """Start a command and kill it and its children after so many seconds."""
    with subprocess.Popen(
        [sys.executable, "-P", "-c", COMMAND, *map(str, arguments)],
        env=environment(root, TMPDIR=str(temporary)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def there(here, tmp_path_factory):
    """Another checkout, the folder that runs write to there, and the command that starts one."""
    place = tmp_path_factory.mktemp("another place")
    root, out = place / "checkout", place / "out"
    out.mkdir()
    git(place, "clone", "--quiet", str(here.root), str(root))
    return root, out, ["propose", "run", here.proposal, "--preset", "minimal", "--as-of", TODAY, "--out", out]


@pytest.mark.turn(of=4)
@pytest.mark.parametrize("quarter", range(4))
def test_a_run_killed_at_any_moment_leaves_nothing(here, there, tmp_path, quarter):
    root, out, run = there
    killed(root, run, tmp_path, (quarter + random.Random(quarter).random()) / 4 * here.seconds)
    kernels_gone = gone(str(tmp_path), "ipykernel")
    end(str(tmp_path))
    assert kernels_gone
    assert whole(out / ID)


def test_another_checkout_makes_the_same_after_runs_were_killed(files, there):
    root, out, run = there
    done = python(root, COMMAND, *run)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in out.iterdir()] == [ID]
    again = read(out / ID)
    assert {name: again[name] for name in OTHERS} == {name: files[name] for name in OTHERS}
    assert whole(out / ID)


STOPPED = """
import os, signal, sys
from pathlib import Path
from agt.governance import dossier

def stopping(real):
    def call(*arguments):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments)
    return call

place, source, left = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
files = {path.name: path.read_bytes() for path in source.iterdir()}
os.fsync, Path.rename = stopping(os.fsync), stopping(Path.rename)
dossier.publish(place, files)
"""


@pytest.mark.parametrize("steps", [3, len(dossier.NAMES), len(dossier.NAMES) + 1])
def test_a_kill_while_publishing_leaves_the_old_dossier_or_none(here, files, tmp_path, steps):
    """The last of them falls between the two renames."""
    old, place = with_manifest(files, as_of="2026-11-24"), tmp_path / ID
    dossier.publish(place, old)
    done = python(here.root, STOPPED, place, here.folder, steps)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert whole(place)
    kept = place if steps <= len(dossier.NAMES) else place.with_name(f".{ID}.old")
    assert read(kept) == old
    dossier.publish(place, files)
    assert read(place) == files
    assert [path.name for path in tmp_path.iterdir()] == [ID]


def test_runs_at_once_into_one_folder_leave_one_whole_dossier(here, tmp_path):
    """Of a text, which is not simulated: they come to their end together. Who comes second waits for no one."""
    proposal = tmp_path / f"{ID}.yml"
    proposal.write_bytes(typed("text").replace(BASE.encode(), here.base.encode()))
    run = ["propose", "run", str(proposal), "--preset", "minimal", "--as-of", TODAY]
    together = [
        subprocess.Popen(
            [sys.executable, "-P", "-c", COMMAND, *run], env=environment(here.root), stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    ended = [(process.communicate(timeout=SECONDS)[1], process.returncode) for process in together]
    assert 0 in (code for _, code in ended)
    assert all(code == 0 or (code == 2 and "another run is writing there" in said) for said, code in ended), ended
    assert whole(tmp_path / ID)
    assert sorted(path.name for path in tmp_path.iterdir()) == [ID, f"{ID}.yml"]


def test_while_another_run_writes_into_a_folder_nothing_is_written_there(files, tmp_path):
    old, place = with_manifest(files, as_of="2026-11-24"), tmp_path / ID
    dossier.publish(place, old)
    with dossier._alone(tmp_path, place), pytest.raises(Faults, match="another run is writing there; wait for its end"):
        dossier.publish(place, files)
    assert read(place) == old
    dossier.publish(place, files)
    assert read(place) == files


def test_a_disk_that_is_full_leaves_the_old_dossier(files, tmp_path, monkeypatch):
    old, place = with_manifest(files, as_of="2026-11-24"), tmp_path / ID
    dossier.publish(place, old)

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Faults, match=r"output-unwritable.*No space left"):
        dossier.publish(place, files)
    assert read(place) == old
