"""Pages on governance: every entry of the registry stands there, verdicts are today's or marked, nothing is made up."""

import json
import re
from dataclasses import replace
from hashlib import sha256
from html import escape
from pathlib import Path

import pandas as pd
import pytest

from agt.analysis.bounds import highest, lowest
from agt.analysis.forecasts import NAIVE, QUANTILES, read_forecast, score
from agt.calendar import month_text
from agt.governance.dossier import sources
from agt.governance.suite import PRESETS
from agt.governance.verdict import ORDER
from agt.pages import build, contents, governance
from agt.records.actuals import read_actuals
from agt.registry import load
from agt.registry.decisions import read_lines
from agt.simulation import today
from tests.governance.proposals import SOUND
from tests.registry.decided import change, log

ROOT = contents.ROOT
SYNTHETIC = ROOT / "book" / "economy" / "actuals-synthetic.csv"
NOW = dict.fromkeys(governance.PARTS, "0" * 64)
FULL = PRESETS["full"]
QUOTA = {"parameter": "redemption_quota", "from": "15000000", "to": "7500000", "effective": "2027-01"}
RESULTS = {"verdict": "WARN", "beacon": None, "changes": [QUOTA]}


def rows(page):
    """The rows of a page's table, each as the HTML of its cells."""
    return [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in re.findall(r"<tr>(<td.*?)</tr>", page)]


def file(folder, results=RESULTS, made=NOW, name="agt-0007", title="Halve the <b>quota</b>", **manifest):
    """A dossier of which only what the index reads is there."""
    place = folder / name
    place.mkdir()
    proposal = re.sub(r"^title: .*$", f'title: "{title}"', SOUND, flags=re.MULTILINE)
    content = {"proposal.yml": proposal.encode(), "results.json": json.dumps(results).encode()}
    for own, written in content.items():
        (place / own).write_bytes(written)
    files = {own: sha256(written).hexdigest() for own, written in content.items()}
    (place / "manifest.json").write_text(json.dumps({"files": files, "preset": "full", "sources": made} | manifest))
    return place


@pytest.mark.parametrize("section", ["checks", "guardrails", "groups", "scenarios"])
def test_a_table_holds_every_entry_of_the_registry(section):
    entries, found = getattr(load(), section), rows(getattr(governance, section)())
    assert len(found) == len(entries)
    for row, (name, entry) in zip(found, entries.items(), strict=True):
        assert escape(entry.title) in row[0] and name in row[0]


def test_checks_and_guardrails_say_what_the_registry_says():
    registry = load()
    for row, one in zip(rows(governance.checks()), registry.checks.values(), strict=True):
        assert row[1:3] == [escape(one.what), escape(one.why)] and one.otherwise in row[3]
    for row, one in zip(rows(governance.guardrails()), registry.guardrails.values(), strict=True):
        allowed = [
            "not judged" if share is None else f"{100 * share.normalize():f} of 100" for share in (one.chance, one.rise)
        ]
        assert row[2:4] == allowed and escape(one.reason) in row[0]


def test_the_verdicts_are_those_there_are_and_every_check_leads_to_one():
    found = rows(governance.verdicts())
    assert [re.sub("<.*?>", "", row[0]) for row in found] == list(ORDER)
    assert sum(row[2].count("; ") + (row[2] != "–") for row in found) == len(load().checks)


@pytest.mark.parametrize("futures", [FULL.runs, FULL.futures, FULL.most])
@pytest.mark.parametrize("limit", [0.02, 0.05, 0.32])
def test_thresholds_are_where_the_bounds_cross_the_limit(futures, limit):
    one = governance.threshold(limit, futures, FULL.error)
    assert highest(one.passing, futures, FULL.error) <= limit < highest(one.passing + 1, futures, FULL.error)
    assert lowest(one.failing - 1, futures, FULL.error) <= limit < lowest(one.failing, futures, FULL.error)


def test_a_limit_that_nothing_passes_or_fails_has_no_threshold():
    assert governance.threshold(0.001, 10, FULL.error) == (10, -1, 2)  # 45 pairs of a millionth
    assert governance.threshold(0.9999, 10, FULL.error).failing == 11


