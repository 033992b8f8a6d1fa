"""The sections say in words what the numbers are."""

import pytest

from agt.governance import sections, suite
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


def test_a_lever_that_nothing_reads_is_not_simulated():
    shown = report("voting_quorum\n    from: unpublished\n    to: 0.05")
    assert shown.pair.moved == ()
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
    assert ">0.0001<" in shown
    assert "0 to 0.5" in shown


def test_prices_are_shown_in_percent_only():
    shown = report("redemption_quota\n    from: 15000000\n    to: 5000000")
    rows = [row for row in text(sections.effects(shown)).split("<tr>") if "Price of one AGT" in row]
    assert rows
    assert all("in percent" in row and "–" in row for row in rows)
    assert "10,000,000 of 7,500,000: larger than foreseen" in text(sections.changes(shown))
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
