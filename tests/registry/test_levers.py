"""The registry as it stands: the DAO's levers as they were decided, and the supply as the facts have it."""

from decimal import Decimal

import pytest

from agt.registry import load

REGISTRY = load()

# Lever: unit, value, bounds, largest step, delay in months, decimals, whether the value is published.
LEVERS = {
    "redemption_quota": ("AGT", "15000000", "0", "77777777", "7500000", 1, 0, True),
    "redemption_minimum": ("AIA", "3000", "0", "30000", "3000", 1, 0, True),
    "redemption_expiry": ("share", "0", "0", "0.5", "0.05", 3, 4, True),
    "rewards_aia_per_set": ("AIA/set", "25", "1", "1000", "25", 1, 2, False),
    "rewards_agt_per_set": ("AGT/set", "2", "0", "100", "2", 1, 4, False),
    "rewards_agt_cap": ("AGT", "10000000", "0", "77777777", "5000000", 1, 0, False),
    "contributors_sets_per_day": ("sets/day", "4", "1", "20", "2", 1, 0, True),
    "quality_annotators": ("count", "3", "1", "7", "2", 1, 0, False),
    "quality_expert_review": ("share", "0.1", "0", "1", "0.1", 1, 3, False),
    "quality_throttle": ("number", "2", "0", "6", "1", 1, 2, False),
    "quality_routing": ("share", "0.7", "0", "1", "0.2", 1, 3, False),
    "staking_tier": ("AGT/person", "3000", "0", "1000000", "6000", 2, 0, False),
    "staking_premium": ("share", "0.3", "0", "2", "0.2", 1, 3, False),
    "staking_forfeit": ("share", "0", "0", "1", "0.1", 2, 3, True),
    "progression_upgrade_cost": ("AGT/person", "1500", "0", "100000", "1500", 1, 0, False),
    "progression_burn_share": ("share", "0", "0", "1", "1", 1, 3, False),
    "buyback_revenue_share": ("share", "0.2", "0", "1", "0.3", 1, 3, False),
    "buyback_burn_share": ("share", "0", "0", "1", "1", 1, 3, True),
    "buyback_treasury_share": ("share", "0", "0", "1", "0.5", 1, 3, True),
    "treasury_community_spend": ("share", "0.01", "0", "0.2", "0.02", 1, 4, False),
    "treasury_marketing_spend": ("share", "0.04", "0", "0.2", "0.04", 1, 4, False),
    "treasury_ecosystem_spend": ("share", "0.03", "0", "0.2", "0.03", 1, 4, False),
    "voting_quorum": ("share", "0.04", "0", "0.5", "0.02", 3, 4, False),
}


@pytest.mark.parametrize("name", LEVERS)
def test_a_lever_is_as_it_was_decided(name):
    lever = REGISTRY.parameters[name]
    unit, value, low, high, step, *rest = LEVERS[name]
    assert lever.unit == unit
    assert (lever.value, *lever.bounds, lever.largest_step) == tuple(map(Decimal, (value, low, high, step)))
    assert [lever.minimum_delay, lever.decimals, lever.published] == rest


def test_there_are_no_other_levers():
    assert set(REGISTRY.levers()) == set(LEVERS)


@pytest.mark.parametrize("name", LEVERS)
def test_a_lever_without_a_published_value_has_a_prior_within_its_bounds(name):
    lever = REGISTRY.parameters[name]
    assert (lever.prior is None) == lever.published
    if lever.prior is not None:
        assert lever.bounds[0] <= lever.prior.low < lever.prior.high <= lever.bounds[1]


@pytest.mark.parametrize("name", LEVERS)
def test_a_levers_numbers_keep_to_its_decimals(name):
    lever = REGISTRY.parameters[name]
    grain = Decimal(1).scaleb(-lever.decimals)
    assert all(number % grain == 0 for number in (lever.value, *lever.bounds, lever.largest_step))


@pytest.mark.parametrize("name", LEVERS)
def test_a_lever_can_be_moved_by_its_largest_step(name):
    lever = REGISTRY.parameters[name]
    assert 0 < lever.largest_step <= lever.bounds[1] - lever.bounds[0]


