"""The month's table of contents: which mechanism acts after which."""

from collections.abc import Callable
from typing import Any

from agt.mechanisms import (
    buyback,
    contributors,
    demand,
    market,
    redemption,
    rewards,
    staking,
    supply,
    treasury,
    vesting,
)

# Month 0, the month of the token generation event: the first unlock, and the state that people start from.
OPENING: tuple[Callable[..., Any], ...] = (
    vesting.policy,
    vesting.recipients,
    market.opening,
    demand.opening,
    contributors.opening,
    redemption.opening,
    rewards.opening,
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
    contributors.respond,
    contributors.farm,
    contributors.policy,
    rewards.work,
    rewards.policy,
    rewards.earn,
    staking.choose,
    staking.policy,
    redemption.submit,
    redemption.policy,
    buyback.policy,
    market.anchor,
    market.sales,
    market.policy,
    supply.policy,
)
