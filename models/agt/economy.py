"""The month's table of contents: which mechanism acts after which."""

from collections.abc import Callable
from typing import Any

from agt.mechanisms import (
    buyback,
    contributors,
    demand,
    market,
    progression,
    projects,
    quality,
    redemption,
    rewards,
    staking,
    supply,
    treasury,
    vesting,
    voting,
)

# Month 0, the month of the token generation event: the first unlock, and the state that people start from.
OPENING: tuple[Callable[..., Any], ...] = (
    vesting.policy,
    vesting.recipients,
    market.opening,
    demand.opening,
    contributors.opening,
    quality.opening,
    projects.opening,
    redemption.opening,
    rewards.opening,
    rewards.opening_of_farms,
    staking.opening,
    supply.opening,
)

# Every later month.
AGENDA: tuple[Callable[..., Any], ...] = (
    vesting.policy,
    vesting.recipients,
    treasury.policy,
    market.depth,
    demand.policy,
    demand.order,
    contributors.respond,
    contributors.farm,
    contributors.policy,
    contributors.effort,
    quality.allocate,
    quality.accept,
    quality.fulfil,
    quality.deliver,
    demand.bill,
    rewards.work,
    rewards.policy,
    rewards.earn,
    rewards.tempt,
    staking.choose,
    staking.policy,
    progression.policy,
    redemption.submit,
    redemption.policy,
    rewards.receive,
    projects.policy,
    buyback.policy,
    market.anchor,
    market.sales,
    market.policy,
    voting.policy,
    supply.policy,
    supply.account,
)
