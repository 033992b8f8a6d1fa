"""Pages: their numbers are the model's, and whatever a cell says cannot become markup."""

import re
from decimal import Decimal

import pytest

from agt.mechanisms.vesting import unlocked as rule
from agt.pages import Chapter, baseline, fan_of, supply_figure, table, unlock_figure
from agt.pages.known import unlocked as unlocked_now
from agt.pages.questions import questions
from agt.pages.reference import all_levers, all_parameters
from agt.pages.state import state_of_the_economy
from agt.pages.tables import Html, amount, rough
from agt.records.schedules import schedule
from agt.registry import load
from agt.simulation import today


def test_cells_are_escaped_unless_they_are_html():
    made = table(("a<b",), [["<script>"], [Html("<b>x</b>")]], label='"quoted"')
    assert "<script>" not in made and "&lt;script&gt;" in made and "<b>x</b>" in made and "a&lt;b" in made
    assert 'aria-label="&#34;quoted&#34;"' in made


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("15000000", "AGT", "15,000,000 AGT"),
        ("0.0425", "share", "4.25 %"),
        ("0.1000", "number", "0.1"),
        ("0.000001", "USD/AGT", "0.000001 USD/AGT"),
        ("-5", "month", "-5 months"),
        ("1", "month", "1 month"),
    ],
)
def test_amounts_show_every_digit_and_no_more(value, unit, text):
    assert amount(Decimal(value), unit) == text


@pytest.mark.parametrize(("value", "text"), [(999_000, "999,000"), (0.00123456, "0.00123"), (-2.5e6, "-2.5 million")])
def test_rough_numbers_keep_three_digits(value, text):
    assert rough(value) == text


def test_the_state_says_what_the_schedule_unlocks_by_today():
    buckets = load().indices["bucket"].members
    total = sum(rule(schedule(load(), bucket), today()) for bucket in buckets) / 10**18
    assert unlocked_now(today()) == int(total)
    assert f"{total / 1e6:,.1f} million AGT" in state_of_the_economy()


def test_the_flow_of_unlocks_changes_when_user_rewards_end():
    assert "On 15 December 2026:" in questions()  # facts 2: month 18, November 2026, is their last


def test_a_fan_shows_the_quantiles_of_the_baseline():
    shown = fan_of("reward_reserve").spec["datasets"]
    rows = next(iter(shown.values()))
    ensemble = baseline("reward_reserve")
    for row, month in ((rows[0], 1), (rows[-1], ensemble.months)):
        for level, value in ensemble.at("reward_reserve", month).items():
            assert row[level] == pytest.approx(value, rel=5e-4)


def test_the_supply_picture_adds_up_to_all_agt_in_every_month():
    rows = max(supply_figure().spec["datasets"].values(), key=len)
    totals = {}
    for row in rows:
        totals[row["date"]] = totals.get(row["date"], 0) + row["amount"]
    assert all(total == pytest.approx(5e9, rel=1e-3) for total in totals.values())
    assert len(totals) == today() + 60 + 1


def test_the_supply_picture_marks_the_jump_of_unlocks():
    (marks,) = (table for table in supply_figure().spec["datasets"].values() if "event" in table[0])
    assert marks == [{"date": "2026-06-15T00:00:00", "event": "June 2026: unlocks jump"}]  # facts 2 and 3.5


def test_the_unlock_picture_is_the_schedule():
    rows = next(iter(unlock_figure().spec["datasets"].values()))
    june = sum(row["agt"] for row in rows if row["date"].startswith("2026-06"))
    assert june == pytest.approx(164.2e6, rel=1e-3)  # facts 2: the first larger unlock


def test_a_chapter_glues_its_parameters_and_finds_its_functions():
    here = Chapter("redemption")
    assert [function.__name__ for function in here.functions] == ["opening", "submit", "policy"]
    assert "redemption_quota" in here.levers() and "redemption_trust" not in here.levers()
    assert "redemption_trust" in here.assumptions() and "redemption_quota" not in here.assumptions()
    assert "def settle" not in here.code("policy") and "np" in here.code("policy")


def test_no_page_offers_two_places_of_one_name():
    pages = [all_levers() + all_parameters()]
    pages += [here.parameters() + here.levers() for here in map(Chapter, ("redemption", "market"))]
    for page in pages:
        places = re.findall(r' id="([^"]+)"', page)
        assert len(places) == len(set(places))
    assert ' id="redemption_quota"' in pages[0]
