"""The generator of mutants: which faults it makes of a text, that each is one change, and that none comes twice."""

import ast
from functools import cache
from itertools import pairwise

import pytest

from tests.mutants.generator import mutants
from tests.mutants.runner import MECHANISMS, chosen, nouns

POLICY = '''\
"""A text of 1 + 1 words."""

import numpy as np

WHOLE = 10 + 8


def policy(
    held: AGT,
    asked: AGT,
    part: Share,
    family: tuple[AGT, ...],
) -> tuple[AGT, AGT]:
    """Pay 1.0 of what is asked.

    >>> 1 + 1
    2
    """
    # PAY 2 * 3
    paid = np.minimum(part * held, pos(asked - 1.0))  # at most 5
    kept = np.where(
        held > 0.0,
        clip(paid, 0.0, 30.0),
        ratio(paid, family[3]),
    )
    return paid, kept
'''

FIRST, SECOND = "clip(paid, 0.0, 30.0)", "ratio(paid, family[3])"

OF_POLICY = [
    ("t.policy:13:minimum->maximum", "paid = np.maximum(part * held, pos(asked - 1.0))"),
    ("t.policy:13:*->/", "paid = np.minimum(part / held, pos(asked - 1.0))"),
    ("t.policy:13:held->asked", "paid = np.minimum(part * asked, pos(asked - 1.0))"),
    ("t.policy:13:pos(x)->x", "paid = np.minimum(part * held, asked - 1.0)"),
    ("t.policy:13:-->+", "paid = np.minimum(part * held, pos(asked + 1.0))"),
    ("t.policy:13:drop asked", "paid = np.minimum(part * held, pos(-1.0))"),
    ("t.policy:13:asked->held", "paid = np.minimum(part * held, pos(held - 1.0))"),
    ("t.policy:13:1.0->0.0", "paid = np.minimum(part * held, pos(asked - 0.0))"),
    ("t.policy:13:1.0->2.0", "paid = np.minimum(part * held, pos(asked - 2.0))"),
    ("t.policy:14:where branches swapped", f"kept = np.where(held > 0.0, {SECOND}, {FIRST})"),
    ("t.policy:14:>->>=", f"kept = np.where(held >= 0.0, {FIRST}, {SECOND})"),
    ("t.policy:14:>-><", f"kept = np.where(held < 0.0, {FIRST}, {SECOND})"),
    ("t.policy:14:held->asked", f"kept = np.where(asked > 0.0, {FIRST}, {SECOND})"),
    ("t.policy:14:0.0->1.0", f"kept = np.where(held > 1.0, {FIRST}, {SECOND})"),
    ("t.policy:14:clip bounds swapped", f"kept = np.where(held > 0.0, clip(paid, 30.0, 0.0), {SECOND})"),
    ("t.policy:14:clip(x, y, z)->x", f"kept = np.where(held > 0.0, paid, {SECOND})"),
    ("t.policy:14:0.0->1.0 (2)", f"kept = np.where(held > 0.0, clip(paid, 1.0, 30.0), {SECOND})"),
    ("t.policy:14:30.0->33.0", f"kept = np.where(held > 0.0, clip(paid, 0.0, 33.0), {SECOND})"),
    ("t.policy:14:ratio(x, y)->x", f"kept = np.where(held > 0.0, {FIRST}, paid)"),
    ("t.policy:14:[3]->[2]", f"kept = np.where(held > 0.0, {FIRST}, ratio(paid, family[2]))"),
]

RULE = '''\
def rule(stake: int, *, judged: int, names: list) -> int:
    """Round down."""
    left = 0
    for name in names:
        if not name or (stake >= judged and name not in names):
            left += stake
    return min(left - stake + judged, 7) // judged if judged == 0 else max(stake, names[0])
'''

OF_RULE = [
    ("t.rule:3:0->1", "left = 1"),
    ("t.rule:5:or->and", "not name and (stake >= judged and name not in names)"),
    ("t.rule:5:drop not", "name or (stake >= judged and name not in names)"),
    ("t.rule:5:and->or", "not name or (stake >= judged or name not in names)"),
    ("t.rule:5:>=->>", "not name or (stake > judged and name not in names)"),
    ("t.rule:5:>=-><=", "not name or (stake <= judged and name not in names)"),
    ("t.rule:5:stake->judged", "not name or (judged >= judged and name not in names)"),
    ("t.rule:5:judged->stake", "not name or (stake >= stake and name not in names)"),
    ("t.rule:5:not in->in", "not name or (stake >= judged and name in names)"),
    ("t.rule:6:+->-", "left -= stake"),
    ("t.rule:6:stake->judged", "left += judged"),
]

