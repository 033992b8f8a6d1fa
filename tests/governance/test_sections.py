"""The sections say in words what the numbers are."""

import pytest

from agt.analysis.paired import Effect
from agt.governance import sections, suite
from agt.governance.execution import template
from agt.governance.proposal import check
from agt.governance.report import Report
from agt.governance.suite import seeds
from agt.registry import load
from tests.governance.proposals import SOUND

LEVER = "redemption_minimum\n    from: 3000\n    to: 2000"


def report(lever: str = LEVER) -> Report:
    content = SOUND.replace(LEVER, lever).replace("effective: 2027-01", "effective: 2027-04").encode()
    return Report(content, check(content, "proposal.yml"), load(), "minimal")


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """A handful of futures is enough for words."""
    monkeypatch.setitem(suite.PRESETS, "minimal", 8)
    monkeypatch.setattr(suite, "seeds", lambda: (1,))


def text(section) -> str:
    return section._repr_mimebundle_()["text/html"]


def test_a_lever_that_nothing_reads_is_not_simulated(monkeypatch):
    """All levers are read today; one that is not stands beside them, and moves nothing that the report looks at."""
    unread = load().parameters["voting_quorum"].model_copy(update={"read_by": "nothing yet"})
    monkeypatch.setitem(load().parameters, "voting_quorum", unread)
    shown = report("voting_quorum\n    from: unpublished\n    to: 0.05")
    assert {name for name in shown.pair.moved if not name.startswith("voting_quorum_")} == set()
    object.__setattr__(shown.pair, "moved", ())
    assert "Not simulated: no policy of the model reads voting_quorum" in text(sections.sentence(shown))
    assert "no policy reads this lever yet" in text(sections.status(shown))
    assert "There is nothing to draw" in text(sections.pictures(shown))
    assert "always the same" in text(sections.groups(shown))
    assert "not published" in text(sections.changes(shown))
    assert all(effect["more"] == effect["less"] == 0 for effect in shown.results()["effects"])


def test_a_lever_whose_change_moves_nothing_is_not_exercised():
    shown = report()
    object.__setattr__(shown.pair, "moved", ())
    assert "Not exercised" in text(sections.sentence(shown))


def test_a_change_is_shown_exactly_as_written():
    shown = text(sections.changes(report("redemption_expiry\n    from: 0\n    to: 0.0001")))
    assert ">0.0001 share<" in shown
    assert "0 to 0.5" in shown


def test_prices_are_shown_in_percent_only():
    shown = report("redemption_quota\n    from: 15000000\n    to: 5000000")
    (group,) = [group for group in text(sections.effects(shown)).split("<tbody>") if "Price of one AGT" in group]
    assert "in percent" in group
    assert "→" not in group
    step = "10,000,000 from 15,000,000, the value in force; larger than the largest foreseen, 7,500,000"
    assert step in text(sections.changes(shown))
    assert "higher in more than 99 of 100 futures" in text(sections.sentence(shown))


def test_a_model_beyond_its_range_is_not_published(monkeypatch):
    shown = report()
    monkeypatch.setattr("agt.governance.report.ALARM", -1.0)
    with pytest.raises(ValueError, match="edge of the model's range"):
        shown.results()


def test_the_suite_measures_what_the_registry_knows():
    registry = load()
    for name in suite.kept(registry):
        registry.entry(name)
    assert len(set(seeds())) == len(suite.BLOCKS)
    assert all(0 <= seed < 2**64 for seed in seeds())
    assert set(suite.PICTURES) | {figure for _, figure in suite.SENTENCE} <= {
        measure.figure for measure in suite.measured(registry)
    }


def made(more: int, less: int) -> Effect:
    return Effect("x", 0, False, 1.0, 1.0, 0.0, 0.0, 0.0, more, less, 100)


@pytest.mark.parametrize(
    ("better", "more", "less", "chance", "judged", "outcome"),
    [
        ("higher", 62, 38, "higher in 62 of 100", " (better)", "gain"),
        ("higher", 38, 62, "lower in 62 of 100", " (worse)", "lose"),
        ("lower", 0, 100, "lower in more than 99 of 100", " (better)", "lose, as they should"),
        ("lower", 100, 0, "higher in more than 99 of 100", " (worse)", "gain, as they should not"),
        ("neither", 0, 90, "lower in 90 of 100", "", "lose"),
        ("higher", 40, 40, "higher in 40 of 100", "", "neither"),
        ("higher", 0, 0, "always the same", "", "no change"),
    ],
)
def test_how_often_is_said_in_one_way(better, more, less, chance, judged, outcome):
    measure, one = suite.Measured("x", "x", better), made(more, less)
    assert sections._chance(one) == chance
    assert sections._judged(measure, one) == chance + judged
    assert sections._outcome(measure, one) == outcome


def test_the_page_begins_with_the_proposers_title_and_the_answer():
    sources = [cell["source"] for cell in template("Proposal agt-0007")["cells"]]
    shown = [source for source in sources if source.startswith("sections.")]
    assert shown[:3] == ["sections.title(report)", "sections.sentence(report)", "sections.status(report)"]
    content = SOUND.replace("Lower the minimum", "<b>Lower</b>").encode()
    page = text(sections.title(Report(content, check(content, "proposal.yml"), load(), "minimal")))
    assert "<bdi>&lt;b&gt;Lower&lt;/b&gt;</bdi>" in page
    assert "the proposer’s title" in page


def test_no_code_stands_on_the_page():
    cells = [cell for cell in template("Proposal")["cells"] if cell["cell_type"] == "code"]
    assert all("remove-input" in cell["metadata"]["tags"] for cell in cells)


def test_technical_lines_stand_in_how_to_reproduce():
    shown = report()
    page = text(sections.reproduce(shown))
    assert shown.digest in page.replace("<wbr>", "")
    assert f"{len(shown.pair.moved):,} of " in page


def test_the_discussion_is_a_link_that_shows_its_host():
    link = '<a href="https://example.org/thread" rel="nofollow noopener noreferrer">https://example.org/thread</a>'
    assert f"{link} (example.org)" in text(sections.words(report()))


def test_an_expectation_that_nothing_moves_is_said_to_be_met_by_nothing():
    content = SOUND.replace("metric: supply_runway", "metric: vesting_unlocked").encode()
    shown = text(sections.effects(Report(content, check(content, "proposal.yml"), load(), "minimal")))
    assert "the same in every future: the change does not reach it" in shown
