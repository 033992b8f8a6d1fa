"""The third-party files are those of their table, and the book's scripts load no others."""

import hashlib
import re

import altair

from agt.pages import contents

VENDOR = contents.ROOT / "book" / "_static" / "vendor"
ROWS = re.findall(
    r"^\| (\S+\.\S+) \| (\S+) \| (\S+) \| (\S+) \| ([0-9a-f]{64}) \|$",
    (VENDOR / "README.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


def test_every_file_is_in_the_table_with_its_digest():
    assert {row[0]: row[4] for row in ROWS} == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.glob("*.*")
        if path.name != "README.md"
    }


def test_every_file_has_its_licence():
    for name, *_ in ROWS:
        assert (VENDOR / "licences" / f"{name.split('.')[0]}.txt").exists()


def test_vega_lite_is_the_one_that_altair_writes_for():
    (version,) = [row[1] for row in ROWS if row[3] == "vega-lite"]
    assert version == altair.SCHEMA_VERSION.removeprefix("v")


def test_charts_load_the_scripts_of_the_table():
    script = (VENDOR.parent / "charts.js").read_text(encoding="utf-8")
    assert set(re.findall(r'"([\w.-]+\.min\.js)"', script)) == {row[0] for row in ROWS if row[0].endswith(".js")}
