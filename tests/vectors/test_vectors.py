"""The vectors: what the rules say, what an implementation of another kind says, and that nobody has touched them.

Where rules or registry changed on purpose, `python -m tests.vectors` writes the files anew; their diff belongs to the
commit, and says to contract engineers what has changed.
"""

import ast
import json
import re
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from agt.mechanisms.redemption import REFUSALS as CLAIM_REFUSALS
from agt.mechanisms.voting import REFUSALS as BALLOT_REFUSALS
from agt.records.amounts import UNIT
from agt.registry import load
from tests.vectors import independent
from tests.vectors.form import LARGEST, SCHEMA, canonical
from tests.vectors.manifest import FOLDER, MANIFEST, SUBJECTS, stale, write

ROOT = Path(__file__).parents[2]
WRITE = "; where the change is meant, run python -m tests.vectors"
FILES = {subject.name: json.loads((FOLDER / f"{subject.name}.json").read_text("utf-8")) for subject in SUBJECTS}
ANSWERS = {subject.name: subject.answer for subject in SUBJECTS}
CASES = [pytest.param(name, case, id=f"{name}-{case['id']}") for name in FILES for case in FILES[name]["cases"]]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_the_rule_says_so(name, case):
    assert ANSWERS[name](case["inputs"]) == case["expected"], WRITE


@pytest.mark.parametrize(("name", "case"), CASES)
def test_an_independent_implementation_says_so(name, case):
    assert independent.RULES[name](case["inputs"]) == case["expected"]


def imported(path):
    """The packages that a file imports from."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield node.module.partition(".")[0]


def test_the_independent_implementation_has_nothing_of_the_package():
    assert {"fractions"} <= set(imported(Path(independent.__file__)))
    assert not {"agt", "tests", "eth_utils"}.intersection(imported(Path(independent.__file__)))


def test_the_wallets_that_are_valid_are_so_by_the_standard():
    for case in FILES["settle"]["cases"]:
        wallets = {claim["wallet"] for claim in case["inputs"]["claims"]}
        valid = sorted(wallet for wallet in wallets if independent.is_address(wallet))
        assert case["inputs"]["valid_wallets"] == valid


def test_the_files_are_what_the_generator_writes():
    assert stale() == [], WRITE


@pytest.fixture(scope="session")
def manifest():
    return json.loads((FOLDER / MANIFEST).read_text(encoding="utf-8"))


def test_the_manifest_names_every_file(manifest):
    assert (manifest["schema"], 10 ** manifest["decimals"]) == (SCHEMA, UNIT)
    assert {MANIFEST, *manifest["files"]} == {path.name for path in FOLDER.glob("*.json")}


@pytest.mark.parametrize("name", FILES)
def test_the_digests_of_the_manifest(manifest, name):
    entry = manifest["files"][f"{name}.json"]
    assert entry["sha256"] == sha256((FOLDER / f"{name}.json").read_bytes()).hexdigest()
    assert entry["cases"] == len(FILES[name]["cases"])
    assert (entry["rule"], SCHEMA) == (FILES[name]["rule"], FILES[name]["schema"])
    for source, digest in entry["sources"].items():
        assert digest == sha256((ROOT / source).read_bytes()).hexdigest(), f"{source} has changed{WRITE}"
    for entered, said in entry["registry"].items():
        found = load().parameters[entered]
        assert (said["value"], said["unit"]) == (f"{found.value:f}", found.unit), f"{entered} has changed{WRITE}"


@pytest.mark.parametrize(
    ("file", "pattern", "text"),
    [
        ("settle.json", r'"agt": "\d', '"agt": "9'),
        ("settle.json", r'"fate": "refused"', '"fate": "paid"'),
        ("tally.json", r'"passed": true', '"passed": false'),
        ("tally.json", r'"votes": "\d', '"votes": "9'),
        ("vesting.json", r'"unlocked": "\d', '"unlocked": "9'),
        ("vesting.json", r'"month": "\d', '"month": "9'),
        ("vesting.json", r'"at": \d', '"at": 9'),
        ("vesting.json", r'"shows": "', '"shows": "No: '),
        ("manifest.json", r'"sha256": "..', '"sha256": "zz'),
        ("manifest.json", r'"cases": \d', '"cases": 9'),
    ],
)
def test_one_edit_is_noticed(tmp_path, file, pattern, text):
    for path in FOLDER.glob("*.json"):
        shutil.copy(path, tmp_path)
    assert stale(tmp_path) == []
    before = (tmp_path / file).read_text(encoding="utf-8")
    edited = re.sub(pattern, text, before, count=1)
    assert edited != before
    (tmp_path / file).write_text(edited, encoding="utf-8")
    assert stale(tmp_path) == [file]


@pytest.mark.parametrize(
    ("name", "field"),
    [("settle", "agt"), ("settle", "remainder"), ("tally", "votes"), ("tally", "needed"), ("vesting", "unlocked")],
)
def test_an_edited_answer_fails_both_ways(name, field):
    """With its digests mended it still is neither what the rule says nor what the independent implementation says."""
    case = next(case for case in FILES[name]["cases"] if f'"{field}"' in json.dumps(case["expected"]))
    edited = json.loads(re.sub(rf'"{field}": "(\d+)"', rf'"{field}": "1\1"', json.dumps(case["expected"]), count=1))
    assert edited != case["expected"]
    assert ANSWERS[name](case["inputs"]) != edited
    assert independent.RULES[name](case["inputs"]) != edited


def test_a_missing_file_is_noticed_and_all_are_written_anew(tmp_path):
    write(tmp_path)
    (tmp_path / "tally.json").unlink()
    assert stale(tmp_path) == ["tally.json"]
    write(tmp_path)
    assert stale(tmp_path) == []


@pytest.mark.parametrize(("name", "least"), [("settle", 20), ("tally", 15), ("vesting", 30)])
def test_cases_have_names_of_their_own_and_one_sentence_each(name, least):
    cases = FILES[name]["cases"]
    assert len({case["id"] for case in cases}) == len({case["shows"] for case in cases}) == len(cases) >= least
    for case in cases:
        assert set(case) == {"id", "shows", "inputs", "expected"}
        assert re.fullmatch(r"[a-z0-9_]+(-[a-z0-9_]+)*", case["id"])
        assert re.fullmatch(r"[^.]+\.", case["shows"])


def numbers(data):
    """Every number of a case, written as text or not."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        return [number for inner in data for number in numbers(inner)]
    return [int(data)] if re.fullmatch(r"-?\d+", str(data)) else []


