"""The loader: whatever is wrong in a registry file is named, with its id, its line and its column."""

from decimal import Decimal

import pytest

from agt.registry import Fault, Faults, load

TINY = """\
purpose: A registry so small that every fault stands alone.
each: {policy: colour}
indices:
  colour:
    meaning: Two colours
    members:
      red: {pays: chest, tiny_weight: 1}
      blue: {pays: purse, tiny_weight: 2}
parameters:
  tiny_quota:
    symbol: q
    meaning: A lever
    unit: AGT
    kind: lever
    value: 15
    bounds: [0, 100]
    largest_step: 10
    minimum_delay: 1
    decimals: 0
    source: nowhere
  tiny_weight:
    symbol: w
    meaning: A fact of each colour
    unit: share
    kind: fact
    index: colour
    bounds: [0, 10]
    source: nowhere
  tiny_guess:
    symbol: g
    meaning: An assumption
    unit: number
    kind: assumption
    value: 0.5
    bounds: [0, 1]
    prior: {law: uniform, low: 0.2, high: 0.8}
    source: nowhere
accounts:
  purse: {symbol: P, meaning: A purse, owner: project}
  chest: {symbol: C, meaning: A chest, owner: market}
flows:
  tiny_flow: {symbol: f, meaning: AGT that moves, payer: purse, payee: colour.pays, index: colour}
shocks:
  tiny_noise: {id: 1, symbol: e, meaning: Luck, law: normal, clip: 4, source: nowhere}
  tiny_luck: {id: 2, symbol: d, meaning: More luck, law: student_t, degrees: 5, clip: 4, source: nowhere}
events:
  tiny_event: {symbol: v, meaning: Something that happens, unit: share, neutral: 0}
scenarios:
  tiny_storm:
    title: Storm
    meaning: It happens
    side: worse
    risk: that it happens
    changes:
      - {name: tiny_event, to: 0.4, after: 2, months: 3}
      - {name: tiny_guess, times: 2, after: 1}
      - {name: tiny_noise, plus: -1, after: 3}
measures:
  tiny_wealth: {title: W, meaning: w, unit: AGT, better: higher, group: supply, horizon: 24, how: last, of: [purse], matters: 1}
  tiny_part: {title: P, meaning: p, unit: share, better: lower, group: market, horizon: 12, how: ratio, of: [purse],
    over: [chest], matters: 1}
  tiny_need: {title: N, meaning: n, unit: share, better: lower, group: people, horizon: 12, how: below, of: [chest],
    limit: 5, window: 6, matters: 1}
guardrails:
  tiny_line: {title: L, measure: tiny_wealth, breach: below, limit: 1, chance: 0.05, reason: nobody is poor, rise: 0.05}
asks:
  tiny_ask: {what: The guess, how: on paper, settles: [tiny_guess]}
"""  # noqa: E501
HEADER = "date,quantity,value,unit,source,confidence,use,figure,months\n"
ROW = "2026-09-23,price,0.020285,USD/AGT,somewhere,official,fit,purse,1\n"


def written(folder, text=TINY, observations=HEADER + ROW, decisions=b"", **others):
    """A registry folder with `tiny.yml`, the observations, the decisions, and whatever else is given."""
    (folder / "tiny.yml").write_text(text, encoding="utf-8")
    (folder / "observations.csv").write_text(observations, encoding="utf-8")
    (folder / "decisions.jsonl").write_bytes(decisions)
    for name, content in others.items():
        (folder / f"{name}.yml").write_text(content, encoding="utf-8")
    return folder


def refused(folder):
    """The faults of a folder, as (id, file, line, column), and their messages."""
    with pytest.raises(Faults) as error:
        load(folder)
    faults = error.value.faults
    return [(fault.id, fault.file, fault.line, fault.column) for fault in faults], [fault.message for fault in faults]


def test_a_registry_by_hand(tmp_path):
    registry = load(written(tmp_path))
    assert registry.families == {
        "tiny_weight": ("tiny_weight.red", "tiny_weight.blue"),
        "tiny_flow": ("tiny_flow.red", "tiny_flow.blue"),
    }
    values = {"tiny_quota": 15, "tiny_weight.red": 1, "tiny_weight.blue": 2, "tiny_guess": Decimal("0.5")}
    assert {name: registry.value(name) for name in registry.parameters} == values
    assert (registry.flows["tiny_flow.red"].payee, registry.flows["tiny_flow.blue"].payee) == ("chest", "purse")
    assert list(registry.levers()) == ["tiny_quota"]
    assert registry.each["tiny"] == {"policy": "colour"}
    assert [seen.value for seen in registry.observations] == [Decimal("0.020285")]
    assert [(seen.figure, seen.months) for seen in registry.observations] == [("purse", 1)]


