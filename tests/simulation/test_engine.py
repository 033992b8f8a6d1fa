"""The engine: an ensemble is the same whatever the chunks, workers and horizon, and changes only as it is told to."""

from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import groupby

import numpy as np
import pytest

from agt.economy import AGENDA
from agt.graph import blocks, mechanism
from agt.registry import Faults, Scenario, load
from agt.registry.schema import Change
from agt.simulation import headlines, simulate, today
from agt.simulation.chunk import Given, Request, genesis
from agt.simulation.engine import run
from agt.simulation.parts import table
from tests.months import play_months

REGISTRY = load()
QUANTITIES = REGISTRY.quantities()
SEED, MONTHS, RUNS = 5, 24, 40
LEVERS = [name for name, entry in REGISTRY.levers().items() if entry.read_by == "policy"]


@cache
def reference():
    return simulate(RUNS, MONTHS, SEED, keep=QUANTITIES)


def unlike(found, expected, months=slice(None), runs=slice(None)):
    """The quantities whose paths differ in any bit."""
    return [
        name for name in QUANTITIES if not np.array_equal(found[name], expected[name][months, runs], equal_nan=True)
    ]


@pytest.mark.parametrize("number", [0, 1, 2, 3, 7, 22, 39])
def test_one_run_played_alone_is_its_column_bit_for_bit(number):
    alone = simulate(1, MONTHS, SEED, keep=QUANTITIES, first_run=number)
    assert alone["market_price"].shape == (MONTHS + 1, 1)
    assert unlike(alone, reference(), runs=slice(number, number + 1)) == []


@pytest.mark.parametrize(("first", "runs"), [(0, 13), (4, 8), (5, 30), (18, 22)])
def test_part_of_an_ensemble_is_that_part_bit_for_bit(first, runs):
    part = simulate(runs, MONTHS, SEED, keep=QUANTITIES, first_run=first)
    assert unlike(part, reference(), runs=slice(first, first + runs)) == []


@pytest.mark.parametrize("chunk", [4, 12, 36, 4_000])
def test_chunks_do_not_matter(chunk):
    assert unlike(simulate(RUNS, MONTHS, SEED, keep=QUANTITIES, chunk=chunk), reference()) == []


def test_chunks_do_not_matter_from_any_first_run():
    found = simulate(21, MONTHS, SEED, keep=QUANTITIES, first_run=6, chunk=8)
    assert unlike(found, reference(), runs=slice(6, 27)) == []


def test_workers_do_not_matter():
    assert unlike(simulate(RUNS, MONTHS, SEED, keep=QUANTITIES, chunk=12, workers=2), reference()) == []


@pytest.mark.parametrize("months", [1, 9, 17])
def test_a_shorter_horizon_is_the_beginning_of_a_longer_one(months):
    shorter = simulate(RUNS, months, SEED, keep=QUANTITIES)
    assert unlike(shorter, reference(), months=slice(0, months + 1)) == []


def test_what_is_kept_does_not_matter():
    found = simulate(RUNS, MONTHS, SEED)
    assert set(found.paths) == set(headlines(REGISTRY))
    assert all(np.array_equal(path, reference()[name], equal_nan=True) for name, path in found.paths.items())


def test_another_seed_is_another_ensemble():
    assert not np.array_equal(simulate(RUNS, MONTHS, SEED + 1)["market_price"], reference()["market_price"])


def test_the_engine_plays_what_the_ledger_alone_plays():
    """cadCAD against the bare loop: same functions, same order, same months."""
    ends = [
        state
        for month, title, state in play_months(Request(MONTHS, SEED, ()), RUNS)
        if title == ("supply.account" if month else "supply.opening")
    ]
    for name in QUANTITIES:
        path = np.array([np.broadcast_to(state[name], RUNS) for state in ends])
        assert np.array_equal(path, reference()[name], equal_nan=True), name


def records():
    given = Given(REGISTRY, Request(6, SEED, ()), first=0, runs=8)
    acts = list(zip(AGENDA, blocks(AGENDA, REGISTRY), strict=True))
    *_, (_, _, opening) = play_months(Request(0, SEED, ()), runs=8)
    seen = []
    run(acts, opening, 6, given, QUANTITIES, lambda shown: seen.extend(map(dict, shown)))
    return seen