# Facts 2: per cent of the supply, per cent of that at the event, start, per cent at the start, steps.
BUCKETS = {
    "user_rewards": (35, 20, 0, 0, 18),
    "ecosystem": (10, 0, 6, 0, 36),
    "marketing": (7, 100, 0, 0, 1),
    "airdrop": (5, 100, 0, 0, 1),
    "seed": (8, 0, 12, 0, 18),
    "private": (8, 0, 12, 0, 18),
    "kol": (2, 0, 6, 20, 18),
    "team": (8, 0, 12, 0, 36),
    "advisers": (2, 0, 12, 0, 24),
    "treasury": (6, 0, 6, 0, 36),
    "liquidity": (4, 100, 0, 0, 1),
    "ido": (5, 100, 0, 0, 1),
}


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_is_as_the_facts_have_it(bucket):
    part, at_tge, start, at_start, steps = BUCKETS[bucket]
    found = {
        name: REGISTRY.value(f"vesting_{name}.{bucket}")
        for name in ("allocation", "share_at_tge", "start", "share_at_start", "steps")
    }
    assert found == {
        "allocation": Decimal(5_000_000_000) * part / 100,
        "share_at_tge": Decimal(at_tge) / 100,
        "start": start,
        "share_at_start": Decimal(at_start) / 100,
        "steps": steps,
    }


def test_the_buckets_are_the_whole_supply():
    allocation = REGISTRY.allocation()
    assert list(allocation) == list(BUCKETS)
    assert sum(allocation.values()) == REGISTRY.value("supply_total") == 5_000_000_000


def test_more_than_a_quarter_is_unlocked_at_the_event():
    sizes = REGISTRY.allocation()
    at_tge = sum(REGISTRY.value(f"vesting_share_at_tge.{bucket}") * size for bucket, size in sizes.items())
    assert at_tge == Decimal("0.28") * 5_000_000_000


def test_today_is_the_day_that_the_facts_were_gathered():
    assert REGISTRY.as_of == "2026-11-22"


def test_facts_and_levers_and_assumptions_say_where_they_come_from():
    assert all(len(entry.source) >= len("facts 2") for entry in REGISTRY.parameters.values())
    assert {entry.kind for entry in REGISTRY.parameters.values()} == {"fact", "lever", "assumption"}


def test_every_account_has_an_owner_and_staked_twins_share_it():
    for group in ("contributors", "investors", "team"):
        assert {REGISTRY.accounts[f"{group}_{place}"].owner for place in ("liquid", "staked")} == {group}


def test_a_name_that_is_not_there_gives_the_nearest():
    with pytest.raises(KeyError, match="redemption_quote is not in the registry - did you mean redemption_quota"):
        REGISTRY.entry("redemption_quote")


@pytest.mark.parametrize(
    ("name", "section"),
    [
        ("redemption_quota", "parameters"),
        ("locked", "accounts"),
        ("locked.team", "accounts"),
        ("market_price", "stocks"),
        ("redemption_payout", "flows"),
        ("market_sold", "metrics"),
        ("market_price_noise", "shocks"),
        ("market_observed", "columns"),
        ("demand_rival_price", "events"),
    ],
)
def test_a_name_stands_in_one_section(name, section):
    assert REGISTRY.section(name) == section


# What only a scenario can make happen, and what holds while it does not.
EVENTS = {
    "contributors_farm_influx": 0,
    "demand_client_loss": 0,
    "demand_rival_price": 1,
    "market_narrative_turn": 0,
    "redemption_wallet_fault": 0,
    "staking_disappointment": 0,
}


def test_events_are_neutral_unless_a_scenario_sets_them():
    assert {name: event.neutral for name, event in REGISTRY.events.items()} == EVENTS


def test_every_event_happens_in_a_scenario():
    happening = {change.name for scenario in REGISTRY.scenarios.values() for change in scenario.changes}
    assert set(EVENTS) <= happening


def test_nothing_happens_in_the_base_scenario_and_the_others_lie_on_both_sides():
    assert [name for name, scenario in REGISTRY.scenarios.items() if not scenario.changes] == ["base"]
    assert {scenario.side for name, scenario in REGISTRY.scenarios.items() if name != "base"} == {"better", "worse"}


@pytest.mark.parametrize("name", [name for name in REGISTRY.scenarios if name != "base"])
def test_what_a_scenario_makes_of_a_parameter_lies_within_its_bounds(name):
    for change in REGISTRY.scenarios[name].changes:
        entry = REGISTRY.parameters.get(change.name)
        if entry is not None:
            value = entry.value * change.times if change.times is not None else change.to
            assert change.plus is None
            assert entry.bounds[0] <= value <= entry.bounds[1]


def test_a_measure_looks_at_something_and_a_chance_is_never_judged_without_a_rise():
    assert all(measure.of for measure in REGISTRY.measures.values())
    assert all(line.chance is None or line.rise is not None for line in REGISTRY.guardrails.values())


def test_ids_of_shocks_are_fixed():
    """They are addresses of luck: a run of last year must meet the same luck, so no id may ever change."""
    assert {name: shock.id for name, shock in REGISTRY.shocks.items()} == {
        "market_factor_noise": 1,
        "market_price_noise": 2,
        "demand_arrival_noise": 3,
        "contributors_arrival_noise": 4,
        "market_volume_noise": 5,
        "demand_spend_noise": 6,
    }
