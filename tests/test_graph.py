"""The graph: every name is read, written and moved as the registry says, and what does not fit is refused."""

from collections import Counter
from decimal import Decimal

import pytest

from agt.economy import AGENDA, OPENING
from agt.graph import GraphError, block, blocks, flat, mechanism, reads, writes
from agt.registry import Account, Flow, Index, Metric, Parameter, Registry, Stock, load
from agt.vocabulary import AGT, Share

REGISTRY = load()
MONTH = blocks(AGENDA, REGISTRY)
START = blocks(OPENING, REGISTRY)


def names_read(made):
    return {name for step in made for call in step["calls"] for name in flat(call["reads"].values())}


def names_written(made):
    return Counter(name for step in made for call in step["calls"] for name in flat(call["writes"]))


def flows(made):
    return [flow for step in made for flow in step["flows"]]


@pytest.mark.parametrize("name", REGISTRY.parameters)
def test_a_parameter_is_read_by_a_policy_or_says_that_it_is_not(name):
    is_read = name in names_read(START) | names_read(MONTH)
    assert is_read == (REGISTRY.parameters[name].read_by == "policy")


def test_what_a_rule_alone_reads_is_the_closing_day():
    assert [name for name, entry in REGISTRY.parameters.items() if entry.read_by == "rule"] == [
        "redemption_closing_day"
    ]


@pytest.mark.parametrize("section", ["stocks", "flows", "metrics"])
def test_each_is_written_exactly_once_a_month(section):
    written = names_written(MONTH)
    assert {name: written[name] for name in getattr(REGISTRY, section)} == dict.fromkeys(getattr(REGISTRY, section), 1)


def test_nothing_else_is_written():
    assert set(names_written(MONTH)) == {*REGISTRY.stocks, *REGISTRY.flows, *REGISTRY.metrics}
    assert set(names_written(START)) <= {*REGISTRY.stocks, *REGISTRY.flows, *REGISTRY.metrics}
    assert max(names_written(START).values()) == 1


def test_every_stock_is_read_by_some_function():
    assert set(REGISTRY.stocks) <= names_read(MONTH)


def test_every_shock_column_and_event_is_read():
    assert {*REGISTRY.shocks, *REGISTRY.columns, *REGISTRY.events} <= names_read(MONTH)


def test_no_event_happens_at_the_opening():
    """Scenarios begin after today; month 0 is the event of 2025 and nothing else."""
    assert not names_read(START) & {*REGISTRY.events, *REGISTRY.shocks, *REGISTRY.columns}


def test_every_account_is_moved():
    touched = {end for _, *ends in flows(MONTH) for end in ends}
    assert touched == set(REGISTRY.accounts)


def test_every_flow_has_its_column_in_the_month():
    assert sorted(name for name, *_ in flows(MONTH)) == sorted(REGISTRY.flows)


def matrix():
    """The transaction-flow matrix: (account, flow) -> what one AGT of the flow adds to the account."""
    entries = Counter()
    for flow, payer, payee in flows(MONTH):
        entries[payer, flow] -= 1
        entries[payee, flow] += 1
    return entries


@pytest.mark.parametrize("flow", REGISTRY.flows)
def test_each_column_of_the_flow_matrix_sums_to_zero(flow):
    column = {account: entry for (account, name), entry in matrix().items() if name == flow}
    assert sorted(column.values()) == [-1, 1]
    assert set(column) <= set(REGISTRY.accounts)