def test_records_are_read_only():
    arrays = [value for record in records() for value in record.values() if isinstance(value, np.ndarray)]
    assert len(arrays) > 1_000
    assert not any(array.flags.writeable for array in arrays)


def test_a_state_that_is_kept_cannot_be_rewritten():
    price = records()[-1]["market_price"]
    with pytest.raises(ValueError, match="read-only"):
        price += 1.0


def test_months_are_counted_by_calendar_and_substeps_by_mechanism():
    seen = records()
    assert seen[0]["substep"] == 0
    assert {record["timestep"] for record in seen} == set(range(7))
    assert {record["substep"] for record in seen} == set(range(1 + len(list(groupby(AGENDA, mechanism)))))


def test_before_the_first_unlock_everything_is_locked():
    start = genesis(REGISTRY)
    assert sum(float(start[name]) for name in REGISTRY.families["locked"]) == 5_000_000_000
    assert not any(np.any(start[name]) for name in REGISTRY.accounts if name not in REGISTRY.families["locked"])


# Opening balances worked out apart from the model [M AGT].
OPENING_BALANCES = {
    "locked.user_rewards": 1400,
    "locked.ecosystem": 500,
    "locked.seed": 400,
    "locked.private": 400,
    "locked.kol": 100,
    "locked.team": 400,
    "locked.advisers": 100,
    "locked.treasury": 300,
    "reward_reserve": 350,
    "marketing_fund": 350,
    "contributors_liquid": 250,
    "liquidity_reserve": 200,
    "market_float": 250,
}


def test_month_0_is_the_balance_sheet_after_the_first_unlock():
    found = {name: reference()[name][0] / 1e6 for name in REGISTRY.accounts}
    assert {name: set(amounts.tolist()) for name, amounts in found.items() if np.any(amounts)} == {
        name: {float(amount)} for name, amount in OPENING_BALANCES.items()
    }


def test_the_engines_own_checks_are_reported():
    found = reference()
    sums = np.sum([found[name] for name in REGISTRY.accounts], axis=0)
    assert np.max(np.abs(sums - 5e9)) <= found.residual + 1e-5 < 1e-4
    assert found.least == min(float(np.min(found[name])) for name in REGISTRY.accounts) == 0.0
    assert 0.0 < found.clipped < 0.004


# The last four runs meet both alarms, the others none.
LOW = np.where(np.arange(RUNS) < RUNS - 4, 1.0, 0.0)
ALARMED = {"market_price_ceiling": 1e-3 + 100.0 * LOW, "contributors_farm_alarm": 1.0 + 5e6 * LOW}


def test_alarms_are_a_share_of_the_months_of_all_runs():
    found = simulate(RUNS, 6, SEED, settings=ALARMED, keep=("market_price_capped", "contributors_farm_capped"))
    rung = (found["market_price_capped"][1:] > 0.0) | (found["contributors_farm_capped"][1:] > 0.0)
    assert found.alarms == np.mean(rung) == 4 / RUNS


def test_the_engines_own_checks_do_not_depend_on_chunks_either():
    whole, cut = (simulate(RUNS, 6, SEED, settings=ALARMED, chunk=chunk) for chunk in (4_000, 36))
    assert (cut.alarms, cut.clipped, cut.least) == (whole.alarms, whole.clipped, whole.least)


# Settings.


FORMS = {"a value": float, "a schedule": lambda value: {20: value}, "an array": lambda value: np.full(8, value)}
POWER = "quality_throttle"  # NumPy squares by one 2, and takes powers by many: the last digits differ


@cache
def plain():
    return simulate(8, 21, SEED, keep=QUANTITIES, priors=False)


def moved(levers, form, **near):
    """The quantities that differ after month 0 where levers are set to their own values."""
    same = {name: FORMS[form](float(REGISTRY.value(name))) for name in levers}
    found = simulate(8, 21, SEED, keep=QUANTITIES, priors=False, settings=same)
    return [name for name in QUANTITIES if not np.allclose(found[name][1:], plain()[name][1:], **near)]


EXACTLY = {"rtol": 0.0, "atol": 0.0}


@pytest.mark.parametrize("form", FORMS)
def test_levers_set_to_their_own_values_change_nothing(form):
    exact = [name for name in LEVERS if name != POWER or form != "an array"]
    if moved(exact, form, **EXACTLY):
        pytest.fail(f"they move something: {[one for one in exact if moved([one], form, **EXACTLY)]}")


