"""Forecasts against actuals: scores worked by hand, closed forms, and forecasts that the model makes of itself."""

import json
from dataclasses import replace
from hashlib import sha256
from itertools import product
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from agt.analysis import forecasts
from agt.analysis.forecasts import COLUMNS, KEY, LEVELS, QUANTILES, crps, read_forecast, report, score, track_record
from agt.analysis.paired import BASELINE
from agt.calendar import month_number, month_text
from agt.governance import ensemble
from agt.governance.commands import propose
from agt.governance.futures import CHANGED
from agt.records.actuals import FIGURES, SCHEMA, read_actuals
from agt.registry import Faults, load
from agt.registry.decisions import read_lines
from agt.simulation import simulate
from tests.analysis.synthetic import text
from tests.governance.proposals import SOUND
from tests.registry.decided import change, log

OWN = Path(__file__).parents[2] / forecasts.ACTUALS
EFFECTIVE = "2027-01"
EVENLY = LEVELS * 100.0  # the quantiles 1, 2, .. 99
MONTHS = ("2026-12", "2027-01", "2027-02", "2027-03")


def measured(month="2027-01", version=1, published="2028-01-01", **given) -> pd.DataFrame:
    """A row of actuals."""
    row = {"month": month, "published": published, "source": "a test", "version": version} | given
    return SCHEMA.validate(pd.DataFrame([row]))


def forecast(figures=("revenue_usd",), months=MONTHS, changed=EVENLY, naive=EVENLY, scenario="base") -> pd.DataFrame:
    """The same quantiles in every month."""
    economies = {"baseline": naive, "changed": changed}
    heads = [(economy, scenario, *cell) for economy, *cell in product(economies, figures, months)]
    values = np.array([economies[economy] for economy, *_ in heads])
    return pd.concat([pd.DataFrame(heads, columns=list(KEY)), pd.DataFrame(values, columns=list(QUANTILES))], axis=1)


def kept(path, frame=None, **given):
    """A forecast as a dossier keeps it."""
    frame = forecast(**given) if frame is None else frame
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path)
    return path


def refusal(path):
    with pytest.raises(Faults) as error:
        read_forecast(path)
    [fault] = error.value.faults
    return fault.id, fault.message


@pytest.mark.parametrize(
    ("value", "below", "inside"),
    [
        (0.0, 0.0, False),
        (1.0, 0.5 / 99, False),
        (4.9, 4 / 99, False),
        (5.0, 4.5 / 99, True),
        (50.0, 0.5, True),
        (50.5, 50 / 99, True),
        (95.0, 94.5 / 99, True),
        (95.1, 95 / 99, False),
        (1e9, 1.0, False),
    ],
)
def test_a_position_worked_by_hand(value, below, inside):
    [row] = score(measured(revenue_usd=value), forecast(), EFFECTIVE).scored.to_dict("records")
    assert row == {
        "month": "2027-01",
        "version": 1,
        "figure": "revenue_usd",
        "unit": "USD",
        "value": value,
        "q05": 5.0,
        "q50": pytest.approx(50.0),
        "q95": 95.0,
        "below": pytest.approx(below),
        "inside": inside,
        "crps": pytest.approx(crps(value, EVENLY)),
        "crps_naive": pytest.approx(crps(value, EVENLY)),
    }


def test_where_all_futures_agree_the_last_digits_do_not_count():
    flat = np.full(99, np.float32(0.020285), dtype=float)
    [row] = score(measured(price_usd=0.020285), forecast(["price_usd"], changed=flat), EFFECTIVE).scored.to_dict(
        "records"
    )
    assert (row["below"], row["inside"], row["crps"]) == (0.5, True, pytest.approx(0.0, abs=1e-8))


@pytest.mark.parametrize("value", [-5.0, 0.0, 40.0, 107.0])
def test_the_score_of_a_forecast_of_one_value_is_its_distance(value):
    assert crps(value, np.full(99, 40.0)) == pytest.approx(abs(value - 40.0))