# The flows of the model as they were designed and as the facts have them: from whom to whom.
UNLOCKS = {
    "user_rewards": "reward_reserve",
    "ecosystem": "ecosystem_fund",
    "marketing": "marketing_fund",
    "airdrop": "contributors_liquid",
    "seed": "investors_liquid",
    "private": "investors_liquid",
    "kol": "investors_liquid",
    "team": "team_liquid",
    "advisers": "team_liquid",
    "treasury": "community_treasury",
    "liquidity": "liquidity_reserve",
    "ido": "market_float",
}
PAYMENTS = {
    "treasury_marketing": ("marketing_fund", "market_float"),
    "treasury_ecosystem": ("ecosystem_fund", "market_float"),
    "treasury_community": ("community_treasury", "market_float"),
    "treasury_liquidity": ("liquidity_reserve", "market_float"),
    "demand_pool_purchase": ("market_float", "project_pools"),
    "projects_refund": ("project_pools", "market_float"),
    "projects_model_stake": ("contributors_liquid", "model_pools"),
    "projects_model_return": ("model_pools", "contributors_liquid"),
    "projects_compute": ("model_pools", "market_float"),
    "rewards_direct": ("reward_reserve", "contributors_liquid"),
    "rewards_project_payout": ("project_pools", "contributors_liquid"),
    "staking_stake": ("contributors_liquid", "contributors_staked"),
    "staking_bought": ("market_float", "contributors_staked"),
    "staking_unstake": ("contributors_staked", "contributors_liquid"),
    "staking_forfeited": ("contributors_staked", "reward_reserve"),
    "staking_investors_stake": ("investors_liquid", "investors_staked"),
    "staking_investors_unstake": ("investors_staked", "investors_liquid"),
    "staking_team_stake": ("team_liquid", "team_staked"),
    "staking_team_unstake": ("team_staked", "team_liquid"),
    "progression_burned": ("contributors_liquid", "burned"),
    "progression_recycled": ("contributors_liquid", "reward_reserve"),
    "redemption_funding": ("reward_reserve", "redemption_pool"),
    "redemption_payout": ("redemption_pool", "contributors_liquid"),
    "redemption_return": ("redemption_pool", "reward_reserve"),
    "buyback_recycled": ("market_float", "reward_reserve"),
    "buyback_burned": ("market_float", "burned"),
    "buyback_banked": ("market_float", "community_treasury"),
    "market_sold_contributors": ("contributors_liquid", "market_float"),
    "market_sold_investors": ("investors_liquid", "market_float"),
    "market_sold_team": ("team_liquid", "market_float"),
}


def test_money_moves_between_the_accounts_that_the_sources_name():
    unlocks = {f"vesting_unlock.{bucket}": (f"locked.{bucket}", payee) for bucket, payee in UNLOCKS.items()}
    assert {name: ends for name, *ends in flows(MONTH)} == {
        name: list(ends) for name, ends in (unlocks | PAYMENTS).items()
    }


def test_the_reserve_alone_never_pays_the_market():
    assert not {("reward_reserve", "market_float"), ("burned", "market_float")} & {
        (payer, payee) for _, payer, payee in flows(MONTH)
    }


def test_a_mapped_function_is_called_once_for_each_member():
    [unlocking] = [step for step in MONTH if (step["mechanism"], step["function"]) == ("vesting", "policy")]
    assert [call["reads"]["locked"] for call in unlocking["calls"]] == [f"locked.{bucket}" for bucket in UNLOCKS]
    assert [call["writes"] for call in unlocking["calls"]] == [[f"vesting_unlock.{bucket}"] for bucket in UNLOCKS]
    cohorts = ("casual", "regular", "expert", "farm")
    for title in (("rewards", "work"), ("rewards", "earn"), ("staking", "choose"), ("redemption", "submit")):
        [working] = [step for step in MONTH if (step["mechanism"], step["function"]) == title]
        members = [[name.partition(".")[2] for name in call["writes"]] for call in working["calls"]]
        assert members == [[cohort] * len(working["calls"][0]["writes"]) for cohort in cohorts]
    [paying] = [step for step in MONTH if (step["mechanism"], step["function"]) == ("redemption", "policy")]
    submitted = [f"redemption_redeemed.{cohort}" for cohort in cohorts]
    assert [call["reads"]["redemption_redeemed"] for call in paying["calls"]] == [submitted]


def test_the_votes_of_a_month_are_cast_by_the_four_groups():
    [step] = [step for step in MONTH if step["mechanism"] == "voting"]
    groups = [f"voting_votes.{group}" for group in ("contributors", "investors", "team", "market")]
    assert [call["writes"][0] for call in step["calls"]] == [groups]
    assert step["flows"] == []


def test_nothing_follows_from_a_vote():
    assert not {name for name in names_read(MONTH) if name.partition(".")[0] in names_of("voting", "metrics")}


def names_of(noun, section):
    return {name.partition(".")[0] for name in getattr(REGISTRY, section) if name.startswith(f"{noun}_")}


# A registry and functions so small that every fault stands alone.


def tiny():
    text = {"symbol": "x", "meaning": "x"}
    number = {**text, "unit": "share", "kind": "fact", "source": "x", "value": Decimal(1), "bounds": (0, 1)}
    return Registry(
        parameters={"tiny_share": Parameter.model_construct(**number)},
        accounts={name: Account(**text, owner="project") for name in ("purse", "chest.red", "chest.blue")},
        stocks={"tiny_memory": Stock(**text, unit="AGT")},
        flows={"tiny_flow": Flow(**text, payer="purse", payee="chest.red")},
        metrics={name: Metric(**text, unit="AGT") for name in ("tiny_figure", "tiny_part.red", "tiny_part.blue")},
        indices={"colour": Index("colour", "x", {"red": {}, "blue": {}})},
        families={"chest": ("chest.red", "chest.blue"), "tiny_part": ("tiny_part.red", "tiny_part.blue")},
        each={"test_graph": {"each_colour": "colour"}},
    )


