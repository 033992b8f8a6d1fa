"""Actuals: what is read, everything that is wrong with a file that is not, and what each figure is held to."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from io import StringIO

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandera.errors import SchemaError, SchemaErrors

from agt.calendar import month_text
from agt.records.actuals import FIGURES, READERS, REQUIRED, SCHEMA, latest, read_actuals, report
from agt.records.entries import unit
from agt.registry import Faults, load

COLUMNS = {figure.column: figure for figure in FIGURES}
HEADER = "month,published,source,version"
GOOD = "2026-09,2026-10-03,dashboard,1"
LONGEST = "a" * 200
COUNTED = ("count", "people", "sets")


@pytest.fixture
def written(tmp_path):
    def write(content):
        path = tmp_path / "actuals.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def refused(path):
    with pytest.raises(Faults) as caught:
        read_actuals(path)
    assert {fault.file for fault in caught.value.faults} == {str(path)}
    return caught.value.faults


def places(path):
    return [(fault.id, fault.line, fault.column) for fault in refused(path)]


def table(*rows, figures=""):
    """A file of rows below the required columns and some figures."""
    return "\n".join([HEADER + ("," + figures if figures else ""), *rows])


def one(figure, cell):
    """A file of one row that gives one figure, in column 32 of line 2."""
    return table(f"{GOOD},{cell}", figures=figure)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        # No table at all
        (b"", [("file-unreadable", 0, 0)]),
        (b"\xff\xfe" + HEADER.encode("utf-16-le"), [("file-unreadable", 0, 0)]),
        (table(GOOD).encode() + b"\n2026-10,2026-11-03,caf\xe9,1", [("file-unreadable", 0, 0)]),
        (table(GOOD) + "\n" * 300_000, [("file-unreadable", 0, 0)]),
        # The header
        ("", [("file-unreadable", 0, 0)]),
        (f"\n{table(GOOD)}", [("table-column", 1, 1)]),
        (GOOD, [("table-column", 1, 1)] * 5 + [("table-column", 1, column) for column in (9, 20, 30)]),
        ("month,published,version\n2026-09,2026-10-03,1", [("table-column", 1, 1)]),
        (table(f"{GOOD},1", figures="aia_isued"), [("table-column", 1, 32)]),
        (table(f"{GOOD},1,1", figures="clients,clients"), [("table-column", 1, 40)]),
        (table(f"{GOOD},1,1", figures="clients,aia_issued"), [("table-column", 1, 1)]),
        (table(f"{GOOD},1,1", figures="Clients,note"), [("table-column", 1, 32), ("table-column", 1, 40)]),
        (table(GOOD).replace(",", ";"), [("table-column", 1, 1)]),
        # A row's shape
        (table(GOOD, "", GOOD.replace("09", "08")), [("table-value", 3, 1)]),
        (table("2026-09,2026-10-03,dashboard"), [("table-value", 2, 1)]),
        (table(f"{GOOD},5"), [("table-value", 2, 32)]),
        (table('2026-09,2026-10-03,"dashboard,1'), [("table-value", 2, 20)]),
        (table("2026-09", GOOD, "2026-09,2026-10-03"), [("table-value", 2, 1), ("table-value", 4, 1)]),
        # What every row says
        (table(GOOD.replace("2026-09", "2026-9")), [("table-value", 2, 1)]),
        (table(GOOD.replace("2026-09", "2026-13")), [("table-value", 2, 1)]),
        (table(GOOD.replace("2026-09", "")), [("table-value", 2, 1)]),
        (table(GOOD.replace("2026-09", "2025-04")), [("table-value", 2, 1)]),
        (table(GOOD.replace("2026-10-03", "2026-02-30")), [("table-value", 2, 9)]),
        (table(GOOD.replace("2026-10-03", "20261003")), [("table-value", 2, 9)]),
        (table(GOOD.replace("2026-10-03", "2026-10-03T00:00:00Z")), [("table-value", 2, 9)]),
        (table(GOOD.replace("2026-10-03", "")), [("table-value", 2, 9)]),
        (table(GOOD.replace("dashboard", "")), [("table-value", 2, 20)]),
        (table(GOOD.replace("dashboard", "   ")), [("table-value", 2, 20)]),
        (table(GOOD.replace("dashboard", LONGEST + "a")), [("table-value", 2, 20)]),
        (table(GOOD.replace("dashboard", '"two\nlines"')), [("table-value", 2, 20)]),
        (table(GOOD.replace("dashboard", "a\x1b[31m")), [("table-value", 2, 20)]),
        (table(GOOD.replace("dashboard", "a\u202eb")), [("table-value", 2, 20)]),
        (table(GOOD.replace("dashboard", "a\0b")), [("table-value", 2, 20)]),
        (table(GOOD[:-1] + "0"), [("table-value", 2, 30)]),
        (table(GOOD[:-1] + "1.5"), [("table-value", 2, 30)]),
        (table(GOOD[:-1] + "-1"), [("table-value", 2, 30)]),
        (table(GOOD[:-1] + "99999999999999999999"), [("table-value", 2, 30)]),
        (table(GOOD[:-1]), [("table-value", 2, 30)]),
        # Figures
        (one("aia_issued", "NaN"), [("table-value", 2, 32)]),
        (one("aia_issued", "inf"), [("table-value", 2, 32)]),
        (one("aia_issued", "1e6"), [("table-value", 2, 32)]),
        (one("aia_issued", '"1,000"'), [("table-value", 2, 32)]),
        (one("aia_issued", "1 000"), [("table-value", 2, 32)]),
        (one("aia_issued", "many"), [("table-value", 2, 32)]),
        (one("aia_issued", " 5"), [("table-value", 2, 32)]),
        (one("aia_issued", "٣"), [("table-value", 2, 32)]),
        (one("aia_issued", "12345678901234567890123456789"), [("table-value", 2, 32)]),
        (one("aia_issued", "-5"), [("table-value", 2, 32)]),
        (one("revenue_usd", "-0.01"), [("table-value", 2, 32)]),
        (one("clients", "2.5"), [("table-value", 2, 32)]),
        (one("wallets_paid", "0.5"), [("table-value", 2, 32)]),
        (one("sets_done", "0.5"), [("table-value", 2, 32)]),
        (one("clients", "-0.5"), [("table-value", 2, 32)] * 2),
        (one("reserve_agt", "5000000000.000001"), [("table-value", 2, 32)]),
        (one("price_usd", "0"), [("table-value", 2, 32)]),
        (one("price_usd", "-0.01"), [("table-value", 2, 32)]),
        # What contradicts itself
        (table(f"{GOOD},10,10.5", figures="aia_submitted,aia_redeemed"), [("table-conflict", 2, 35)]),
        (table(f"{GOOD},10,11", figures="sets_done,sets_for_clients"), [("table-conflict", 2, 35)]),
        (table(f"{GOOD},10,11", figures="items_audited,items_correct"), [("table-conflict", 2, 35)]),
        (table(GOOD, GOOD), [("table-conflict", 3, 30)]),
        (table(GOOD, GOOD.replace("10-03", "10-02")), [("table-conflict", 3, 30)]),
        (table(GOOD, GOOD.replace("03,dashboard,1", "02,dashboard,2")), [("table-conflict", 3, 9)]),
        (table(GOOD.replace("rd,1", "rd,7"), GOOD.replace("10-03", "10-04")), [("table-conflict", 2, 9)]),
        (table(GOOD.replace("2026-10-03", "2026-08-31")), [("table-conflict", 2, 9)]),
        # Several at once, a fault once: what cannot be read contradicts nothing
        (
            table(
                GOOD + ",10,11,x",
                GOOD.replace("2026-09", "x") + ",x,11,2",
                GOOD.replace("2026-09", "x") + ",,-1,2",
                GOOD,
                GOOD.replace("2026-10-03", "x").replace("rd,1", "rd,2") + ",1,2,3",
                GOOD + ",,,",
                figures="aia_submitted,aia_redeemed,clients",
            ),
            [
                ("table-conflict", 2, 35),
                ("table-value", 2, 38),
                ("table-value", 3, 1),
                ("table-value", 3, 26),
                ("table-value", 4, 1),
                ("table-value", 4, 27),
                ("table-value", 5, 1),
                ("table-value", 6, 9),
                ("table-conflict", 6, 25),
                ("table-conflict", 7, 30),
            ],
        ),
    ],
)
def test_a_file_that_is_refused(written, content, found):
    assert places(written(content)) == found


def test_no_file(tmp_path):
    assert places(tmp_path / "none.csv") == [("file-unreadable", 0, 0)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (table(f"{GOOD},1", figures="aia_isued"), "'aia_isued' is no column of this file - did you mean aia_issued?; "),
        (table(GOOD.replace("month", "moth"), figures="x"), "then any of aia_issued,aia_submitted,"),
        (
            one("clients", "x"),
            "row 1, column clients: 'x' is no plain number; write at most 28 digits and at most one ",
        ),
        (one("clients", "2.50"), "row 1, column clients: 2.50 is no whole number, and counts something"),
        (one("price_usd", "-0.0000001"), "row 1, column price_usd: -0.0000001 is no price; a price is above 0"),
        (
            one("staked_agt", "5000000001"),
            "row 1, column staked_agt: 5000000001 is more AGT than exist: 5,000,000,000",
        ),
        (table(GOOD.replace("dashboard", LONGEST + "a")), f"column source: '{'a' * 59} has more than 200 characters"),
        (table(GOOD.replace("2026-09", "2025-04")), "'2025-04' lies before 2025-05, the token generation event"),
        (table(GOOD, GOOD), "row 2, column version: 1 stands twice for this month; give a revision a higher version"),
    ],
)
def test_a_message_says_what_is_allowed(written, content, message):
    assert message in refused(written(content))[0].message


def test_a_fault_points_at_its_cell(written):
    path = written(one("clients", "2.5"))
    assert str(refused(path)[0]) == (
        "error[table-value]: row 1, column clients: 2.5 is no whole number, and counts something\n"
        f"  --> {path}:2:32\n"
        "   |\n"
        " 2 | 2026-09,2026-10-03,dashboard,1,2.5\n"
        "   |                                ^\n"
        "  = see reference/messages.html#table-value"
    )


@pytest.mark.parametrize(
    ("figure", "cell"),
    [
        ("aia_issued", "0"),
        ("aia_issued", "9999999999999999999999999999"),
        ("reserve_agt", "5000000000"),
        ("price_usd", "0.0000000000000000000000001"),
        ("clients", "12.0"),
        ("revenue_usd", "12345.67"),
    ],
)
def test_a_figure_that_may_just_be(written, figure, cell):
    assert read_actuals(written(one(figure, cell))).frame[figure].tolist() == [float(cell)]


def test_what_a_file_leaves_out_is_no_number(written):
    frame = read_actuals(written(table(f"{GOOD},,7", figures="aia_issued,clients"))).frame
    assert list(frame.columns) == [*REQUIRED, *COLUMNS]
    assert frame.notna().any().loc[lambda column: column].index.tolist() == [*REQUIRED, "clients"]


def test_a_part_may_stand_without_its_whole(written):
    path = written(table(f"{GOOD},,5", f"{GOOD[:-1]}2,5,", figures="aia_submitted,aia_redeemed"))
    assert len(read_actuals(path).frame) == 2


@pytest.mark.parametrize("source", [LONGEST, "=cmd", "Ausschuß, Monat 9", "None", "NaN"])
def test_a_source_is_any_line_of_text(written, source):
    path = written(table(GOOD.replace("dashboard", f'"{source}"')))
    assert read_actuals(path).frame["source"].tolist() == [source]


def test_the_latest_version_of_each_month(written):
    rows = [
        "2026-10,2026-11-03,a,2,1",
        "2026-09,2026-10-03,a,1,2",
        "2026-09,2026-12-01,b,10,3",
        "2026-10,2026-11-03,a,1,4",
        "2026-09,2026-10-09,a,9,5",
    ]
    read = read_actuals(written(table(*rows, figures="clients")))
    assert read.frame["clients"].tolist() == [1, 2, 3, 4, 5]
    assert latest(read.frame)[["month", "version", "clients"]].to_numpy().tolist() == [
        ["2026-09", 10, 3],
        ["2026-10", 2, 1],
    ]


def test_a_report(written):
    content = table(f"{GOOD},5,6", f"{GOOD.replace('-09', '-08')},,7", figures="aia_submitted,clients")
    read = read_actuals(written(content))
    assert report(read) == {
        "sha256": sha256(content.encode()).hexdigest(),
        "rows": 2,
        "months": ["2026-08", "2026-09"],
        "revised": [],
        "figures": ["aia_submitted", "clients"],
        "not_compared": ["aia_submitted"],
    }


def test_a_file_without_rows(written):
    read = read_actuals(written(HEADER))
    assert (len(read.frame), report(read)["months"], len(latest(read.frame))) == (0, [], 0)


def test_the_schema_is_made_of_the_table():
    assert list(SCHEMA.columns) == list(READERS) == [*REQUIRED, *COLUMNS]
    assert all(figure.within in {"", *COLUMNS} for figure in FIGURES)
    assert all(figure.within for figure in FIGURES if figure.kind == "share")


@pytest.mark.parametrize("change", [{"note": "x"}, {"clients": 2.5}, {"version": 0}, {"source": " "}])
def test_the_schema_refuses_a_frame_too(written, change):
    frame = read_actuals(written(table(GOOD))).frame
    assert SCHEMA.validate(frame).equals(frame)
    with pytest.raises((SchemaError, SchemaErrors)):
        SCHEMA.validate(frame.assign(**change))


@pytest.mark.parametrize("figure", [figure for figure in FIGURES if figure.quantity], ids=lambda figure: figure.column)
def test_a_figure_is_held_to_quantities_of_the_model(figure):
    """By names that the registry knows, in its unit: a stock of the model is one of the actuals."""
    registry = load()
    for name in figure.names(registry):
        assert name in registry.names()
        assert unit(registry, name) == figure.compared_unit
        assert (registry.section(name) in ("accounts", "stocks")) == (figure.kind == "stock")


def plain(value):
    return "" if value is None else f"{value:f}"


@st.composite
def rows(draw):
    """Rows that may be, in any order, as texts by column."""
    amounts = st.decimals(0, 5_000_000_000, places=6)
    whole = st.integers(0, 10**12).map(Decimal)
    found = []
    for month in draw(st.lists(st.integers(0, 100), max_size=4, unique=True)):
        published = date.fromisoformat(f"{month_text(month)}-01")
        for version in sorted(draw(st.sets(st.integers(1, 999), max_size=3))):
            published += timedelta(days=draw(st.integers(0, 400)))
            figures = {
                figure.column: draw(st.none() | (whole if figure.unit in COUNTED else amounts)) for figure in FIGURES
            }
            for figure in FIGURES:
                part, allowed = figures[figure.column], figures.get(figure.within)
                if part is not None and allowed is not None:
                    figures[figure.column] = min(part, allowed)
            figures["price_usd"] = figures["price_usd"] or None
            source = draw(st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=200))
            required = (month_text(month), published.isoformat(), source, str(version))
            found.append(dict(zip(REQUIRED, required, strict=True)) | {k: plain(v) for k, v in figures.items()})
    return draw(st.permutations(found))


@settings(max_examples=50)
@given(rows=rows(), left_out=st.sets(st.sampled_from(sorted(COLUMNS))))
def test_what_is_written_is_what_is_read(tmp_path_factory, rows, left_out):
    columns = [column for column in READERS if column not in left_out]
    text = StringIO(newline="")
    writer = csv.DictWriter(text, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    path = tmp_path_factory.getbasetemp() / "round-trip.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    frame = read_actuals(path).frame
    for row, read in zip(rows, frame.to_dict("records"), strict=True):
        assert {column: str(read[column]) for column in REQUIRED} == {column: row[column] for column in REQUIRED}
        for column in COLUMNS:
            if column in left_out or row[column] == "":
                assert pd.isna(read[column])
            else:
                assert read[column] == float(row[column])