def test_the_band_of_the_picture_narrows_about_the_limit():
    shown = next(iter(governance.funnel("runway_short").spec["datasets"].values()))
    assert [shown[0]["futures"], shown[-1]["futures"]] == [FULL.runs, FULL.most]
    assert all(row["passes"] < row["limit"] < row["fails"] for row in shown)
    assert shown[-1]["fails"] - shown[-1]["passes"] < (shown[0]["fails"] - shown[0]["passes"]) / 3


@pytest.mark.parametrize(("share", "says"), [(0.0, "kept"), (0.05, "close"), (0.2, "broken")])
def test_what_today_breaks_is_judged_by_bounds(monkeypatch, share, says):
    limits = dict.fromkeys(load().guardrails, 0.0) | {"runway_short": share}
    found = {"runs": 2_000, "scenarios": {"base": {"breaches": limits}}}
    monkeypatch.setattr(governance, "result", lambda _: found)
    shown = governance.today_breaks()
    assert ("Broken already: Rewards run out (20.0 of 100" in shown) == (says == "broken")
    assert ("Too close to say: Rewards run out (5.0 of 100" in shown) == (says == "close")
    assert ("Rewards run out" in shown) == (says != "kept")


def test_no_dossier_is_said_to_be_none(tmp_path):
    assert "No proposal has been run yet" in governance.proposals(tmp_path, NOW)


def test_the_index_says_what_a_dossier_says_escaped(tmp_path):
    file(tmp_path)
    [row] = rows(governance.proposals(tmp_path, NOW))
    assert '<a href="../../proposals/agt-0007/report.html">agt-0007</a>' in row[0]
    assert "Halve the &lt;b&gt;quota&lt;/b&gt;" in row[0]
    assert row[1] == "redemption_quota: 15,000,000 AGT → 7,500,000 AGT from January 2027"
    assert row[2:5] == ["<b>WARN</b>", "full", "draft: the suite’s own luck"]
    assert "stale" not in row[5]


def test_beacon_and_nothing_simulated_are_named(tmp_path):
    beacon = {"value": "ab", "source": "drand, round 1"}
    file(tmp_path, {"verdict": "INCONCLUSIVE", "nothing_simulated": True, "beacon": beacon, "changes": []})
    [row] = rows(governance.proposals(tmp_path, NOW))
    assert row[1:5] == ["no number", "<b>INCONCLUSIVE: nothing simulated</b>", "full", "beacon: drand, round 1"]


@pytest.mark.parametrize("part", governance.PARTS)
def test_a_stale_dossier_is_marked_with_what_has_changed(tmp_path, part):
    file(tmp_path, made=NOW | {part: "1" * 64})
    [row] = rows(governance.proposals(tmp_path, NOW))
    assert row[5] == f"<b>stale</b>: another {governance.PARTS[part]}"


def test_every_source_of_a_dossier_is_compared(tmp_path):
    assert governance.PARTS.keys() == sources(ROOT).keys()
    file(tmp_path, made=sources(ROOT))
    [row] = rows(governance.proposals(tmp_path))
    assert "stale" not in row[5]


@pytest.mark.parametrize("spoilt", ["results.json", "proposal.yml"])
def test_a_file_that_is_not_its_manifests_has_no_verdict(tmp_path, spoilt):
    place = file(tmp_path)
    (place / spoilt).write_bytes((place / spoilt).read_bytes() + b"\n")
    [row] = rows(governance.proposals(tmp_path, NOW))
    assert f"{spoilt} is not the file of its manifest" in row[2] and "WARN" not in row[2] and "stale" in row[5]


@pytest.mark.parametrize(
    "results", [{**RESULTS, "verdict": "GOOD"}, {**RESULTS, "changes": [{}]}, [], {**RESULTS, "beacon": "none"}]
)
def test_a_dossier_that_cannot_be_read_says_so_and_stops_nothing(tmp_path, results):
    file(tmp_path, results)
    file(tmp_path, name="agt-0008")
    bad, good = rows(governance.proposals(tmp_path, NOW))
    assert bad[2].startswith("<b>none</b>") and good[2] == "<b>WARN</b>"


def test_an_earlier_edition_and_what_a_run_left_behind(tmp_path):
    file(tmp_path, {"changes": []})
    file(tmp_path, name=".agt-0007.new")
    [row] = rows(governance.proposals(tmp_path, NOW))
    assert "earlier edition" in row[2] and "stale" in row[5]