@pytest.mark.parametrize(("middle", "spread"), [(0.0, 1.0), (5e6, 3e5), (0.02, 0.004)])
@pytest.mark.parametrize("distance", [0.0, 0.3, -1.0, 2.0, -3.0])
def test_the_score_of_a_normal_distribution(middle, spread, distance):
    """The closed form of Gneiting and Raftery (2007), Journal of the American Statistical Association 102, 359-378.

    Ninety-nine levels leave out the tails, which come to one part in a hundred or little more.
    """
    normal = NormalDist()
    quantiles = np.array([NormalDist(middle, spread).inv_cdf(level) for level in LEVELS])
    exact = distance * (2 * normal.cdf(distance) - 1) + 2 * normal.pdf(distance) - 1 / np.sqrt(np.pi)
    assert crps(middle + distance * spread, quantiles) == pytest.approx(spread * exact, rel=0.015, abs=0.002 * spread)


NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)
ANY = st.lists(NUMBERS, min_size=99, max_size=99).map(lambda values: np.sort(np.array(values)))


@given(NUMBERS, ANY, st.floats(0.1, 10.0), NUMBERS)
def test_scores_are_no_less_than_zero_and_follow_the_unit(value, quantiles, factor, shift):
    found = crps(value, quantiles)
    assert found >= 0.0
    assert crps(value + shift, quantiles + shift) == pytest.approx(found, rel=1e-6, abs=1e-6)
    assert crps(factor * value, factor * quantiles) == pytest.approx(factor * found, rel=1e-6, abs=1e-6)
    assert found <= np.abs(quantiles - value).max() * (1 + 1e-9)


@given(ANY, st.floats(0.0, 1e6), st.booleans())
def test_what_lies_further_out_scores_worse(quantiles, step, above):
    edge = quantiles[-1] if above else quantiles[0]
    further = edge + step if above else edge - step
    assert crps(further, quantiles) >= crps(edge, quantiles) - 1e-6


@given(st.integers(0, 2**32 - 1))
def test_on_average_no_forecast_beats_the_distribution_itself(seed):
    luck = np.random.default_rng(seed)
    spread, shift = luck.uniform(0.5, 2.0), luck.uniform(0.5, 1.0)
    values = np.array([spread * NormalDist().inv_cdf(level) for level in LEVELS])
    honest = np.mean([crps(value, values) for value in values])
    assert honest < np.mean([crps(value, values + shift) for value in values])
    assert honest < np.mean([crps(value, 1.5 * values) for value in values])
    assert honest < np.mean([crps(value, 0.6 * values) for value in values])


def test_every_version_is_scored():
    actuals = pd.concat([measured(revenue_usd=2), measured(version=2, revenue_usd=50)])
    scores = score(actuals, forecast(), EFFECTIVE)
    assert scores.scored[["version", "inside"]].to_numpy().tolist() == [[1, False], [2, True]]
    assert scores.coverage == 0.5


def test_what_cannot_be_scored_is_counted_by_reason():
    actuals = pd.concat(
        [
            measured("2026-12", revenue_usd=5, clients=5),
            measured("2027-01", revenue_usd=5, items_correct=7, items_delivered=3),
            measured("2027-03", items_correct=0, items_audited=0, price_usd=1),
            measured("2027-04", revenue_usd=5),
        ]
    )
    scores = score(actuals, forecast(["revenue_usd", "items_correct", "price_usd"]), EFFECTIVE)
    assert scores.unscored[["month", "figure", "reason"]].to_numpy().tolist() == [
        ["2026-12", "revenue_usd", "before-effect"],
        ["2026-12", "clients", "not-in-forecast"],
        ["2027-01", "items_delivered", "not-in-forecast"],
        ["2027-01", "items_correct", "no-share"],
        ["2027-03", "items_audited", "not-in-forecast"],
        ["2027-03", "items_correct", "no-share"],
        ["2027-04", "revenue_usd", "month-not-forecast"],
    ]
    assert scores.reasons == {"not-in-forecast": 3, "before-effect": 1, "month-not-forecast": 1, "no-share": 2}
    assert scores.scored["figure"].tolist() == ["revenue_usd", "price_usd"]


def test_another_scenario_is_no_forecast_of_what_happens():
    scores = score(measured(revenue_usd=5), forecast(scenario="crypto_winter"), EFFECTIVE)
    assert (len(scores.scored), scores.coverage, scores.relative) == (0, None, None)
    assert scores.reasons["not-in-forecast"] == 1
    assert tuple(scores.scored.columns) == COLUMNS


def test_a_share_is_scored_as_a_share():
    quantiles = LEVELS / 10.0 + 0.88
    scores = score(
        measured(items_correct=372, items_audited=400), forecast(["items_correct"], changed=quantiles), EFFECTIVE
    )
    [row] = scores.scored.to_dict("records")
    assert (row["unit"], row["value"], row["inside"]) == ("share", 0.93, True)