def test_events_and_a_suite_by_hand(tmp_path):
    registry = load(written(tmp_path))
    assert (registry.section("tiny_event"), registry.entry("tiny_event").neutral) == ("events", 0)
    storm = registry.scenarios["tiny_storm"]
    assert (storm.title, storm.side) == ("Storm", "worse")
    assert [(change.name, change.times, change.plus, change.to) for change in storm.changes] == [
        ("tiny_event", None, None, Decimal("0.4")),
        ("tiny_guess", 2, None, None),
        ("tiny_noise", None, -1, None),
    ]
    assert [(change.after, change.months) for change in storm.changes] == [(2, 3), (1, None), (3, None)]
    part, need = registry.measures["tiny_part"], registry.measures["tiny_need"]
    assert (part.of, part.over, part.window, part.horizon) == (("purse",), ("chest",), 1, 12)
    assert (need.over, need.limit, need.window) == ((), 5, 6)
    line = registry.guardrails["tiny_line"]
    assert (line.measure, line.chance, line.rise) == ("tiny_wealth", Decimal("0.05"), Decimal("0.05"))
    assert registry.asks["tiny_ask"].settles == ("tiny_guess",)


def test_what_the_suite_names_is_no_quantity_of_the_model(tmp_path):
    registry = load(written(tmp_path))
    assert registry.quantities() == ("purse", "chest", "tiny_flow.red", "tiny_flow.blue")
    suite = {*registry.scenarios, *registry.measures, *registry.guardrails, *registry.asks}
    assert suite and not suite & set(registry.names())