def test_an_empty_log_says_so():
    empty = replace(load(), decisions=())
    assert "log is empty" in governance.decision_log(empty)
    assert "No decision yet" in governance.track(empty)


def test_a_decision_of_a_log_appears_with_its_digests(tmp_path):
    place, faults = tmp_path / "decisions.jsonl", []
    place.write_bytes(log([change("redemption_quota", "15000000", "7500000", "2027-01")]))
    registry = replace(load(), decisions=read_lines(place.read_bytes(), place.name, faults))
    assert faults == []
    [row], [decision] = rows(governance.decision_log(registry)), registry.decisions
    assert row[0] == "1" and "proposals/agt-0001/report.html" in row[1] and row[2] == "2026-12-15"
    assert row[3] == "redemption_quota: 15,000,000 AGT → 7,500,000 AGT from January 2027"
    digests = row[4].replace("<wbr>", "")
    for name in ("effect", "results", "dossier", "tally", "previous"):
        assert getattr(decision, name) in digests
    [tracked] = rows(governance.track(registry, tmp_path))
    assert tracked == ["agt-0001", "January 2027", "0", "–", "–", "0"]


def test_the_example_is_synthetic_and_scores_the_first_month_that_nobody_has_seen(tmp_path):
    measured, made = read_actuals(SYNTHETIC).frame, governance.example()
    assert measured["source"].str.startswith("SYNTHETIC").all()
    assert made.effective == month_text(today() + 1)
    scores = score(measured, made.forecast, made.effective)
    assert set(scores.scored["month"]) == {made.effective}
    page = governance.scored(scores, synthetic=True)
    assert "SYNTHETIC" in page and len(rows(page)) == len(scores.scored) > 10
    inside = int(scores.scored["inside"].sum())
    assert f"{inside} of {len(scores.scored)} figures" in governance.summed_up(scores)
    assert page.count("<b>outside</b>") == len(scores.scored) - inside
    made.forecast.to_parquet(tmp_path / "forecast.parquet")
    pd.testing.assert_frame_equal(read_forecast(tmp_path / "forecast.parquet"), made.forecast, check_dtype=False)


def test_the_example_without_the_change_is_another_economy():
    forecast = governance.example().forecast.set_index(["economy", "figure"])[list(QUANTILES)]
    assert not forecast.loc[NAIVE].equals(forecast.loc["changed"])


def test_the_vectors_that_the_page_links_to_are_copied(tmp_path):
    build.offer_vectors(ROOT, tmp_path)
    page = (ROOT / "book" / "reference" / "vectors.md").read_text(encoding="utf-8")
    linked = re.findall(r'href="\.\./\.\./_static/vectors/([^"]+)"', page)
    assert sorted(linked) == sorted(path.name for path in tmp_path.iterdir())
    assert all((tmp_path / name).read_bytes() == (ROOT / build.VECTORS / name).read_bytes() for name in linked)


def test_the_commands_that_the_guide_names_are_there():
    from typer.main import get_command

    from agt.governance.commands import propose
    from agt.governance.criteria import criteria
    from agt.governance.dossier import NAMES

    guide = (ROOT / "book" / "governance" / "how-to-propose.md").read_text(encoding="utf-8")
    commands = get_command(propose).commands
    assert set(re.findall(r"agt propose ([a-z]+)", guide)) == commands.keys()
    for name, options in re.findall(r"agt propose ([a-z]+)[^\n]*?((?: --[a-z-]+[^\n]*)?)\n", guide):
        known = {option for parameter in commands[name].params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", options)) <= known
    assert set(re.findall(r"^- `([^`]+\.[a-z]+)`:", guide, re.MULTILINE)) == set(NAMES)
    assert set(re.findall(r"`(guardrails\.[^`]+)`", guide)) <= criteria(load()).keys()
    assert all(f"**{verdict}**" in guide for verdict in ORDER)


@pytest.mark.parametrize("name", ["guardrails", "proposals", "decisions"])
def test_the_chapters_hide_only_one_line_renders(name):
    notebook = contents.load(Path(ROOT, "book", "governance", f"{name}.ipynb"))
    for cell in notebook["cells"]:
        if cell["metadata"].get("tags"):
            assert "".join(cell["source"]).count("\n") == 0