def test_a_forecast_is_held_against_the_one_that_nothing_changes():
    """Figure by figure: half the naive score in one, twice in the other, are as good as the naive forecast."""
    one, two = (forecast([name], changed=EVENLY * 0, naive=EVENLY * 0) for name in ("revenue_usd", "buyback_usd"))
    for frame, economy in ((one, "baseline"), (two, "changed")):
        frame.loc[frame["economy"] == economy, list(QUANTILES)] = 30.0
    for frame in (one, two):
        other = "changed" if frame is one else "baseline"
        frame.loc[frame["economy"] == other, list(QUANTILES)] = 20.0
    actuals = measured(revenue_usd=10, buyback_usd=10)
    assert score(actuals, one, EFFECTIVE).relative == pytest.approx(0.5)
    assert score(actuals, two, EFFECTIVE).relative == pytest.approx(2.0)
    assert score(actuals, pd.concat([one, two]), EFFECTIVE).relative == pytest.approx(1.0)


def test_a_figure_that_was_met_exactly_is_left_out_of_the_ratio_and_named():
    exact = forecast(changed=EVENLY * 0 + 20.000001, naive=EVENLY * 0 + 10)
    for value in (10, 20):
        scores = score(measured(revenue_usd=value), exact, EFFECTIVE)
        assert (scores.relative, scores.met) == (None, ("revenue_usd",))
    other = forecast(["buyback_usd"], changed=EVENLY * 0 + 30, naive=EVENLY * 0 + 20)
    scores = score(measured(revenue_usd=20, buyback_usd=10), pd.concat([exact, other]), EFFECTIVE)
    assert scores.relative == pytest.approx(2.0)
    answer = forecasts.report(scores)
    assert (answer["met_exactly"], answer["scored"]) == (["revenue_usd"], 2)


def test_what_is_kept_is_what_is_read(tmp_path):
    frame = forecast(["revenue_usd", "price_usd"])
    pd.testing.assert_frame_equal(read_forecast(kept(tmp_path / "a", frame)), frame, check_dtype=False)
    single = frame.astype(dict.fromkeys(QUANTILES, np.float32))
    found = read_forecast(kept(tmp_path / "b", single))
    assert score(measured(revenue_usd=5), found, EFFECTIVE).coverage == 1.0


def test_what_a_run_keeps_is_a_forecast(tmp_path):
    (tmp_path / "some").write_bytes(ensemble.written([("changed", "base", "clients", "2027-01")], EVENLY))
    (tmp_path / "none").write_bytes(ensemble.empty())
    assert {CHANGED, BASELINE} == {forecasts.CHANGED, forecasts.NAIVE}
    [row] = read_forecast(tmp_path / "some").to_dict("records")
    assert [row[name] for name in (*KEY, "q05", "q95")] == ["changed", "base", "clients", "2027-01", 5.0, 95.0]
    assert score(measured(clients=5), read_forecast(tmp_path / "none"), EFFECTIVE).reasons["not-in-forecast"] == 1


def test_too_many_rows_are_refused_before_one_is_read(tmp_path, monkeypatch):
    """A few kilobytes that claim, truly, to hold a great many rows."""
    rows = forecasts.ROWS + 1
    names = {name: pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int8)), ["a"]) for name in KEY}
    names = {name: column.cast(pa.string()) for name, column in names.items()}
    numbers = dict.fromkeys(QUANTILES, pa.array(np.zeros(rows)))
    pq.write_table(pa.table(names | numbers), tmp_path / "large")
    assert (tmp_path / "large").stat().st_size < 200_000
    monkeypatch.setattr(pq.ParquetFile, "read", lambda *_, **__: pytest.fail("it was read"))
    assert refusal(tmp_path / "large") == ("forecast-unreadable", "200,001 rows, 200,000 at most")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda frame: frame.drop(columns="q50"), "the column q50 is missing"),
        (lambda frame: frame.assign(q50="5"), "the column q50 is missing or of another type"),
        (lambda frame: frame.assign(month=7), "the column month is missing or of another type"),
        (lambda frame: frame.assign(q50=np.nan), "quantiles must be numbers"),
        (lambda frame: frame.assign(q99=np.inf), "quantiles must be numbers"),
        (lambda frame: frame.assign(q50=0.0), "each at least as large as the one before"),
        (lambda frame: pd.concat([frame, frame]), "no two rows may share them"),
        (lambda frame: frame.assign(figure=[None, *frame["figure"][1:]]), "must be given in every row"),
    ],
)
def test_what_is_no_forecast_is_refused(tmp_path, spoil, said):
    kind, message = refusal(kept(tmp_path / "file", spoil(forecast())))
    assert kind == "forecast-unreadable"
    assert said in message


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"\0" * 100 + b"PAR1", b"text" * 100])
def test_what_is_no_parquet_is_refused(tmp_path, content):
    (tmp_path / "file").write_bytes(content)
    kind, message = refusal(tmp_path / "file")
    assert kind == "forecast-unreadable"
    assert "not the Parquet file of a forecast" in message