def pay(purse: AGT, tiny_share: Share):
    tiny_flow = purse * tiny_share
    return tiny_flow


def remember(tiny_memory: AGT, tiny_flow: AGT):
    tiny_memory = tiny_memory + tiny_flow
    return tiny_memory


def each_colour(chest: AGT, tiny_flow: AGT):
    tiny_part = chest + tiny_flow
    return tiny_part


def whole(chest: tuple[AGT, ...], tiny_part: tuple[AGT, ...]):
    tiny_figure = chest[0] + tiny_part[1]
    return tiny_figure


def misspelt(tiny_shore: Share):
    tiny_figure = tiny_shore
    return tiny_figure


def misspelt_result(purse: AGT):
    tiny_figures = purse
    return tiny_figures


def sets_a_parameter(purse: AGT):
    tiny_share = purse
    return tiny_share


def sets_an_account(purse: AGT):
    purse = purse + 1.0
    return purse


def returns_an_expression(purse: AGT):
    return purse + 1.0


def returns_nothing(purse: AGT):
    tiny_figure = purse  # noqa: F841


def test_a_small_agenda_by_hand():
    paid, remembered, coloured, summed = blocks((pay, remember, each_colour, whole), tiny())
    reading = {"purse": "purse", "tiny_share": "tiny_share"}
    assert paid == {
        "mechanism": "test_graph",
        "function": "pay",
        "calls": [{"reads": reading, "writes": ["tiny_flow"]}],
        "flows": [("tiny_flow", "purse", "chest.red")],
    }
    assert (remembered["flows"], remembered["calls"][0]["writes"]) == ([], ["tiny_memory"])
    assert coloured["calls"] == [
        {"reads": {"chest": f"chest.{colour}", "tiny_flow": "tiny_flow"}, "writes": [f"tiny_part.{colour}"]}
        for colour in ("red", "blue")
    ]
    families = {"chest": ["chest.red", "chest.blue"], "tiny_part": ["tiny_part.red", "tiny_part.blue"]}
    assert summed["calls"] == [{"reads": families, "writes": ["tiny_figure"]}]


def test_reads_and_writes_are_read_off_the_text():
    assert reads(pay) == {"purse": "AGT", "tiny_share": "Share"}
    assert writes(pay) == ["tiny_flow"]
    assert mechanism(pay) == "test_graph"


@pytest.mark.parametrize(
    ("agenda", "message"),
    [
        ((remember,), "test_graph.remember reads tiny_flow before anything has written it this month"),
        ((each_colour, pay), "test_graph.each_colour reads tiny_flow before anything has written it this month"),
        ((pay, whole), "test_graph.whole reads tiny_part.red before anything has written it this month"),
        ((pay, pay), "test_graph.pay writes tiny_flow, which is written already this month"),
        ((pay, remember, remember), "test_graph.remember writes tiny_memory, which is written already this month"),
        ((misspelt,), "test_graph.misspelt: tiny_shore is not in the registry - did you mean tiny_share?"),
        (
            (misspelt_result,),
            "test_graph.misspelt_result: tiny_figures is not in the registry - did you mean tiny_figure?",
        ),
        (
            (sets_a_parameter,),
            "test_graph.sets_a_parameter writes tiny_share; only stocks, flows and metrics are written",
        ),
        ((sets_an_account,), "test_graph.sets_an_account writes purse; only stocks, flows and metrics are written"),
        ((returns_an_expression,), "test_graph.returns_an_expression must end in `return name, name`"),
        ((returns_nothing,), "test_graph.returns_nothing must end in `return name, name`"),
    ],
)
def test_what_does_not_fit_is_refused(agenda, message):
    with pytest.raises(GraphError) as refused:
        blocks(agenda, tiny())
    assert str(refused.value) == message


def test_a_stock_may_be_read_before_it_is_renewed_but_a_figure_may_not():
    assert blocks((pay, remember), tiny())[1]["calls"][0]["reads"]["tiny_memory"] == "tiny_memory"


def test_a_block_alone_asks_only_that_its_names_exist():
    assert block(remember, tiny())["calls"][0]["reads"]["tiny_flow"] == "tiny_flow"
