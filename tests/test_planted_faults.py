"""Planted faults: the mistakes that would matter most, each made on purpose in a copy, and the tests that notice it."""

from collections.abc import Iterable
from typing import NamedTuple

import pytest

from tests.mutants.workshop import copied, planted, tried

BUYBACK = "tests/mechanisms/test_buyback_policy.py::"
CONTRIBUTORS = "tests/mechanisms/test_contributors_policy.py::"
REDEMPTION = "tests/mechanisms/test_redemption_policy.py::"
REWARDS = "tests/mechanisms/test_rewards_policy.py::"
STAKING = "tests/mechanisms/test_staking_policy.py::"
VESTING = "tests/mechanisms/test_vesting_policy.py::"
VESTING_RULE = "tests/mechanisms/test_vesting_rule.py::"
GRAPH = "tests/test_graph.py::"
LEDGER = "tests/test_ledger.py::"
SHOCKS = "tests/simulation/test_shocks.py::"
UNITS = "tests/test_units.py::"
VOCABULARY = "tests/test_vocabulary.py::"


class Fault(NamedTuple):
    """A text of the package that occurs once, the faulty text in its place, and the tests that must fail."""

    path: str
    right: str
    wrong: str
    tests: tuple[str, ...]


FAULTS = {
    "months divided by days, in the rule of vesting": Fault(
        "mechanisms/vesting.py",
        "max(month - schedule.start, 0)",
        "max((month - schedule.start) // 30, 0)",
        (VESTING_RULE + "test_the_table_of_the_facts", VESTING_RULE + "test_to_the_base_unit"),
    ),
    "months divided by days, in the policy of vesting": Fault(
        "mechanisms/vesting.py",
        "(month - vesting_start) / vesting_steps",
        "(month - vesting_start) / 30.0 / vesting_steps",
        (VESTING + "test_a_month_by_hand", VESTING + "test_every_bucket_and_month_as_the_rule_has_it"),
    ),
    "months of a year for the days of a month": Fault(
        "mechanisms/buyback.py",
        "traded = 30.0 * market_volume",
        "traded = 12.0 * market_volume",
        (BUYBACK + "test_a_month_by_hand", UNITS + "test_what_comes_out_has_the_registrys_unit[buyback.policy]"),
    ),
    "a stake comes out of what is staked": Fault(
        "registry/staking.yml",
        "meaning: Staked by contributors, payer: contributors_liquid, payee: contributors_staked",
        "meaning: Staked by contributors, payer: contributors_staked, payee: contributors_liquid",
        (
            STAKING + "test_no_flow_pays_a_stake_for_being_a_stake",
            GRAPH + "test_money_moves_between_the_accounts_that_the_sources_name",
        ),
    ),
    "what is unstaked is staked again": Fault(
        "registry/staking.yml",
        "meaning: Unstaked by contributors, payer: contributors_staked, payee: contributors_liquid",
        "meaning: Unstaked by contributors, payer: contributors_liquid, payee: contributors_staked",
        (
            STAKING + "test_no_flow_pays_a_stake_for_being_a_stake",
            GRAPH + "test_money_moves_between_the_accounts_that_the_sources_name",
        ),
    ),
    "as many arrive as leave": Fault(
        "mechanisms/contributors.py",
        "contributors_arriving = room * (1.0 - np.exp(-ratio(wanted, room)))",
        "contributors_arriving = room * gone_casual",
        (CONTRIBUTORS + "test_a_month_by_hand",),
    ),
    "those who leave keep their AIA and those who stay abandon it": Fault(
        "mechanisms/redemption.py",
        "redemption_aia_held * (1.0 - contributors_leaving)",
        "redemption_aia_held * contributors_leaving",
        (REDEMPTION + "test_a_cohort_by_hand",),
    ),
    "a cliff that ends a month early, in the policy": Fault(
        "mechanisms/vesting.py",
        "clip((month - vesting_start) / vesting_steps",
        "clip((month - vesting_start + 1.0) / vesting_steps",
        (VESTING + "test_a_month_by_hand", LEDGER + "test_a_run_unlocks_what_the_facts_say"),
    ),
    "a cliff that ends a month early, in the rule": Fault(
        "mechanisms/vesting.py",
        "max(month - schedule.start, 0)",
        "max(month - schedule.start + 1, 0)",
        (VESTING_RULE + "test_to_the_base_unit", VESTING_RULE + "test_the_first_step_falls_a_month_after_the_start"),
    ),
    "a cliff that pays its first share a month late": Fault(
        "mechanisms/vesting.py",
        "if month >= schedule.start else 0",
        "if month > schedule.start else 0",
        (VESTING_RULE + "test_to_the_base_unit",),
    ),
    "a pool that is promised more than the reserve holds": Fault(
        "mechanisms/redemption.py",
        "np.minimum(redemption_quota * is_open, reward_reserve)",
        "redemption_quota * is_open",
        (
            REDEMPTION + "test_a_poor_reserve_pays_what_it_has",
            LEDGER + "test_anywhere_in_the_bounds_the_sum_stays_and_no_account_is_overdrawn[corners-False]",
        ),
    ),
    "luck that does not hang on the seed": Fault(
        "simulation/shocks.py",
        "key = np.array([seed, id << 32 | month]",
        "key = np.array([0, id << 32 | month]",
        (SHOCKS + "test_different_addresses_have_nothing_in_common[pair2]",),
    ),
    "luck from nowhere": Fault(
        "simulation/shocks.py",
        "np.random.Generator(stream).random(runs)",
        "np.random.default_rng().random(runs)",
        (SHOCKS + "test_the_number_of_runs_does_not_matter",),
    ),
    "a mechanism that throws dice": Fault(
        "mechanisms/redemption.py",
        "submitted = total(redemption_redeemed)",
        "submitted = total(redemption_redeemed) * np.random.random()",
        (VOCABULARY + "test_policies_keep_to_the_vocabulary[redemption]", REDEMPTION + "test_a_season_by_hand"),
    ),
    "a stake that earns without work": Fault(
        "mechanisms/rewards.py",
        "rewards_level * (1.0 + staking_premium * staking_take_up)",
        "rewards_level * (1.0 + staking_premium * staking_take_up) + 10.0 * staking_take_up",
        (
            REWARDS + "test_no_work_earns_nothing_whatever_is_staked",
            UNITS + "test_what_comes_out_has_the_registrys_unit[rewards.work]",
        ),
    ),
    "a stake that the reserve adds to": Fault(
        "registry/staking.yml",
        "payer: contributors_staked, payee: reward_reserve",
        "payer: reward_reserve, payee: contributors_staked",
        (GRAPH + "test_money_moves_between_the_accounts_that_the_sources_name",),
    ),
}