def test_a_missing_forecast_is_refused(tmp_path):
    assert refusal(tmp_path / "file")[0] == "file-unreadable"


# A synthetic example: a forecast of the model, and actuals that another of its futures wrote.

LEVER = {"redemption_minimum": {month_number(EFFECTIVE): 2_000.0}}
OURS = [figure for figure in FIGURES if figure.quantity]


@pytest.fixture(scope="module")
def foreseen():
    """What a run of `tests.governance.proposals.SOUND` would keep: quantiles by economy, figure and month."""
    registry, last = load(), month_number("2027-06")
    keep = tuple(name for figure in OURS for name in figure.names(registry))
    heads, rows = [], []
    for economy, settings in (("baseline", {}), ("changed", LEVER)):
        ensemble = simulate(400, last, keep=keep, settings=settings)
        for figure in OURS:
            runs = np.sum([ensemble[name] for name in figure.names(registry)], axis=0)
            for month in range(month_number("2026-11"), last + 1):
                heads.append((economy, "base", figure.column, month_text(month)))
                rows.append(np.quantile(runs[month], LEVELS))
    return pd.concat([pd.DataFrame(heads, columns=list(KEY)), pd.DataFrame(rows, columns=list(QUANTILES))], axis=1)


@pytest.fixture
def repository(tmp_path, foreseen):
    """A repository with one dossier, and actuals marked SYNTHETIC."""
    dossier = tmp_path / "proposals" / "agt-0007"
    dossier.mkdir(parents=True)
    (dossier / "proposal.yml").write_text(SOUND, encoding="utf-8")
    kept(dossier / "ensemble.parquet", foreseen)
    files = {path.name: sha256(path.read_bytes()).hexdigest() for path in dossier.iterdir()}
    (dossier / "manifest.json").write_bytes(rfc8785.dumps({"files": files}))
    actuals = tmp_path / forecasts.ACTUALS
    actuals.parent.mkdir(parents=True)
    actuals.write_text(text(3, ("2026-12", "2027-01", "2027-02", "2027-07")), encoding="utf-8")
    return tmp_path


def test_a_future_of_the_model_is_scored(repository):
    actuals = read_actuals(repository / forecasts.ACTUALS).frame
    assert actuals["source"].str.startswith("SYNTHETIC").all()
    scores = score(actuals, read_forecast(repository / "proposals" / "agt-0007" / "ensemble.parquet"), EFFECTIVE)
    ours = len(OURS)
    assert len(scores.scored) == 3 * ours  # January, its revision, and February
    assert scores.reasons == {
        "not-in-forecast": 5 * (len(FIGURES) - ours),
        "before-effect": ours,
        "month-not-forecast": ours,
        "no-share": 0,
    }
    assert scores.coverage > 0.6
    assert 0.5 < scores.relative < 2.0
    given = sum(scores.reasons.values()) + len(scores.scored)
    assert given == int(actuals[[figure.column for figure in FIGURES]].notna().to_numpy().sum())
    json.dumps(report(scores), allow_nan=False)


def test_nine_in_ten_quantiles_lie_inside(foreseen):
    cell = foreseen[(foreseen["economy"] == "changed") & (foreseen["figure"] == "revenue_usd")].iloc[5]
    values = [float(cell[name]) for name in QUANTILES]
    rows = pd.concat([measured(cell["month"])] * 99, ignore_index=True).assign(revenue_usd=values)
    assert score(rows, foreseen, EFFECTIVE).coverage == pytest.approx(91 / 99)


