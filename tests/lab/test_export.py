"""The export and the runner, without a browser: the same texts on Python's own floats are the ensemble's runs."""

import json
from types import ModuleType

import numpy as np
import pytest

from agt.analysis.measures import measured
from agt.lab.export import PACKAGE, RUNS, export, sources
from agt.lab.offer import LIKELY, assumptions, levers, proposals, ranks, scenarios
from agt.pages.baseline import AHEAD, SEED
from agt.pages.contents import ROOT
from agt.registry import load
from agt.simulation import simulate, today
from tests.test_vocabulary import played_text

BROWSER = ROOT / "book" / "_static" / "lab"
QUANTITIES = load().quantities()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    written = tmp_path_factory.mktemp("lab")
    export(ROOT, written, months=AHEAD, seed=SEED)
    return written


@pytest.fixture(scope="module")
def runner(folder):
    """The runner with the texts and numbers of the export, and nothing of the package."""
    modules = {name: __import__(name) for name in ("math", "json", "array", "collections")}
    modules["numpy"] = played_text(BROWSER / "numpy.py", modules)
    modules["measures"] = played_text(BROWSER / "measures.py", modules)
    modules["agt.vocabulary"] = played_text(folder / "agt" / "vocabulary.py", modules)
    for path in sorted((folder / "agt" / "mechanisms").glob("[a-z]*.py")):
        modules[f"agt.mechanisms.{path.stem}"] = played_text(path, modules)
    found: ModuleType = played_text(BROWSER / "runner.py", modules)
    found.opened(folder / "economy.json", folder / "numbers.bin")
    return found


def test_the_texts_are_the_packages(folder):
    exported = json.loads((folder / "economy.json").read_text(encoding="utf-8"))
    assert exported["sources"] == [path.relative_to(PACKAGE).as_posix() for path in sources()]
    for path in sources():
        assert (folder / "agt" / path.relative_to(PACKAGE)).read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("run", "scenario", "settings"),
    [
        (0, "base", {}),
        (99, "base", {}),
        (50, "boom", {}),
        (51, "sybil_attack", {"redemption_quota": {20: 1_000_000.0}, "staking_forfeit": {25: 1.0}}),
        (52, "suspension", {"redemption_quota": {30: 0.0}}),
        (53, "base", {"demand_churn": {19: 0.2}}),
    ],
)
def test_a_run_is_that_run_of_the_ensemble(runner, run, scenario, settings):
    """A billionth at most; a scenario changes what a setting has set, and only while it lasts."""
    listed = [[name, month, value] for name, own in settings.items() for month, value in own.items()]
    changes = scenarios(load())[scenario]["changes"]
    found = runner.ECONOMY[0].play(run, listed, changes, list(QUANTITIES))
    months = today() + AHEAD
    truth = simulate(1, months, SEED, keep=QUANTITIES, scenario=scenario, settings=settings, first_run=run)
    for name in QUANTITIES:
        assert found[name] == pytest.approx(truth[name][today() + 1 :, 0].tolist(), rel=1e-9, abs=0.0), name


def test_every_measure_is_the_books(runner):
    names = tuple(load().measures)
    truth = simulate(8, today() + AHEAD, SEED, keep=QUANTITIES)
    for start in (today() + 1, today() + 12):
        expected = measured(truth.paths, names=names, start=start)
        for run in range(8):
            paths = runner.ECONOMY[0].play(run, [], [], list(QUANTITIES))
            terms = runner.ECONOMY[0].terms
            terms["measures"] = {name: load().measures[name].model_dump() for name in names}
            for measure in terms["measures"].values():
                measure["limit"] = None if measure["limit"] is None else float(measure["limit"])
            found = runner.ECONOMY[0].measures(run, paths, start)
            for name in names:
                assert found[name] == pytest.approx(expected[name][run], rel=1e-9, abs=1e-300), name


def test_what_cannot_be_played_is_said(runner, tmp_path):
    order = {"run": 0, "changes": [], "keep": ["market_price"], "start": None}
    answer = tmp_path / "answer.bin"
    for setting in (["vesting_steps.seed", 19, 0.0], ["demand_spend", 19, 1e308]):
        assert runner.played(json.dumps(order | {"settings": [setting]}), answer) == runner.OUTSIDE
        assert not answer.exists()
    assert runner.played(json.dumps(order | {"settings": []}), answer) is None
    assert np.fromfile(answer).shape == (AHEAD,)


def test_all_simulated_levers_are_offered():
    registry = load()
    assert list(levers(registry)) == [name for name, one in registry.levers().items() if one.read_by == "policy"]
    quota = levers(registry)["redemption_quota"]
    assert (quota["present"], quota["start"], quota["first"]) == ("15000000", 15e6, today() + 2)
    assert levers(registry)["staking_premium"]["present"] == "unpublished"


def test_assumptions_that_only_the_past_hangs_on_are_not_offered():
    offered = assumptions(load())
    assert "demand_churn" in offered
    assert "market_price_at_tge" not in offered
    for name, one in offered.items():
        low, high = one["likely"]
        assert one["bounds"][0] <= low < one["start"] < high <= one["bounds"][1], (name, LIKELY)


def test_decided_and_unreadable_proposals_are_not_offered(tmp_path):
    good = (ROOT / "proposals" / "agt-0001.yml").read_bytes()
    (tmp_path / "agt-0001.yml").write_bytes(good)
    (tmp_path / "agt-0002.yml").write_bytes(good.replace(b"redemption_quota", b"vesting_steps"))
    (tmp_path / "agt-0003.yml").write_bytes(b"no proposal")
    changes = [["redemption_quota", "7500000", 20]]
    assert proposals(load(), tmp_path) == {
        "agt-0001": {"title": "Halve the season quota", "status": "draft", "changes": changes}
    }


def test_two_ranks_enclose_the_middle():
    found = ranks(RUNS)
    assert found[0] == [0, 0]
    assert found[5] == [1, 6]  # 1 - 2 / 2^6 of all samples of six: more than 19 in 20
    assert found[99] == [40, 61]