OF_RETURN = [
    ("branches swapped", "max(stake, names[0]) if judged == 0 else min(left - stake + judged, 7) // judged"),
    ("==->!=", "min(left - stake + judged, 7) // judged if judged != 0 else max(stake, names[0])"),
    ("judged->stake", "min(left - stake + judged, 7) // judged if stake == 0 else max(stake, names[0])"),
    ("0->1", "min(left - stake + judged, 7) // judged if judged == 1 else max(stake, names[0])"),
    ("floor->ceil", "-(-min(left - stake + judged, 7) // judged) if judged == 0 else max(stake, names[0])"),
    ("min->max", "max(left - stake + judged, 7) // judged if judged == 0 else max(stake, names[0])"),
    ("+->-", "min(left - stake - judged, 7) // judged if judged == 0 else max(stake, names[0])"),
    ("drop judged", "min(left - stake, 7) // judged if judged == 0 else max(stake, names[0])"),
    ("-->+", "min(left + stake + judged, 7) // judged if judged == 0 else max(stake, names[0])"),
    ("drop stake", "min(left + judged, 7) // judged if judged == 0 else max(stake, names[0])"),
    ("drop left", "min(-stake + judged, 7) // judged if judged == 0 else max(stake, names[0])"),
    ("stake->judged", "min(left - judged + judged, 7) // judged if judged == 0 else max(stake, names[0])"),
    ("judged->stake (2)", "min(left - stake + stake, 7) // judged if judged == 0 else max(stake, names[0])"),
    ("7->8", "min(left - stake + judged, 8) // judged if judged == 0 else max(stake, names[0])"),
    ("judged->stake (3)", "min(left - stake + judged, 7) // stake if judged == 0 else max(stake, names[0])"),
    ("max->min", "min(left - stake + judged, 7) // judged if judged == 0 else min(stake, names[0])"),
    ("stake->judged (2)", "min(left - stake + judged, 7) // judged if judged == 0 else max(judged, names[0])"),
    ("[0]->[1]", "min(left - stake + judged, 7) // judged if judged == 0 else max(stake, names[1])"),
]


def listed(text):
    return [(mutant.id, mutant.after) for mutant in mutants("t", text)]


def test_the_mutants_of_a_policy():
    assert listed(POLICY) == OF_POLICY


def test_the_mutants_of_a_rule():
    assert listed(RULE) == OF_RULE + [(f"t.rule:7:{change}", f"return {line}") for change, line in OF_RETURN]


@pytest.mark.parametrize(
    ("line", "changes"),
    [
        ("x = a + a", ["+->-", "drop a"]),  # both terms are the same, so dropping the other one is no further fault
        ("x = a - (b + c)", ["-->+", "drop b + c", "drop a", "+->-", "drop c", "drop b"]),
        ("x = -a", ["drop -"]),
        ("x = True", ["True->False"]),
        ("x = 0.55", ["0.55->0.605"]),
        ("x = a < b <= c", ["<-><=", "<->>", "<=-><", "<=->>="]),
        ("x = [y for y in a if y is not b]", ["is not->is"]),
        ("x: int = a // b", ["floor->ceil"]),
        ("return a, b", []),
        ("x = 'a text'", []),
    ],
)
def test_the_changes_of_a_line(line, changes):
    assert [mutant.id.split(":", 2)[2] for mutant in mutants("t", f"def f(a, b, c):\n    {line}\n")] == changes


def test_outside_the_changed_line_the_text_stays_as_it_is():
    """Comments, the docstring and names of more than one byte included."""
    text = "WORD = 'é'\n\n\ndef f(a):\n    'é + é'\n    b = {'é': a + 2}  # é\n    return b\n"
    assert [mutant.text for mutant in mutants("t", text)] == [
        text.replace("a + 2", change) for change in ("a - 2", "a", "2", "a + 3")
    ]


@cache
def tree(text):
    """The syntax tree of a text."""
    return ast.dump(ast.parse(text))


def parts_of(text):
    """The functions of a module and what stands between them, each as its syntax tree."""
    lines, starts = text.splitlines(keepends=True), [0]
    starts += [node.end_lineno for node in ast.parse(text).body]
    return tuple(tree("".join(lines[start:end])) for start, end in pairwise(starts))


@pytest.mark.turn(of=3)
@pytest.mark.parametrize("noun", nouns())
def test_the_mutants_of_a_mechanism_are_one_change_each_and_all_different(noun):
    original = (MECHANISMS / f"{noun}.py").read_text(encoding="utf-8")
    found = mutants(noun, original)
    assert found == mutants(noun, original)
    assert len({mutant.id for mutant in found}) == len(found) > 0
    parts = [parts_of(mutant.text) for mutant in found]
    assert len({*parts, parts_of(original)}) == len(found) + 1
    for mutant, own in zip(found, parts, strict=True):
        changed = [new for new, old in zip(own, parts_of(original), strict=True) if new != old]
        assert len(changed) == 1, mutant.id
        assert changed[0].startswith(f"Module(body=[FunctionDef(name='{mutant.id.split(':')[0].partition('.')[2]}'"), (
            mutant.id
        )
        assert mutant.before != mutant.after


def test_a_sample_is_the_same_every_time_and_part_of_the_whole():
    whole = mutants("t", RULE)
    sample = chosen("t", RULE, 10)
    assert sample == chosen("t", RULE, 10)
    assert len(sample) == 10
    assert sample == [mutant for mutant in whole if mutant in sample]
    assert chosen("t", RULE, None) == chosen("t", RULE, 10**6) == whole