# What is written instead of what, and where the fault is: line and column, both from 1.
CHANGES = [
    # The text itself
    ("purpose: A", "purpose: [A", "yaml-syntax", 2, 5, "expected ',' or ']'"),
    ("    symbol: q\n", "    symbol: q\n   unit: x\n", "yaml-syntax", 12, 4, "expected <block end>"),
    ("    meaning: A lever", "    symbol: A lever", "key-duplicate", 12, 5, "symbol stands twice here"),
    ("meaning: A lever", "meaning: &a A lever", "yaml-syntax", 12, 14, "anchors and aliases are refused"),
    ("meaning: A lever", "meaning: *a", "yaml-syntax", 12, 14, "anchors and aliases are refused"),
    ("value: 15", "value: !!float 15", "yaml-syntax", 15, 12, "tags are refused"),
    ("    symbol: q\n", "    <<: {symbol: q}\n", "yaml-syntax", 11, 5, "a key must be a plain word"),
    ("each: {policy: colour}", "each: {policy: {a: {b: {c: {d: {e: f}}}}}}", "yaml-syntax", 2, 32, "nested deeper"),
    # Sections and fields
    ("purpose:", "porpose:", "key-unknown", 1, 1, "did you mean purpose?"),
    ("shocks:\n", "shock:\n", "key-unknown", 43, 1, "did you mean shocks?"),
    ("each: {policy: colour}", "each: policy", "value-type", 2, 7, "each is a mapping"),
    ("    largest_step: 10", "    biggest_step: 10", "key-unknown", 17, 5, "biggest_step is not a field here"),
    ("    decimals: 0\n", "    decimal: 0\n", "key-unknown", 19, 5, "did you mean decimals?"),
    ("    source: nowhere\n  tiny_weight", "  tiny_weight", "key-missing", 11, 5, "source is missing in tiny_quota"),
    ("owner: project}", "owner: nobody, unit: AGT}", "key-unknown", 39, 55, "unit is not a field here"),
    # Types and allowed words
    ("value: 15", 'value: "15"', "value-type", 15, 12, "value"),
    ("value: 15", "value: 15e6", "value-type", 15, 12, "value"),
    ("value: 15", "value: 015", "value-type", 15, 12, "value"),
    ("value: 15", "value: yes", "value-type", 15, 12, "value"),
    ("bounds: [0, 100]", "bounds: [0]", "key-missing", 16, 13, "is missing in tiny_quota"),
    ("bounds: [0, 100]", "bounds: [0, lots]", "value-type", 16, 17, "bounds"),
    ("minimum_delay: 1", "minimum_delay: 1.5", "value-type", 18, 20, "minimum_delay"),
    ("unit: AGT", "unit: AGTT", "value-allowed", 13, 11, "unit"),
    ("kind: lever", "kind: policy", "value-allowed", 14, 11, "kind"),
    ("owner: project", "owner: dao", "value-allowed", 39, 47, "owner"),
    ("law: uniform", "law: gauss", "value-type", 36, 12, "prior"),
    ("law: normal", "law: cauchy", "value-allowed", 44, 54, "law"),
    ("meaning: A lever", 'meaning: ""', "value-type", 12, 14, "meaning"),
    ("{id: 1,", "{id: 0,", "value-type", 44, 20, "id"),
    ("low: 0.2", "low: -", "value-type", 36, 32, "low"),
    ("law: uniform, low: 0.2", "law: lognormal, low: 0", "value-type", 36, 34, "greater than 0"),
    ("degrees: 5", "degrees: 2", "value-type", 45, 78, "greater than or equal to 3"),
    (", degrees: 5", "", "value-type", 45, 14, "degrees"),
    ("law: normal, clip: 4", "law: normal, clip: 0", "value-type", 44, 68, "greater than 0"),
    ("largest_step: 10", "largest_step: -10", "value-type", 17, 19, "greater than 0"),
    ("minimum_delay: 1", "minimum_delay: -1", "value-type", 18, 20, "greater than or equal to 0"),
    ("decimals: 0", "decimals: -1", "value-type", 19, 15, "greater than or equal to 0"),
    ("red: {pays: chest, tiny_weight: 1}", "red: heavy", "value-type", 7, 12, "red"),
    ("each:", "as_of: 2026-13-01\neach:", "date-syntax", 2, 8, "as_of"),
    # Names
    ("  tiny_quota:", "  small_quota:", "name-mechanism", 10, 3, "must begin with the name of its mechanism"),
    ("    index: colour", "    index: color", "name-unknown", 26, 12, "did you mean colour?"),
    ("each: {policy: colour}", "each: {policy: color}", "name-unknown", 2, 16, "did you mean colour?"),
    ("payer: purse", "payer: purss", "name-unknown", 42, 58, "did you mean purse?"),
    ("pays: chest", "pays: chess", "name-unknown", 42, 72, "did you mean chest?"),
    ("tiny_luck: {id: 2", "tiny_luck: {id: 1", "name-duplicate", 45, 19, "shock id 1 belongs to tiny_noise already"),
    ("  chest: {symbol", "  tiny_guess: {symbol", "name-duplicate", 40, 3, "tiny_guess stands twice in the registry"),
    # What a kind demands
    ("value: 15", "value: 101", "param-bounds", 15, 12, "101 is outside [0, 100] AGT"),
    ("value: 15", "value: -1", "param-bounds", 15, 12, "-1 is outside [0, 100] AGT"),
    ("bounds: [0, 100]", "bounds: [20, 10]", "param-bounds", 16, 13, "the lower bound exceeds the upper"),
    ("tiny_weight: 2}", "tiny_weight: 11}", "param-bounds", 22, 5, "11 is outside"),
    ("low: 0.2, high: 0.8", "low: 0.8, high: 0.2", "param-bounds", 36, 12, "low must be below its high"),
    ("    decimals: 0\n", "", "param-incomplete", 10, 3, "is a lever and lacks decimals"),
    ("    prior: {law: uniform, low: 0.2, high: 0.8}\n", "", "param-incomplete", 29, 3, "lacks prior"),
    ("    decimals: 0\n", "    decimals: 0\n    published: false\n", "param-incomplete", 10, 3, "lacks prior"),
    (", tiny_weight: 2}", "}", "key-missing", 22, 5, "tiny_weight has no value for blue of colour"),
    ("    value: 15\n", "", "value-type", 11, 5, "tiny_quota: value must be a plain number"),
    ("tiny_weight: 1}", "tiny_weight: heavy}", "value-type", 22, 5, "value must be a plain number"),
    # Events
    (", neutral: 0}", "}", "key-missing", 47, 15, "neutral is missing in tiny_event"),
    ("neutral: 0}", "neutral: none}", "value-type", 47, 82, "neutral"),
    ("unit: share, neutral: 0}", "unit: shares, neutral: 0}", "value-allowed", 47, 66, "unit"),
    ("neutral: 0}", "neutral: 0, value: 1}", "key-unknown", 47, 85, "value is not a field here"),
    ("  tiny_event: {symbol", "  tiny_guess: {symbol", "name-duplicate", 47, 3, "tiny_guess stands twice"),
    # Scenarios
    ("to: 0.4,", "to: 0.4, times: 2,", "value-type", 55, 9, "a change says one of times, plus and to"),
    ("to: 0.4,", "to: 0.4, plus: 2,", "value-type", 55, 9, "a change says one of times, plus and to"),
    ("times: 2,", "times: 2, plus: 0,", "value-type", 56, 9, "a change says one of times, plus and to"),
    ("times: 2, ", "", "value-type", 56, 9, "a change says one of times, plus and to"),
    ("plus: -1", "times: -1", "value-allowed", 57, 9, "tiny_noise is a shock: move it with plus"),
    ("plus: -1", "to: 0", "value-allowed", 57, 9, "tiny_noise is a shock: move it with plus"),
    ("{name: tiny_event, to", "{name: tiny_evend, to", "name-unknown", 55, 16, "did you mean tiny_event?"),
    ("{name: tiny_guess, ", "{name: zzz, ", "name-unknown", 56, 16, "zzz is no parameter, event or shock"),
    ("{name: tiny_guess, ", "{name: purse, ", "name-unknown", 56, 16, "purse is no parameter, event or shock"),
    ("{name: tiny_guess, ", "{name: tiny_weight, ", "name-unknown", 56, 16, "did you mean tiny_weight."),
    ("after: 1}", "after: 0}", "value-type", 56, 45, "greater than or equal to 1"),
    ("after: 1}", "after: 1.5}", "value-type", 56, 45, "after"),
    (", after: 1}", "}", "key-missing", 56, 9, "after is missing in tiny_storm"),
    ("months: 3", "months: 0", "value-type", 55, 55, "greater than or equal to 1"),
    ("months: 3", "month: 3", "key-unknown", 55, 47, "month is not a field here"),
    ("side: worse", "side: bad", "value-allowed", 52, 11, "side"),
    ("    risk: that it happens\n", "", "key-missing", 50, 5, "risk is missing in tiny_storm"),
    ("    title: Storm\n", '    title: " "\n', "value-type", 50, 12, "title"),
    # Measures
    ("how: last,", "how: latest,", "value-allowed", 59, 99, "how"),
    ("how: last,", "how: last, over: [chest],", "value-type", 59, 16, "`over` belongs to ratio and rest"),
    ("how: last,", "how: ratio,", "value-type", 59, 16, "`over` belongs to ratio and rest"),
    ("how: last,", "how: last, limit: 3,", "value-type", 59, 16, "`limit` belongs to below"),
    ("how: last,", "how: below,", "value-type", 59, 16, "`limit` belongs to below"),
    ("how: ratio,", "how: sum,", "value-type", 60, 14, "`over` belongs to ratio and rest"),
    ("over: [chest], matters: 1}", "over: [], matters: 1}", "value-type", 60, 14, "`over` belongs to ratio and rest"),
    ("    limit: 5, window", "    window", "value-type", 62, 14, "`limit` belongs to below"),
    ("of: [purse], matters: 1}", "of: [purss], matters: 1}", "name-unknown", 59, 110, "did you mean purse?"),
    (
        "of: [purse], matters: 1}",
        "of: [chest, tiny_guess], matters: 1}",
        "name-unknown",
        59,
        117,
        "tiny_guess is no quantity of the model",
    ),
    ("over: [chest]", "over: [chess]", "name-unknown", 61, 12, "did you mean chest?"),
    ("of: [purse], matters: 1}", "of: purse, matters: 1}", "value-type", 59, 109, "of"),
    ("horizon: 24", "horizon: 0", "value-type", 59, 90, "greater than or equal to 1"),
    ("group: supply", "group: money", "value-allowed", 59, 73, "group"),
    ("window: 6", "window: 0", "value-type", 63, 23, "greater than or equal to 1"),
    # Guardrails
    ("measure: tiny_wealth", "measure: tiny_welth", "name-unknown", 65, 34, "did you mean tiny_wealth?"),
    ("measure: tiny_wealth", "measure: purse", "name-unknown", 65, 34, "purse is no measure"),
    ("breach: below", "breach: under", "value-allowed", 65, 55, "breach"),
    ("chance: 0.05", "chance: 0", "value-type", 65, 80, "greater than 0"),
    ("chance: 0.05", "chance: 1", "value-type", 65, 80, "less than 1"),
    ("rise: 0.05", "rise: 5", "value-type", 65, 116, "less than 1"),
    (", rise: 0.05", "", "value-type", 65, 14, "a guardrail with a chance needs a rise"),
    (" limit: 1, chance", " chance", "key-missing", 65, 14, "limit is missing in tiny_line"),
    # What could be published
    ("settles: [tiny_guess]", "settles: [tiny_gues]", "name-unknown", 67, 56, "did you mean tiny_guess?"),
    ("settles: [tiny_guess]", "settles: [tiny_quota]", "name-unknown", 67, 56, "no parameter that is drawn"),
]


