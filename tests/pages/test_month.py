"""The pictures of a month: what they show is what the model says, and it adds up."""

from itertools import pairwise

import numpy as np
import pytest

from agt.figures.dots import COLUMNS, DOTS
from agt.pages.baseline import RUNS
from agt.pages.month import LEAST, VOTERS, dots_of, holder, month_figure, moves, pool_figure, votes_figure
from agt.registry import load
from agt.simulation import simulate, today


def rows(figure) -> list[dict]:
    (table,) = figure.spec["datasets"].values()
    return table


@pytest.fixture(scope="module")
def played():
    flows = tuple(load().flows)
    return simulate(RUNS, today(), 1, keep=("reward_reserve", *flows))


def test_what_moves_is_what_the_model_moved(played):
    """The change of the reserve in the month is what the picture brings it, less what it takes."""
    frame = moves(today())
    ends = {side: frame[frame[side] == "Reserve of rewards"]["amount"].sum() for side in ("payer", "payee")}
    change = (played["reward_reserve"][today()] - played["reward_reserve"][today() - 1]).mean()
    hidden = LEAST * frame["amount"].sum()  # of each band that is too thin to be seen
    assert ends["payee"] - ends["payer"] == pytest.approx(change, abs=3 * hidden)


def test_a_month_moves_nothing_within_a_group_and_hides_little(played):
    frame = moves(today())
    assert (frame["payer"] != frame["payee"]).all()
    between = sum(
        played[name][today()].mean() for name, flow in load().flows.items() if holder(flow.payer) != holder(flow.payee)
    )
    assert frame["amount"].sum() == pytest.approx(between, rel=0.02)


def test_the_month_is_drawn_as_it_was_found():
    drawn = {(row["payer"], row["payee"], row["kind"]): row["amount"] for row in rows(month_figure())}
    for row in moves(today()).to_dict("records"):
        assert drawn[row["payer"], row["payee"], row["kind"]] == pytest.approx(row["amount"], rel=1e-3)


def test_the_bands_of_an_end_touch_and_do_not_overlap():
    bands = rows(month_figure())
    for side, place in (("payer", "start"), ("payee", "end")):
        for name in {row[side] for row in bands}:
            mine = sorted((row[place], row[place] + row["amount"]) for row in bands if row[side] == name)
            for (_, bottom), (top, _) in pairwise(mine):
                assert top == pytest.approx(bottom, rel=1e-3, abs=1e5)


def test_the_seasons_pool_is_shared_out_and_no_more():
    paid = {}
    for row in rows(pool_figure()):
        paid[row["date"]] = paid.get(row["date"], 0.0) + row["amount"]
    quota = float(load().value("redemption_quota"))
    month = f"{load().as_of[:7]}"
    (today_paid,) = (amount for day, amount in paid.items() if day.startswith(month))
    assert today_paid == pytest.approx(quota, rel=0.01)
    assert max(paid.values()) <= quota * 1.001


def test_the_shares_of_the_votes_add_up_to_all():
    shares = {}
    for row in rows(votes_figure()):
        shares.setdefault(row["date"], []).append(row["amount"])
    assert all(len(month) == len(VOTERS) for month in shares.values())
    assert all(sum(month) == pytest.approx(1.0, abs=1e-3) for month in shares.values())


@pytest.mark.parametrize("log", [False, True])
def test_twenty_dots_stand_for_the_runs(log):
    drawn = rows(dots_of("redemption_rate", log=log))
    values = simulate(RUNS, today(), 1, keep=("redemption_rate",))["redemption_rate"][today()]
    assert len(drawn) == DOTS
    for number, row in enumerate(drawn):
        assert np.mean(values <= row["value"]) == pytest.approx((number + 0.5) / DOTS, abs=0.002)
    places = {}
    for row in drawn:
        places.setdefault(row["column"], []).append(row["place"])
    assert len(places) <= COLUMNS
    assert all(sorted(column) == [0.5 + place for place in range(len(column))] for column in places.values())