def test_the_lever_that_is_a_power_changes_last_digits_where_runs_have_their_own():
    assert moved([POWER], "an array", rtol=1e-12, atol=1e-6) == []


def test_published_levers_set_to_their_own_values_change_nothing_when_priors_are_drawn():
    same = {name: {20: float(REGISTRY.value(name))} for name in LEVERS if REGISTRY.parameters[name].published}
    assert len(same) == 7
    assert unlike(simulate(RUNS, MONTHS, SEED, keep=QUANTITIES, settings=same), reference()) == []


def test_a_schedule_holds_from_its_month_on_and_not_before():
    quotas = {8: 0.0, 11: 4_000_000.0}
    funded = simulate(8, 13, SEED, settings={"redemption_quota": quotas}, keep=("redemption_funding",))
    assert funded["redemption_funding"][6:, 0].tolist() == [15e6, 15e6, 0.0, 0.0, 0.0, 4e6, 4e6, 4e6]
    assert np.all(np.ptp(funded["redemption_funding"][6:], axis=1) == 0.0)


def test_months_before_a_change_are_those_of_the_baseline():
    found = simulate(RUNS, MONTHS, SEED, keep=QUANTITIES, settings={"redemption_quota": {20: 1e6}})
    assert unlike(simulate(RUNS, 19, SEED, keep=QUANTITIES), found, months=slice(0, 20)) == []
    assert unlike(simulate(RUNS, 19, SEED, keep=QUANTITIES), reference(), months=slice(0, 20)) == []
    assert np.all(found["redemption_funding"][20] == 1e6)


def test_an_array_gives_every_run_its_own_value():
    quotas = np.arange(10.0) * 1e6 + 1e6
    found = simulate(10, 6, SEED, settings={"redemption_quota": quotas}, keep=("redemption_funding",), chunk=4)
    assert np.all(found["redemption_funding"][6] == quotas)


def test_an_array_belongs_to_the_runs_that_are_asked_for():
    quotas = np.arange(10.0) * 1e6 + 1e6
    whole = simulate(12, 6, SEED, settings={"redemption_quota": np.concatenate([[9.0, 9.0], quotas])}, keep=QUANTITIES)
    part = simulate(10, 6, SEED, settings={"redemption_quota": quotas}, keep=QUANTITIES, first_run=2)
    assert unlike(part, whole, runs=slice(2, 12)) == []


def test_a_schedule_may_hold_arrays():
    later = np.arange(6.0) * 1e6
    found = simulate(6, 9, SEED, settings={"redemption_quota": {8: later}}, keep=("redemption_funding",))
    assert np.all(found["redemption_funding"][7] == 15e6)
    assert np.all(found["redemption_funding"][8:] == later)


# Scenarios.


def start(name):
    """The month in which a scenario begins; November 2026, the registry's month, is 18."""
    return 18 + min(change.after for change in REGISTRY.scenarios[name].changes)


def test_the_base_scenario_is_none():
    found = simulate(RUNS, MONTHS, SEED, keep=QUANTITIES, scenario="base")
    assert unlike(found, reference()) == []
    assert (found.scenario, reference().scenario) == ("base", None)


@pytest.mark.parametrize("scenario", [name for name in REGISTRY.scenarios if name != "base"])
def test_a_scenario_changes_nothing_before_its_month_and_something_in_it(scenario):
    found, begins = simulate(RUNS, MONTHS, SEED, keep=QUANTITIES, scenario=scenario), start(scenario)
    assert begins in (19, 20)
    before = {name: path[:begins] for name, path in found.paths.items()}
    assert unlike(before, reference(), months=slice(0, begins)) == []
    assert any(np.any(found[name][begins] != reference()[name][begins]) for name in QUANTITIES)
    assert found.residual < 1e-4
    assert found.least >= 0.0


def test_a_scenario_is_the_same_whatever_the_chunks_and_workers():
    terms = {"months": 21, "seed": SEED, "keep": QUANTITIES, "scenario": "crypto_winter"}
    whole = simulate(RUNS, **terms)
    assert unlike(simulate(RUNS, **terms, chunk=12, workers=2), whole) == []
    assert unlike(simulate(13, **terms, first_run=6, chunk=8), whole, runs=slice(6, 19)) == []