@pytest.mark.parametrize(("old", "new", "id", "line", "column", "message"), CHANGES)
def test_what_is_wrong_is_named_where_it_stands(tmp_path, old, new, id, line, column, message):
    assert TINY.count(old) >= 1
    places, messages = refused(written(tmp_path, TINY.replace(old, new, 1)))
    assert (id, "tiny.yml", line, column) in places
    assert message in messages[places.index((id, "tiny.yml", line, column))]


def test_every_fault_of_every_file_is_named_at_once(tmp_path):
    wrong = TINY.replace("unit: AGT", "unit: AGTT").replace("kind: fact", "kind: guess").replace("id: 2", "id: 1")
    folder = written(tmp_path, wrong, HEADER + ROW.replace("fit", "fitted"), other="accounts: 5\n", third="[")
    places, _ = refused(folder)
    assert {place[:3] for place in places} >= {
        ("value-allowed", "tiny.yml", 13),
        ("value-allowed", "tiny.yml", 25),
        ("name-duplicate", "tiny.yml", 45),
        ("table-value", "observations.csv", 2),
        ("value-type", "other.yml", 1),
        ("yaml-syntax", "third.yml", 1),
    }


def test_names_are_unique_across_files(tmp_path):
    again = "accounts:\n  chest: {symbol: C, meaning: Another chest, owner: market}\n"
    places, messages = refused(written(tmp_path, other=again))
    assert places == [("name-duplicate", "tiny.yml", 40, 3)]
    assert messages == ["chest stands twice in the registry"]


