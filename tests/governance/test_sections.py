"""The sections say in words what the results are, and what they say of the worst cases is exact."""

import copy

import pytest

from agt.governance import details, sections, snapshot, suite, wording
from agt.governance.execution import template
from agt.governance.order import Order
from agt.governance.proposal import check
from agt.governance.report import Report
from agt.registry import load
from tests.governance.proposals import SOUND

LEVER = "redemption_minimum\n    from: 3000\n    to: 2000"
AS_OF = "2026-11-25"
FEW = suite.Preset("minimal", blocks=1, runs=8, most=8)


def report(lever: str = LEVER, *, beacon: str = "", others=None, more: str = "") -> Report:
    content = SOUND.replace(LEVER, lever).replace("effective: 2027-01", f"effective: 2027-05{more}").encode()
    order = Order("minimal", AS_OF, beacon, "a test" if beacon else "")
    others = others or {}
    return Report(content, check(content, "proposal.yml", as_of=AS_OF, companions=others), load(), order, others)


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """A handful of futures is enough for words."""
    monkeypatch.setitem(suite.PRESETS, "minimal", FEW)


@pytest.fixture(scope="module")
def halved():
    """The quota made smaller by a third, in a few futures; played once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(suite.PRESETS, "minimal", FEW)
        found = report("redemption_quota\n    from: 15000000\n    to: 10000000")
        assert found.results["verdict"] in ("INCONCLUSIVE", "FAIL")
        return found


def text(section) -> str:
    return section._repr_mimebundle_()["text/html"]


def with_results(shown: Report, **changes) -> Report:
    """The report with other results, as whoever verifies a dossier gives them."""
    given = copy.deepcopy(shown.results) | changes
    return Report(shown.content, shown.proposal, shown.registry, shown.order, shown.others, given)


def test_a_change_is_shown_exactly_as_written(halved):
    page = text(sections.verdict(halved))
    assert "15,000,000 → 10,000,000 AGT from May 2027" in page
    fine = report("redemption_expiry\n    from: 0\n    to: 0.0001")
    assert "0 → 0.0001 share" in text(sections.changes(fine))
    assert "0 to 0.5 share" in text(sections.changes(fine))
    assert "not published → 0.1" in text(sections.changes(report("voting_quorum\n    from: unpublished\n    to: 0.1")))


def test_a_step_that_is_too_large_is_said_to_be():
    shown = text(sections.changes(report("redemption_quota\n    from: 15000000\n    to: 5000000")))
    assert "10,000,000 from 15,000,000, the value in force; larger than the largest foreseen, 7,500,000" in shown


def test_prices_are_shown_in_percent_only(halved):
    row = next(row for row in halved.results["effects"] if row["measure"] == "value")
    cells = sections._effect(halved, row)
    assert "\u00a0%" in str(cells[1])
    assert "→" not in str(cells[1])


def test_what_does_nothing_is_not_exercised_and_never_passes(monkeypatch):
    """A lever that no policy reads may wait for the next vote: a sleeper."""
    unread = load().parameters["voting_quorum"].model_copy(update={"read_by": "nothing yet"})
    monkeypatch.setitem(load().parameters, "voting_quorum", unread)
    shown = report("voting_quorum\n    from: unpublished\n    to: 0.05")
    monkeypatch.setattr("agt.governance.futures.Futures.moved", lambda *_: frozenset())
    (found,) = [row for row in shown.results["checks"] if row["check"] == "exercised"]
    assert found == {
        "check": "exercised",
        "verdict": "INCONCLUSIVE",
        "found": "not exercised: in no future does a change of voting_quorum move anything",
    }
    assert shown.results["verdict"] != "PASS"


def test_a_null_proposal_changes_nothing_and_says_so():
    shown = report("redemption_quota\n    from: 15000000\n    to: 15000000")
    results = shown.results
    assert results["null"]
    assert results["moved"] == {"changed": []}
    assert {row["says"] for row in results["effects"]} == {"same"}
    assert all(row["low"] == row["middle"] == row["high"] == 0.0 for row in results["effects"])
    failing = [row["check"] for row in results["checks"] if row["verdict"] != "PASS"]
    assert failing == ["expectations"]  # it expects something of nothing
    assert "Changes nothing." in sections.meaning(shown)


def test_a_harmful_change_does_not_hide_behind_a_helpful_one():
    """Alone the second change doubles the quota; with a few futures the limits are open, so it is named as open."""
    other = "\n  - parameter: redemption_quota\n    from: 15000000\n    to: 30000000\n    effective: 2027-05"
    shown = report("quality_expert_review\n    from: unpublished\n    to: 0.2", more=other)
    (alone,) = [row for row in shown.results["checks"] if row["check"] == "alone"]
    assert alone["verdict"] != "PASS"
    assert set(shown.results["alone"]) == {"quality_expert_review", "redemption_quota"}
    assert set(shown.results["moved"]) == {"changed", "alone quality_expert_review", "alone redemption_quota"}
    assert "redemption_quota" in text(details.others(shown))


def test_a_beacon_brings_futures_of_its_own():
    shown = report(beacon="ab" * 32)
    assert set(shown.results["samples"]) == set(shown.results["seeds"]) == {"suite", "beacon"}
    assert shown.results["seeds"]["suite"] != shown.results["seeds"]["beacon"]
    assert "ab" * 32 in text(sections.status(shown))
    assert "Draft" not in text(sections.status(shown))
    assert "Draft: the proposer could know these futures." in text(sections.status(report()))


def test_other_final_proposals_are_played_together_and_rivals_are_named():
    def final(id: str, lever: str) -> bytes:
        changed = SOUND.replace(LEVER, lever).replace("agt-0007", id).replace("status: draft", "status: final")
        return changed.replace("effective: 2027-01", "effective: 2027-05").encode()

    others = {
        "agt-0008": final("agt-0008", "redemption_quota\n    from: 15000000\n    to: 14000000"),
        "agt-0009": final("agt-0009", "redemption_minimum\n    from: 3000\n    to: 2500"),
        "agt-0010": SOUND.replace("agt-0007", "agt-0010").encode(),
    }
    shown = report(others=others)
    assert list(shown.results["stack"]["with"]) == ["agt-0008"]
    assert list(shown.results["stack"]["rivals"]) == ["agt-0009"]
    page = text(details.others(shown))
    assert "Rivals" in page
    assert "agt-0010" not in page


def test_a_relabelled_copy_says_the_same(halved):
    content = halved.content.replace(b"agt-0007", b"agt-0008").replace(b"Lower the minimum", b"Another name")
    again = Report(content, check(content, "x", as_of=AS_OF), load(), halved.order, {})
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(suite.PRESETS, "minimal", FEW)
        results = again.results
    assert results["proposal"] != halved.results["proposal"]
    assert {**results, "proposal": ""} == {**halved.results, "proposal": ""}


def test_a_text_is_not_simulated_and_never_passes():
    content = SOUND[: SOUND.index("changes:")].replace("type: parameter", "type: text")
    content += "changes: []\nexpected: []\nrationale: Because.\nreview_by: 2028-01\n"
    proposal = check(content.encode(), "x", as_of=AS_OF)
    shown = Report(content.encode(), proposal, load(), Order("minimal", AS_OF), {})
    assert shown.results["verdict"] == "INCONCLUSIVE"
    assert "Nothing simulated" in sections.meaning(shown)
    for cell in template("Proposal")["cells"][4:]:
        if cell["cell_type"] == "code":
            assert eval(cell["source"], {"sections": sections, "details": details, "report": shown})
    assert "Nothing was simulated." in snapshot.snapshot(shown)


@pytest.mark.parametrize(
    ("better", "more", "less", "words"),
    [
        ("higher", 62, 38, "better in 62 of 100, worse in 38 of 100"),
        ("higher", 38, 62, "worse in 62 of 100, better in 38 of 100"),
        ("lower", 0, 100, "better in more than 99 of 100"),
        ("lower", 100, 0, "worse in more than 99 of 100"),
        ("neither", 0, 90, "lower in 90 of 100"),
        ("higher", 0, 0, "matters in fewer than 1 of 100"),
    ],
)
def test_how_often_is_said_in_one_way(better, more, less, words):
    measure = load().measures["price"].model_copy(update={"better": better})
    assert wording.chance({"more": more, "less": less, "futures": 100}, measure) == words


def test_small_numbers_are_never_rounded_away():
    measures = load().measures
    assert wording.signed(0.0004567, measures["accuracy"]) == "+0.0457 points"
    assert wording.signed(-0.2, measures["price"]) == "−20\u00a0%"
    assert wording.signed(12.0, measures["reward_runway"]) == "+12 months"


def test_the_page_begins_with_title_verdict_and_changes():
    sources = [cell["source"] for cell in template("Proposal agt-0007")["cells"]]
    shown = [source for source in sources if source.startswith("sections.")]
    assert shown[:3] == ["sections.title(report)", "sections.verdict(report)", "sections.changes(report)"]


def test_what_the_proposer_writes_is_shown_as_text():
    content = SOUND.replace("Lower the minimum", "<b>Lower</b>").encode()
    shown = Report(content, check(content, "proposal.yml", as_of=AS_OF), load(), Order("minimal", AS_OF), {})
    assert "<bdi>&lt;b&gt;Lower&lt;/b&gt;</bdi>" in text(sections.title(shown))
    link = '<a href="https://example.org/thread" rel="nofollow noopener noreferrer">https://example.org/thread</a>'
    assert f"{link} (example.org)" in text(details.words(shown))


def test_no_code_stands_on_the_page():
    cells = [cell for cell in template("Proposal")["cells"] if cell["cell_type"] == "code"]
    assert all("remove-input" in cell["metadata"]["tags"] for cell in cells)


def test_the_results_stand_on_the_page_and_end_no_element(halved):
    hostile = with_results(halved, verdict="</script><script>alert(1)</script>")
    assert "<script>alert" not in text(details.reproduce(hostile))
    assert halved.digest in text(sections.status(halved)).replace("<wbr>", "")


def test_a_snapshot_fits_the_place_of_the_vote_and_holds_no_markup(halved):
    content = SOUND.replace("Lower the minimum", "'[a](https://example.org) **b** <i>'").encode()
    shown = Report(content, check(content, "x", as_of=AS_OF), load(), halved.order, {}, halved.results)
    body = snapshot.snapshot(shown)
    assert len(body) < snapshot.LONGEST
    assert "\\[a\\]" in body
    assert "\\<i\\>" in body
    assert halved.results["effect"] in body