def test_settings_hold_under_a_scenario_where_it_does_not_say_otherwise():
    """Seasons are suspended from month 20 for four months, then the quota is what was set."""
    quotas = {"redemption_quota": {10: 4e6, 22: 9e6}, "rewards_agt_cap": {19: 0.0}}
    keep = ("redemption_funding", "rewards_direct")
    found = simulate(4, 26, SEED, settings=quotas, scenario="suspension", keep=keep)
    expected = [15e6] * 2 + [4e6] * 10 + [0.0] * 4 + [9e6] * 3
    assert found["redemption_funding"][8:].tolist() == [[amount] * 4 for amount in expected]
    assert not np.any(found["rewards_direct"][19:])


TINY = (
    Change(name="demand_spend", times=Decimal(3), after=1, months=2),
    Change(name="market_narrative_turn", plus=Decimal("0.25"), after=2, months=1),
    Change(name="redemption_quota", to=Decimal(7), after=2, months=3),
    Change(name="market_price_noise", plus=Decimal("-1.5"), after=3, months=2),
    Change(name="demand_potential", plus=Decimal(10), after=4),
    Change(name="demand_potential", times=Decimal(2), after=5),
)


@cache
def tiny():
    """The registry with one scenario of its own, on 2025-07-22, month 2."""
    scenario = Scenario(title="T", meaning="t", side="worse", risk="r", changes=TINY)
    return replace(REGISTRY, as_of="2025-07-22", scenarios={"tiny": scenario})


def given_months(name, **request):
    """What 8 months take as given for `name`: one value each, the second run's."""
    given = Given(tiny(), Request(8, SEED, (), **request), first=0, runs=4)
    return [float(np.broadcast_to(given(month)[name], 4)[1]) for month in range(1, 9)]


def test_changes_begin_after_today_and_end_when_they_should():
    """Today is month 2: after 1 is month 3, for 2 months, so 3 and 4. A change without an end goes on."""
    terms = {"scenario": "tiny", "priors": False}
    assert given_months("demand_spend", **terms) == [7_000.0] * 2 + [21_000.0] * 2 + [7_000.0] * 4
    assert given_months("market_narrative_turn", **terms) == [0.0] * 3 + [0.25] + [0.0] * 4
    assert given_months("redemption_quota", **terms) == [15e6] * 3 + [7.0] * 3 + [15e6] * 2
    assert given_months("demand_potential", **terms) == [150.0] * 5 + [160.0] + [320.0] * 2


def test_a_shock_is_moved_by_standard_deviations_and_by_nothing_else():
    moved, plain = (given_months("market_price_noise", scenario=name) for name in ("tiny", None))
    assert np.subtract(moved, plain) == pytest.approx([0.0] * 4 + [-1.5] * 2 + [0.0] * 2)
    assert len(set(plain)) == 8


def test_a_scenario_changes_what_is_set_or_drawn():
    terms = {"scenario": "tiny", "settings": {"demand_spend": {4: 100.0}, "redemption_quota": 5.0}}
    own = given_months("demand_spend", **{**terms, "scenario": None})
    assert given_months("demand_spend", **terms) == [*own[:2], 3.0 * own[2], 300.0, *[100.0] * 4]
    assert own[0] == own[2] != 7_000.0
    assert given_months("redemption_quota", **terms) == [5.0] * 3 + [7.0] * 3 + [5.0] * 2


def test_without_a_scenario_every_event_is_neutral_in_every_month():
    given = Given(REGISTRY, Request(30, SEED, ()), first=0, runs=4)
    for month in (0, 1, 20, 30):
        assert {name: float(given(month)[name]) for name in REGISTRY.events} == {
            name: float(event.neutral) for name, event in REGISTRY.events.items()
        }


# The luck of one run.

LUCKY = {"months": 20, "seed": SEED, "keep": QUANTITIES}


@cache
def certain(pinned):
    """An ensemble without priors: the runs differ by luck alone."""
    return simulate(12, **LUCKY, priors=False, pinned=pinned)


@pytest.mark.parametrize("pinned", [True, False])
@pytest.mark.parametrize("one", [0, 3, 7, 10])
def test_where_all_runs_meet_one_runs_luck_they_are_that_run_bit_for_bit(one, pinned):
    found = simulate(6, **LUCKY, priors=False, pinned=pinned, luck=one)
    for column in range(6):
        columns = slice(column, column + 1)
        alike = {name: path[:, columns] for name, path in found.paths.items()}
        assert unlike(alike, certain(pinned), runs=slice(one, one + 1)) == []