@pytest.mark.parametrize(("name", "case"), CASES)
def test_every_number_fits_a_word_and_no_float_occurs(name, case):
    found = numbers([case["inputs"], case["expected"]])
    least = -1 if name == "vesting" else 0  # the month before the first
    assert all(least <= number <= LARGEST for number in found)
    assert canonical(json.loads(canonical(case), parse_float=lambda text: pytest.fail(text))) == canonical(case)


def fates(name, rows):
    return [fate for case in FILES[name]["cases"] for fate in case["expected"][rows]]


@pytest.mark.parametrize(
    ("name", "rows", "refusals"), [("settle", "claims", CLAIM_REFUSALS), ("tally", "ballots", BALLOT_REFUSALS)]
)
def test_every_reason_occurs(name, rows, refusals):
    assert {fate["reason"] for fate in fates(name, rows) if fate["fate"] == "refused"} == set(refusals)


def test_every_bucket_occurs_at_its_edges():
    ids = {case["id"] for case in FILES["vesting"]["cases"]}
    for bucket in load().indices["bucket"].members:
        edges = ("before-tge", "tge", "before-last-unlock", "last-unlock", "far-future")
        assert {f"{bucket}-{edge}" for edge in edges} <= ids


def test_a_product_leaves_the_word_where_inputs_do_not():
    """What an implementation in words of the machine gets wrong first: pool times AIA before the division."""
    products = [
        int(case["inputs"]["pool"]) * int(claim["aia"])
        for case in FILES["settle"]["cases"]
        for claim, fate in zip(case["inputs"]["claims"], case["expected"]["claims"], strict=True)
        if fate["fate"] == "paid"
    ]
    assert max(products) > LARGEST