@pytest.mark.parametrize(
    ("text", "id", "message"),
    [
        ("", "yaml-syntax", "the file is empty"),
        ("# nothing but this\n", "yaml-syntax", "the file is empty"),
        ("- a list\n", "value-type", "a registry file is a mapping of purpose"),
        ("a: 1\n---\nb: 2\n", "yaml-syntax", "second documents are refused"),
        ("%YAML 1.1\n---\na: 1\n", "yaml-syntax", "directives"),
        ("x" * (256 * 1024 + 1), "file-unreadable", "larger than the 262,144 bytes allowed"),
    ],
)
def test_what_is_no_registry_file(tmp_path, text, id, message):
    places, messages = refused(written(tmp_path, other=text))
    assert [place[0] for place in places] == [id]
    assert message in messages[0]


def test_a_file_that_is_not_utf_8(tmp_path):
    folder = written(tmp_path)
    (folder / "other.yml").write_bytes(b"purpose: caf\xe9\n")
    places, messages = refused(folder)
    assert places == [("file-unreadable", "other.yml", 0, 0)]
    assert messages == ["byte 12 is not UTF-8; save the file as UTF-8"]


def test_a_link_is_not_followed(tmp_path):
    folder = written(tmp_path)
    (folder / "other.yml").symlink_to(folder / "tiny.yml")
    places, messages = refused(folder)
    assert [place[0] for place in places] == ["file-unreadable"]
    assert messages == ["not a regular file; give the path of a plain text file"]


def test_lines_that_end_as_on_windows_are_read(tmp_path):
    assert load(written(tmp_path, TINY.replace("\n", "\r\n"))).value("tiny_quota") == 15


def test_a_fault_shows_its_line_with_a_caret(tmp_path):
    with pytest.raises(Faults) as error:
        load(written(tmp_path, TINY.replace("value: 15", "value: 101")))
    assert str(error.value) == (
        "error[param-bounds]: tiny_quota: 101 is outside [0, 100] AGT\n"
        "  --> tiny.yml:15:12\n"
        "    |\n"
        " 15 |     value: 101\n"
        "    |            ^\n"
        "  = see reference/messages.html#param-bounds"
    )


@pytest.mark.parametrize(
    ("text", "column", "above"),
    [("a\u200b\u202eb: 1", 7, "1"), ("\x1b[31m" + "x" * 200 + "é: 1", 209, "1")],
)
def test_the_caret_stands_below_its_character_whatever_cannot_be_seen_before_it(text, column, above):
    fault = Fault("value-type", "a test", "a.yml", 1, column, text)
    shown, caret = str(fault).splitlines()[3:5]
    assert shown[caret.index("^")] == above