def test_the_command(repository):
    dossier, actuals = repository / "proposals" / "agt-0007", repository / forecasts.ACTUALS
    done = CliRunner().invoke(propose, ["score", str(dossier), str(actuals)])
    assert done.exit_code == 0
    assert f"{3 * len(OURS)} figures scored; " in done.stdout
    assert f"{len(OURS)} not scored: the month lies before the month of effect, 2027-01" in done.stdout
    answer = json.loads(CliRunner().invoke(propose, ["score", str(dossier), str(actuals), "--json"]).stdout)
    assert (answer["effective"], answer["scored"]) == (EFFECTIVE, 3 * len(OURS))
    assert answer["actuals_sha256"] == sha256(actuals.read_bytes()).hexdigest()
    assert len(answer["figures"]) + len(answer["not_scored"]) == answer["scored"] + answer["unscored"]
    (dossier / "ensemble.parquet").unlink()
    done = CliRunner().invoke(propose, ["score", str(dossier), str(actuals)])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "error[file-unreadable]" in done.stderr


def test_a_file_without_anything_to_score_says_so(repository, tmp_path):
    path = tmp_path / "actuals.csv"
    path.write_text("month,published,source,version,clients\n2026-11,2026-12-01,a test,1,5\n", encoding="utf-8")
    done = CliRunner().invoke(propose, ["score", str(repository / "proposals" / "agt-0007"), str(path)])
    assert (done.exit_code, done.stdout.splitlines()) == (
        0,
        ["No figure could be scored", "1 not scored: the month lies before the month of effect, 2027-01"],
    )


def test_a_proposal_that_changes_nothing_has_no_forecast(repository):
    dossier = repository / "proposals" / "agt-0007"
    content = SOUND.replace("type: parameter", "type: text")
    start, end = content.index("changes:"), content.index("rationale:")
    content = f"{content[:start]}changes: []\nexpected: []\n{content[end:]}"
    (dossier / "proposal.yml").write_text(content, encoding="utf-8")
    done = CliRunner().invoke(propose, ["score", str(dossier), str(repository / forecasts.ACTUALS)])
    assert done.exit_code == 2
    assert "has no forecast to be scored" in done.stderr


def decided(repository, **given):
    """The registry with the decision on the dossier."""
    manifest = (repository / "proposals" / "agt-0007" / "manifest.json").read_bytes()
    entry = {"proposal": "agt-0007", "dossier": sha256(manifest).hexdigest()} | given
    faults = []
    made = read_lines(log(([change("redemption_minimum", "3000", "2000", EFFECTIVE)], entry)), "a test", faults)
    assert faults == []
    return replace(load(), decisions=made)


def test_an_empty_log_has_no_track_record(tmp_path):
    assert track_record(replace(load(), decisions=()), tmp_path) == []


def test_the_track_record_of_a_decision(repository):
    [track] = track_record(decided(repository), repository)
    scores = score(
        read_actuals(repository / forecasts.ACTUALS).frame,
        read_forecast(repository / "proposals" / "agt-0007" / "ensemble.parquet"),
        EFFECTIVE,
    )
    assert track == (
        "agt-0007",
        EFFECTIVE,
        len(scores.scored),
        scores.coverage,
        scores.relative,
        len(scores.unscored),
        "",
    )


@pytest.mark.parametrize("content", [None, "", (OWN).read_text(encoding="utf-8")])
def test_where_nothing_was_published_nothing_is_scored(repository, content):
    path = repository / forecasts.ACTUALS
    path.unlink() if content is None else path.write_text(content, encoding="utf-8")
    assert track_record(decided(repository), repository) == [("agt-0007", EFFECTIVE, 0, None, None, 0, "")]


def test_a_forecast_that_is_not_the_one_voted_on_is_not_scored(repository):
    dossier = repository / "proposals" / "agt-0007"
    registry = decided(repository)
    given = sum(len(one) for one in score(read_actuals(repository / forecasts.ACTUALS).frame, forecast(), EFFECTIVE))
    [track] = track_record(decided(repository, dossier="0" * 64), repository)
    assert (track.scored, track.coverage, track.unscored) == (0, None, given)
    assert "the dossier is not the one that was voted on" in track.problem
    kept(dossier / "ensemble.parquet")
    assert "the forecast is not the one of the dossier" in track_record(registry, repository)[0].problem
    (dossier / "ensemble.parquet").unlink()
    [track] = track_record(registry, repository)
    assert (track.unscored, "check the path" in track.problem) == (given, True)


def test_the_daos_own_actuals():
    """None are published yet: a header, which is read as no rows."""
    assert read_actuals(OWN).frame.empty
    assert list(read_actuals(OWN).frame.columns) == list(SCHEMA.columns)
