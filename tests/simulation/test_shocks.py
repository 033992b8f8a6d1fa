"""Luck: every draw has an address, follows its law, and is moved by nothing that is added elsewhere."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from scipy import stats

from agt.registry import Shock, load
from agt.registry.schema import Beta, LogNormal, Uniform
from agt.simulation.chunk import Given, Request
from agt.simulation.shocks import draw, prior_at, prior_chance, prior_id, uniform
from tests.months import play_months

REGISTRY = load()
MANY = 40_000
NINETY = stats.norm.ppf(0.95)
LEVELS = np.array([0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99])


def shock(law, degrees=None, clip="4", id=77):
    text = {"symbol": "x", "meaning": "x", "source": "x"}
    return Shock(id=id, law=law, degrees=degrees, clip=Decimal(clip), **text)


def test_uniform_draws_are_uniform():
    chance = uniform(1, 2, 3, 0, MANY)
    assert 0.0 <= chance.min() < 1e-3
    assert 1.0 - 1e-3 < chance.max() < 1.0
    assert chance.mean() == pytest.approx(1 / 2, abs=4 * (1 / 12 / MANY) ** 0.5)
    assert chance.var() == pytest.approx(1 / 12, abs=4 * (1 / 180 / MANY) ** 0.5)
    assert stats.kstest(chance, "uniform").pvalue > 0.001


@pytest.mark.parametrize(
    "pair",
    [
        (uniform(1, 2, 3, 0, MANY), uniform(1, 2, 4, 0, MANY)),
        (uniform(1, 2, 3, 0, MANY), uniform(1, 3, 3, 0, MANY)),
        (uniform(1, 2, 3, 0, MANY), uniform(2, 2, 3, 0, MANY)),
        (uniform(1, 2, 3, 0, MANY), uniform(1, 3, 2, 0, MANY)),
        (uniform(1, 2, 3, 0, MANY)[1:], uniform(1, 2, 3, 0, MANY)[:-1]),
        (uniform(1, 2, 3, 0, MANY)[4:], uniform(1, 2, 3, 0, MANY)[:-4]),
    ],
)
def test_different_addresses_have_nothing_in_common(pair):
    assert abs(np.corrcoef(*pair)[0, 1]) < 4 / MANY**0.5


@pytest.mark.parametrize("first", [0, 4, 20, 2**31 - 4])
def test_a_run_has_its_number_wherever_the_chunk_begins(first):
    assert np.array_equal(uniform(9, 1, 5, first, 16)[8:], uniform(9, 1, 5, first + 8, 8))


def test_the_number_of_runs_does_not_matter():
    assert np.array_equal(uniform(9, 1, 5, 0, 7), uniform(9, 1, 5, 0, 1_000)[:7])


def test_the_largest_addresses_are_addresses_too():
    far = uniform(2**64 - 1, 2**32 - 1, 2**32 - 1, 0, 8)
    assert len({*far.tolist(), *uniform(2**64 - 1, 2**32 - 1, 2**32 - 2, 0, 8).tolist()}) == 16


@pytest.mark.parametrize("first", [1, 2, 3, 6])
def test_a_chunk_begins_at_a_multiple_of_four(first):
    with pytest.raises(ValueError, match="no multiple of 4"):
        uniform(1, 1, 1, first, 4)


# Whatever the law, the draw is the quantile of the address's own uniform number: scipy.stats says which.


def test_a_normal_draw_is_the_normal_quantile():
    found, clipped = draw(shock("normal", clip="40"), 3, 6, 0, MANY)
    assert np.allclose(found, stats.norm.ppf(uniform(3, 77, 6, 0, MANY)), rtol=1e-12, atol=1e-14)
    assert clipped == 0


@pytest.mark.parametrize("degrees", [3, 5, 8])
def test_a_student_draw_is_the_quantile_brought_to_unit_variance(degrees):
    found, _ = draw(shock("student_t", degrees, clip="1000"), 3, 6, 0, MANY)
    expected = stats.t(degrees).ppf(uniform(3, 77, 6, 0, MANY)) / stats.t(degrees).std()
    assert np.allclose(found, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", REGISTRY.shocks)
def test_every_shock_of_the_registry_follows_its_law(name):
    entry = REGISTRY.shocks[name]
    law = stats.norm() if entry.law == "normal" else stats.t(entry.degrees, scale=1 / stats.t(entry.degrees).std())
    found = np.concatenate([draw(entry, 1, month, 0, 2_000)[0] for month in range(1, 41)])
    assert stats.kstest(found, law.cdf).pvalue > 0.001
    spread = np.sqrt(LEVELS * (1 - LEVELS) / len(found)) / law.pdf(law.ppf(LEVELS))
    assert np.all(np.abs(np.quantile(found, LEVELS) - law.ppf(LEVELS)) < 4 * spread)
    assert found.mean() == pytest.approx(0.0, abs=4 / len(found) ** 0.5)
    clipped = law.expect(lambda value: np.clip(value, -4.0, 4.0) ** 2, lb=-50, ub=50)
    assert found.var() == pytest.approx(clipped, abs=0.02)


def test_clipped_draws_lie_at_the_edge_and_are_counted():
    free, none = draw(shock("student_t", 5, clip="1000"), 3, 6, 0, MANY)
    found, clipped = draw(shock("student_t", 5, clip="2.5"), 3, 6, 0, MANY)
    beyond = np.abs(free) > 2.5
    assert (none, clipped) == (0, np.count_nonzero(beyond))
    assert set(np.abs(found[beyond]).tolist()) == {2.5}
    assert np.array_equal(found[~beyond], free[~beyond])
    # Of a Student-t of 5 degrees brought to unit variance, 1.1 % and 0.4 % lie beyond 3 and 4 standard deviations.
    share = 2 * stats.t(5).sf(2.5 * stats.t(5).std())
    assert clipped / MANY == pytest.approx(share, abs=4 * (share / MANY) ** 0.5)


def test_a_run_counts_its_clipped_draws():
    given = Given(REGISTRY, Request(40, 1, ()), first=0, runs=400)
    months = [given(month) for month in range(1, 41)]
    edge = sum(np.count_nonzero(np.abs(month[name]) == 4.0) for month in months for name in REGISTRY.shocks)
    assert given.clipped == edge > 0
    assert given.draws == 40 * 400 * len(REGISTRY.shocks)


# Priors.


@pytest.mark.parametrize(
    ("prior", "law"),
    [
        (Uniform(law="uniform", low=Decimal("0.2"), high=Decimal("0.7")), stats.uniform(0.2, 0.5)),
        (
            LogNormal(law="lognormal", low=Decimal(2), high=Decimal(50)),
            stats.lognorm(np.log(5) / NINETY, scale=10),
        ),
        (Beta(law="beta", alpha=Decimal(2), beta=Decimal(5)), stats.beta(2, 5)),
    ],
)
def test_a_prior_is_drawn_from_its_law(prior, law):
    found = prior_at(prior, prior_chance("some_name", 1, 0, MANY))
    assert stats.kstest(found, law.cdf).pvalue > 0.001
    assert np.allclose(found, law.ppf(uniform(1, prior_id("some_name"), 2**32 - 1, 0, MANY)), rtol=1e-9)


def test_nine_draws_in_ten_of_a_lognormal_prior_lie_between_low_and_high():
    found = prior_at(
        LogNormal(law="lognormal", low=Decimal(2), high=Decimal(50)), prior_chance("some_name", 1, 0, MANY)
    )
    assert np.mean((found > 2.0) & (found < 50.0)) == pytest.approx(0.9, abs=4 * (0.09 / MANY) ** 0.5)
    assert np.mean(found <= 2.0) == pytest.approx(0.05, abs=4 * (0.0475 / MANY) ** 0.5)


def test_ids_of_priors_never_collide():
    names = [name for name, entry in REGISTRY.parameters.items() if entry.prior]
    assert len({prior_id(name) for name in names}) == len(names) > 80
    assert all(0 <= prior_id(name) < 2**32 for name in names)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("market_beta", 0x89ED01EA), ("redemption_trust", 0x30F8FE08)],
)
def test_the_id_of_a_prior_hangs_on_its_name_alone(name, expected):
    """The first eight hexadecimal digits of `printf market_beta | sha256sum`, and so on."""
    assert prior_id(name) == expected


def test_draws_stay_in_the_bounds():
    given = Given(REGISTRY, Request(1, 1, ()), first=0, runs=5_000)(1)
    for name, entry in REGISTRY.parameters.items():
        assert float(entry.bounds[0]) <= np.min(given[name]) <= np.max(given[name]) <= float(entry.bounds[1]), name


def test_the_value_is_one_that_the_prior_may_draw():
    for name, entry in REGISTRY.parameters.items():
        if entry.prior and entry.prior.law != "beta":
            assert entry.prior.low <= entry.value <= entry.prior.high, name


# Addressability: what is added elsewhere moves nothing.


def extended():
    """The registry with one more shock and one more parameter, both put first."""
    text = {"symbol": "x", "meaning": "x", "source": "x"}
    newcomer = shock("normal", id=99)
    trait = REGISTRY.parameters["market_beta"].model_copy(update={**text, "kind": "assumption"})
    return replace(
        REGISTRY,
        shocks={"aaa_noise": newcomer} | REGISTRY.shocks,
        parameters={"aaa_trait": trait} | REGISTRY.parameters,
    )


@pytest.mark.parametrize("month", [1, 7, 30])
def test_a_new_shock_and_a_new_prior_move_no_other(month):
    before = Given(REGISTRY, Request(30, 1, ()), first=8, runs=16)(month)
    after = Given(extended(), Request(30, 1, ()), first=8, runs=16)(month)
    assert set(after) - set(before) == {"aaa_noise", "aaa_trait"}
    assert [name for name in before if not np.array_equal(before[name], after[name])] == []


def test_luck_does_not_depend_on_what_is_decided():
    plain = Given(REGISTRY, Request(30, 1, ()), first=0, runs=16)(25)
    decided = Given(REGISTRY, Request(30, 1, (), {"redemption_quota": {20: 0.0}}), first=0, runs=16)(25)
    assert [name for name in plain if not np.array_equal(plain[name], decided[name])] == ["redemption_quota"]


def test_month_0_has_no_luck():
    month, _, state = next(play_months(Request(0, 1, ()), runs=4))
    assert month == 0
    assert not set(REGISTRY.shocks) & set(state)