def test_where_priors_are_drawn_only_luck_is_shared():
    """Run 7 meets its own luck; the others meet it too, and differ by what is not known."""
    found = simulate(RUNS, **LUCKY, luck=7)
    own = {name: path[:, 7:8] for name, path in found.paths.items()}
    assert unlike(own, reference(), slice(0, 21), slice(7, 8)) == []
    prices = found["market_price"][18]
    assert len(set(prices.tolist())) == RUNS
    given, usual = (Given(REGISTRY, Request(3, SEED, (), luck=luck), first=0, runs=8)(2) for luck in (7, None))
    for name in REGISTRY.shocks:
        assert given[name].tolist() == [usual[name][7]] * 8


def test_the_luck_of_a_run_does_not_depend_on_the_runs_played():
    whole = simulate(RUNS, **LUCKY, luck=5)
    assert unlike(simulate(RUNS, **LUCKY, luck=5, chunk=12), whole) == []
    assert unlike(simulate(9, **LUCKY, luck=5, first_run=6), whole, runs=slice(6, 15)) == []
    beyond = simulate(2, **LUCKY, priors=False, luck=1_001)
    alone = simulate(1, **LUCKY, priors=False, first_run=1_001)
    assert unlike({name: path[:, :1] for name, path in beyond.paths.items()}, alone) == []


# What is kept of the paths.


def sketch(paths):
    """A summary: one number for each run, and a few."""
    price, reserve = paths["market_price"], paths["reward_reserve"]
    return {"mean": price.mean(axis=0), "falls": (price[1:] < price[:-1]).sum(axis=0), "reserve": reserve[-3:]}


KEPT = ("market_price", "reward_reserve")


@pytest.mark.parametrize("cut", [{}, {"chunk": 12}, {"chunk": 12, "workers": 2}])
@pytest.mark.parametrize(("first", "runs"), [(0, RUNS), (6, 21)])
def test_a_summary_is_that_of_the_whole_paths(first, runs, cut):
    found = simulate(runs, MONTHS, SEED, keep=KEPT, summary=sketch, first_run=first, **cut)
    whole = sketch({name: reference()[name][:, first : first + runs] for name in KEPT})
    assert {name: array.shape for name, array in found.paths.items()} == {
        "mean": (runs,),
        "falls": (runs,),
        "reserve": (3, runs),
    }
    assert all(np.array_equal(found[name], whole[name]) for name in whole)
    assert (found.residual, found.alarms) == (pytest.approx(reference().residual, abs=1e-4), 0.0)


def test_a_summary_is_shown_the_paths_of_one_chunk_after_the_other():
    shown = []

    def look(paths):
        shown.append({name: path.shape for name, path in paths.items()})
        return {"last": paths["market_price"][-1]}

    found = simulate(20, MONTHS, SEED, keep=KEPT, summary=look, chunk=8)
    assert shown == [dict.fromkeys(KEPT, (MONTHS + 1, size)) for size in (8, 8, 4)]
    assert list(found.paths) == ["last"]
    assert max(path.size for path in found.paths.values()) == 20


def test_a_figure_that_is_no_number_is_found_although_only_a_summary_is_kept():
    keep = ("demand_items", "market_price")
    with np.errstate(all="ignore"), pytest.raises(Faults) as refused:
        simulate(4, 3, SEED, settings={"demand_item_price": 0.0}, keep=keep, summary=nothing)
    [fault] = refused.value.faults
    assert (fault.id, fault.message.partition(",")[0]) == ("simulation-alarm", "demand_items")


def nothing(paths):
    return {"nothing": np.zeros(paths["market_price"].shape[1])}


def test_values_outside_the_bounds_are_played():
    found = simulate(4, 6, SEED, settings={"redemption_quota": 100e6}, keep=("redemption_funding",))
    assert np.all(found["redemption_funding"][6] == 100e6)


def test_without_priors_every_run_has_the_same_parameters():
    given = Given(REGISTRY, Request(3, SEED, (), priors=False), first=0, runs=8)(1)
    assert {name: float(given[name]) for name in REGISTRY.parameters} == {
        name: float(REGISTRY.value(name)) for name in REGISTRY.parameters
    }