def faulty(text: str, fault: Fault) -> str:
    """The text with the fault in it. The right text occurs once, so that no fault outlives what it is about."""
    assert text.count(fault.right) == 1, f"{fault.path} holds {text.count(fault.right)} times: {fault.right}"
    return text.replace(fault.right, fault.wrong)


def functions(tests: Iterable[str]) -> set[str]:
    """The tests without their parameters."""
    return {test.partition("[")[0] for test in tests}


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """The same tests on a copy without a fault: a test that fails anyway notices nothing."""
    folder = tmp_path_factory.mktemp("sound")
    copied(folder)
    return tried(folder, sorted({test for fault in FAULTS.values() for test in fault.tests}))


def test_without_a_fault_the_same_tests_pass(sound):
    assert sound.code == 0, sound.printed


@pytest.mark.turn(of=4)
@pytest.mark.parametrize("title", FAULTS)
def test_the_fault_is_noticed(title, sound, tmp_path):
    fault = FAULTS[title]
    path = copied(tmp_path) / fault.path
    planted(path, faulty(path.read_text(encoding="utf-8"), fault))
    verdict = tried(tmp_path, fault.tests)
    assert verdict.code == 1, verdict.printed
    assert set(verdict.failed) == functions(fault.tests), verdict.printed
    assert not functions(fault.tests) & set(sound.failed), sound.printed


@pytest.mark.parametrize("text", ["", "x = 1\nx = 1\n"])
def test_a_fault_is_planted_in_one_place_or_not_at_all(text):
    with pytest.raises(AssertionError):
        faulty(text, Fault("x.py", "x = 1", "x = 2", ()))
