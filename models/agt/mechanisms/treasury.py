"""Treasury: what the marketing fund, the ecosystem fund, the community treasury and the liquidity reserve spend."""

from agt.vocabulary import AGT, Share


def policy(
    marketing_fund: AGT,
    ecosystem_fund: AGT,
    community_treasury: AGT,
    liquidity_reserve: AGT,
    treasury_marketing_spend: Share,
    treasury_ecosystem_spend: Share,
    treasury_community_spend: Share,
    treasury_liquidity_spend: Share,
) -> tuple[AGT, AGT, AGT, AGT]:
    """Each fund spends a constant share of what it holds; whoever receives it is assumed to sell.

    Source: no source says what the funds spend (facts 4).
    """
    # SPEND
    treasury_marketing = marketing_fund * treasury_marketing_spend
    treasury_ecosystem = ecosystem_fund * treasury_ecosystem_spend
    treasury_community = community_treasury * treasury_community_spend
    treasury_liquidity = liquidity_reserve * treasury_liquidity_spend
    return treasury_marketing, treasury_ecosystem, treasury_community, treasury_liquidity