@pytest.mark.parametrize("wrong", [np.zeros(3), np.zeros(5), {3: np.zeros(3)}, np.nan, np.inf, -np.inf])
def test_a_setting_that_has_no_number_for_every_run_is_refused(wrong):
    with pytest.raises(Faults):
        simulate(4, 2, settings={"redemption_quota": wrong})


@pytest.mark.parametrize(
    ("wrong", "id", "message"),
    [
        ({"settings": {"redemption_quote": 1.0}}, "name-unknown", "did you mean redemption_quota?"),
        ({"settings": {"zzz": 1.0}}, "name-unknown", "zzz is no parameter"),
        ({"settings": {"rewards_level": 1.0}}, "name-unknown", "name one member: rewards_level.casual, rewards_level"),
        ({"settings": {"market_price": 1.0}}, "name-unknown", "market_price is no parameter"),
        ({"keep": ("market_prize",)}, "name-unknown", "did you mean market_price?"),
        ({"keep": ("redemption_quota",)}, "name-unknown", "redemption_quota is no quantity of the model"),
        ({"runs": 0}, "setting-bounds", "runs = 0 is outside"),
        ({"months": 0}, "setting-bounds", "months = 0 is outside"),
        ({"seed": -1}, "setting-bounds", "seed = -1 is outside"),
        ({"seed": 2**64}, "setting-bounds", "seed = 18446744073709551616 is outside"),
        ({"first_run": -4}, "setting-bounds", "first_run = -4 is outside"),
        ({"chunk": 2**32}, "setting-bounds", "chunk = 4294967296 is outside"),
        ({"chunk": 10}, "setting-bounds", "chunk = 10 is no multiple of 4"),
        ({"scenario": "crypto_wintre"}, "name-unknown", "crypto_wintre is no scenario - did you mean crypto_winter?"),
        ({"scenario": "zzz"}, "name-unknown", "zzz is no scenario (base, boom, crypto_winter, client_leaves,"),
        ({"scenario": ""}, "name-unknown", " is no scenario (base, boom,"),
    ],
)
def test_what_cannot_be_played_is_refused(wrong, id, message):
    with pytest.raises(Faults) as refused:
        simulate(**{"runs": 4, "months": 2} | wrong)
    assert [fault.id for fault in refused.value.faults] == [id]
    assert message in refused.value.faults[0].message


def test_all_faults_are_named_at_once():
    with pytest.raises(Faults) as refused:
        simulate(0, 0, settings={"redemption_quote": 1.0}, keep=("market_prize",))
    assert len(refused.value.faults) == 4


# What is read off an ensemble.


def test_quantiles_by_hand():
    paths = simulate(5, 2, SEED, keep=("market_price",))
    paths.paths["market_price"] = np.array([[1.0, 2, 3, 4, 5], [5.0, 4, 3, 2, 1], [0.0, 0, 0, 0, 10]])
    table = paths.quantiles("market_price", since=1)
    assert table.columns.tolist() == ["month", "date", "p05", "p25", "p50", "p75", "p95"]
    assert table.iloc[0].tolist() == [1, "2025-06-15", pytest.approx(1.2), 2.0, 3.0, 4.0, pytest.approx(4.8)]
    assert paths.at("market_price", 2) == {"p05": 0, "p25": 0, "p50": 0, "p75": 0, "p95": pytest.approx(8.0)}


def test_the_rows_are_those_of_each_run_and_month():
    paths = simulate(3, 2, SEED, keep=("market_price", "burned"), first_run=5)
    rows = table(paths.paths, 5).to_pandas()
    assert rows.columns.tolist() == ["run", "month", "market_price", "burned"]
    assert rows["run"].tolist() == [5, 5, 5, 6, 6, 6, 7, 7, 7]
    assert rows["month"].tolist() == [0, 1, 2] * 3
    [found] = rows[(rows["run"] == 6) & (rows["month"] == 2)]["market_price"]
    assert found == np.float32(paths["market_price"][2, 1])


def test_progress_is_told_run_by_run():
    told = []
    simulate(20, 1, SEED, chunk=8, progress=told.append)
    assert told == [8, 8, 4]


def test_today_is_november_2026():
    assert today() == 18
