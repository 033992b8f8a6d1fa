"""The sections of a report, in the page's order: one function each, called by one cell of the template notebook.

They say what the results say: whoever gives them other results gets another page, and whoever the same, the same.
"""

import hashlib
from decimal import Decimal
from typing import Any

import pandas as pd
from markupsafe import Markup

from agt.analysis.paired import of_hundred
from agt.calendar import month_date, month_number
from agt.figures import READING, Figure, fan
from agt.figures.figure import readable
from agt.governance import suite
from agt.governance.changes import step
from agt.governance.form import Change
from agt.governance.report import Report, arranged, canonical
from agt.governance.tables import Html, Rows, bullets, digest, folded, grouped, paragraph, table, under
from agt.governance.verdict import BASE
from agt.governance.wording import SAYS, chance, difference, level, lowered, phrases, signed
from agt.registry import Account, Guardrail, Metric, Parameter, Stock
from agt.simulation import LEVELS

MEANS = {
    "PASS": "Every check holds",
    "WARN": "Every limit holds, but",
    "INCONCLUSIVE": "Not decided",
    "FAIL": "A limit is crossed",
}
SHORT = 3  # measures that are named after the sentence
WORST = 4  # scenarios that are shown before the others are asked for


def title(report: Report) -> Html:
    """The proposer's title, as the proposer's."""
    mark = Markup(" <small>Illustrative, not submitted to the DAO.</small>") if report.proposal.illustrative else ""
    lead = Markup('<p class="agt-lead">“{}”{}</p>')
    return Html("title", lead.format(isolated(report.proposal.head.title), mark))


def verdict(report: Report) -> Html:
    """The verdict, what is proposed in a line each, and one sentence made from the numbers."""
    results = report.results
    badge = Markup('<p class="agt-verdict agt-{}"><strong>{}</strong> {}</p>')
    said = results["verdict"]
    lines = bullets([_line(report, change) for change in report.proposal.changes])
    parts = [badge.format(said.lower(), said, meaning(report)), lines]
    if "effects" in results:
        said = "; ".join(phrases(results["effects"], report.registry))
        parts.append(paragraph("{}: {}.{}", suite.WHEN, said, _also(report)))
    return Html("verdict", *parts)


def _also(report: Report) -> str:
    """The measures beside those of the sentence that become better, and worse, by more than is of no interest."""
    rows = [row for row in report.results["effects"] if row["measure"] not in suite.SENTENCE]
    said = []
    for word in ("better", "worse"):
        titles = [lowered(_measure(report, row["measure"])) for row in rows if row["says"] == word]
        if titles:
            more = f" and {len(titles) - SHORT} more" if len(titles) > SHORT else ""
            said.append(f" Also {word}: {', '.join(titles[:SHORT])}{more}.")
    return "".join(said)


def meaning(report: Report) -> str:
    """The verdict in a few words."""
    results = report.results
    said = results["verdict"]
    if results.get("nothing_simulated"):
        return f"Nothing simulated: a proposal of type {report.proposal.head.type} changes no lever."
    if results["null"]:
        return f"Changes nothing. {MEANS[said]}."
    first = next((row for row in results["checks"] if row["verdict"] == said != "PASS"), None)
    return f"{MEANS[said]}: {first['found']}." if first else f"{MEANS[said]}."


def _line(report: Report, change: Change) -> str:
    """A change in one line, as it is written."""
    if not report.simulated:
        return f"{change.parameter}: {change.was} → {change.to} from {change.effective}"
    entry = report.registry.parameters[change.parameter]
    now = f"{change.was:,f}" if isinstance(change.was, Decimal) else "not published"
    return (
        f"{entry.meaning}: {now} → {change.to:,f} {entry.unit} from {month_date(month_number(change.effective)):%B %Y}"
    )


def changes(report: Report) -> Html:
    """What is proposed, from the file's data; its numbers exactly as written."""
    parameters = report.registry.parameters
    if not report.simulated:
        return Html("changes", paragraph("No lever is changed: nothing of this proposal can be simulated."))
    levers = [_change(report, change, parameters[change.parameter]) for change in report.proposal.changes]
    return Html("changes", grouped("What is proposed", (), levers))


def _change(report: Report, change: Change, entry: Parameter) -> tuple[object, Rows]:
    """One lever: what it is called, and its rows."""
    assert entry.largest_step is not None  # the registry refuses a lever without one
    start = month_number(change.effective)
    present = change.was if isinstance(change.was, Decimal) else None
    size, origin, what = step(change.to, entry, present)
    large = f"; larger than the largest foreseen, {entry.largest_step:,f}" if size > entry.largest_step else ""
    now = f"{present:,f}" if present is not None else "not published"
    last = [one for one in report.registry.decisions if any(own.parameter == change.parameter for own in one.changes)]
    rows = (
        ("Now → proposed", f"{now} → {change.to:,f} {entry.unit}"),
        ("From", f"{month_date(start):%B %Y}"),
        ("Step", f"{size:,f} from {origin:,f}, {what}{large}"),
        ("Allowed", f"{entry.bounds[0]:,f} to {entry.bounds[1]:,f} {entry.unit}"),
        ("Last changed by", last[-1].proposal if last else "no decision yet"),
    )
    return under(entry.meaning, change.parameter), rows


def status(report: Report) -> Html:
    """What this page is, and what it is not: coverage, futures, luck, and full identifiers."""
    results = report.results
    rows: list[tuple[object, ...]] = []
    if "checks" in results:
        held = sum(row["verdict"] == "PASS" for row in results["checks"])
        rows.append(("Checks", f"{len(results['checks'])} of {len(report.registry.checks)} put, {held} hold"))
        futures = results["samples"]["suite"]
        most, least = max(row["futures"] for row in futures.values()), min(row["futures"] for row in futures.values())
        each = f"{least:,}" if most == least else f"{least:,} to {most:,}"
        rows.append(("Futures", f"{each} of each of {len(futures)} scenarios, with and without the change"))
    beacon = results["beacon"]
    luck = f"suite and beacon: {beacon['source']}, {beacon['value']}" if beacon else "suite only"
    rows += [
        ("Preset, suite", f"{results['preset']}, version {results['suite']}"),
        ("Luck", luck),
        ("Effect, SHA-256", digest(results["effect"])),
        ("Proposal, SHA-256", digest(results["proposal"])),
        ("Results, SHA-256", digest(hashlib.sha256(canonical(results)).hexdigest())),
    ]
    parts = [table("What was run", (), rows)]
    if not beacon:
        parts.insert(0, paragraph("<strong>Draft: the proposer could know these futures.</strong>"))
    if results["preset"] != "full":
        parts.insert(0, paragraph("<strong>Preset {}: for drafting, not for a vote.</strong>", results["preset"]))
    parts += [paragraph("Note: {}.", warning.message) for warning in report.proposal.warnings]
    return Html("status", *parts)


def effects(report: Report) -> Html:
    """What it does: first the measures that matter, the others folded away."""
    if "effects" not in report.results:
        return Html("effects", paragraph("Nothing was simulated."))
    head = ("Measure", "Difference (9 futures in 10)", "In how many futures it matters")
    by_name = {row["measure"]: row for row in report.results["effects"]}
    first = table("Effects", head, [_effect(report, by_name.pop(name)) for name in suite.FIRST])
    matter = [row for row in by_name.values() if row["says"] not in SAYS]
    note = paragraph(
        "Differences are taken future by future, in the base scenario; the horizon stands in each measure's name. M "
        "is a million. Small: the middle as things stand → with the change; the middle of the differences is not the "
        "difference of the middles. What is counted in USD, and what grows, is "
        "compared in percent: the level of a price cannot be known, what a change does to it can."
    )
    rest = folded(
        f"{len(by_name)} further measures, {len(matter)} of them with an effect that matters",
        table("Further measures", head, [_effect(report, row) for row in by_name.values()]),
    )
    return Html("effects", first, note, rest, _expectations(report))


def _effect(report: Report, row: dict[str, Any]) -> tuple[object, ...]:
    measure = report.registry.measures[row["measure"]]
    if row["says"] in ("same", "nothing"):
        return measure.title, SAYS[row["says"]], ""
    levels = f"{level(row['baseline'], measure)} → {level(row['changed'], measure)}"
    shown = difference(row, measure) if measure.relative else under(difference(row, measure), levels)
    said = SAYS.get(row["says"], row["says"])
    return measure.title, shown, under(chance(row, measure), said)


def _expectations(report: Report) -> Markup:
    rows = [
        (
            _described(report, row["metric"]),
            row["direction"],
            f"higher in {of_hundred(row['more'], row['futures'])}, lower in {of_hundred(row['less'], row['futures'])}",
        )
        for row in report.results["expected"]
    ]
    head = ("What the proposer expects", "Direction", "Two years after the change, futures")
    return table("Expected and found", head, rows)


def _described(report: Report, figure: str) -> str:
    """A figure of the model in the registry's words."""
    entry = report.registry.entry(figure)
    assert isinstance(entry, Account | Metric | Stock)  # the check of a proposal accepts no other
    member = figure.partition(".")[2]
    return f"{entry.meaning} ({member})" if member else entry.meaning


def pictures(report: Report) -> Html:
    """The paired difference over time."""
    fans = arranged(report.results.get("fans", {}), suite.PICTURES)
    moving = [name for name, found in fans.items() if any(any(row) for row in found["rows"])]
    if not moving:
        return Html("pictures", paragraph("There is nothing to draw: no figure of the pictures moves."))
    return Html("pictures", *(Markup(_picture(report, name).html()) for name in moving))


def _picture(report: Report, name: str) -> Figure:
    found = report.results["fans"][name]
    scale = 100.0 if found["relative"] else 1.0
    frame = pd.DataFrame([[scale * value for value in row] for row in found["rows"]], columns=list(LEVELS))
    frame.insert(0, "date", pd.to_datetime([month_date(month_number(text)).date() for text in found["months"]]))
    words, unit = _described(report, name), getattr(report.registry.entry(name), "unit", "AGT")
    unit = "%" if found["relative"] else unit
    last = frame.iloc[-1]
    span = f"9 runs in 10 by {readable(last['p05'])} to {readable(last['p95'])}"
    return Figure(
        fan(
            frame,
            "date",
            quantity=f"Difference: {words}",
            unit=unit,
        ),
        f"{words}: what the change adds. {READING} Zero is the same future without the change.",
        f"{words}, with the change less without it. At the end the middle run differs by "
        f"{readable(last['p50'])} {unit}, {span}.",
    )


def guardrails(report: Report) -> Html:
    """The chance of breach of each guardrail while nothing special happens, now and with the change."""
    if "samples" not in report.results:
        return Html("guardrails", paragraph("Nothing was simulated."))
    samples = arranged(report.results["samples"], suite.SAMPLES)
    rows: dict[bool, list[tuple[object, ...]]] = {True: [], False: []}
    broken = []
    for name, guardrail in report.registry.guardrails.items():
        found = [sample[BASE]["guardrails"][name] for sample in samples.values()]
        open_ = any(row["verdict"] != "PASS" for row in found)
        rows[open_].append(_guardrail(report, guardrail, found))
        broken += [guardrail.title] * any(row["broken"] for row in found)
    head = ("Guardrail", "Futures in breach, now → with the change", "Allowed", "Verdict")
    parts = [paragraph("Today’s economy already breaks: {}.", "; ".join(broken))] if broken else []
    if rows[True]:
        parts.append(table("Guardrails that are crossed, or open", head, rows[True]))
    held = table("Guardrails that hold", head, rows[False])
    parts.append(folded(f"{len(rows[False])} guardrails that hold, or are only reported", held))
    return Html("guardrails", *parts, *_answers(report))


def _guardrail(report: Report, guardrail: Guardrail, found: list[dict[str, Any]]) -> tuple[object, ...]:
    """One guardrail in the base scenario, the samples together."""
    futures = sum(row["futures"] for row in found)
    now, then = (of_hundred(sum(row[key] for row in found), futures) for key in ("baseline", "changed"))
    limit = f"{readable(100 * float(guardrail.chance))} of 100" if guardrail.chance else ""
    rise = f"{readable(100 * float(guardrail.rise))} more of 100" if guardrail.rise else "reported only"
    line = f"{lowered(_measure(report, guardrail.measure))} {guardrail.breach} {guardrail.limit:,f}"
    said = " / ".join(dict.fromkeys(row["verdict"] for row in found)) if guardrail.rise else "–"
    allowed = under(limit, f"and {rise}") if limit else rise
    return under(guardrail.title, line), f"{now} → {then}", allowed, said


def _measure(report: Report, name: str) -> str:
    return report.registry.measures[name].title


def _answers(report: Report) -> list[Markup]:
    """Every check that was put, and its answer: first those that do not hold."""
    failing, holding = [], []
    for row in report.results["checks"]:
        check = report.registry.checks[row["check"]]
        found = ("Found", capital(row["found"]))
        if row["verdict"] == "PASS":
            holding.append((check.title, [found, ("Asked", check.what)]))
        else:
            rows = [found, ("Asked", check.what), ("Why", check.why), ("What to do", check.advice)]
            failing.append((f"{row['verdict']}: {check.title}?", rows))
    held = folded(f"{len(holding)} checks that hold", grouped("Checks that hold", (), holding))
    return [grouped("Checks that do not hold", (), failing), held] if failing else [held]


def scenarios(report: Report) -> Html:
    """The scenarios, those first in which the change costs most."""
    if "scenarios" not in report.results:
        return Html("scenarios", paragraph("Nothing was simulated."))
    measures = [report.registry.measures[name] for name in suite.SENTENCE]
    found = arranged(report.results["scenarios"], report.registry.scenarios)

    def rise(scenario: str) -> float:
        rows = report.results["samples"]["suite"][scenario]["guardrails"].values()
        return float(max((row["worse"] - row["better"]) / row["futures"] for row in rows))

    rows = []
    for scenario in sorted(found, key=rise, reverse=True):
        by_name = {row["measure"]: row for row in found[scenario]}
        cells = [
            SAYS["same"] if by_name[name]["says"] == "same" else signed(by_name[name]["middle"], measure)
            for name, measure in zip(suite.SENTENCE, measures, strict=True)
        ]
        worst = under(report.registry.scenarios[scenario].title, f"{_steepest(report, scenario)}")
        rows.append((worst, *cells))
    head = ("Scenario, and the guardrail that suffers most", *(measure.title for measure in measures))
    text = (
        "Middle differences. The scenario comes first in which the change puts most futures into breach of a guardrail."
    )
    shown, rest = table("Worst scenarios", head, rows[:WORST]), table("Other scenarios", head, rows[WORST:])
    return Html("scenarios", paragraph(text), shown, folded(f"{len(rows) - WORST} further scenarios", rest))


def _steepest(report: Report, scenario: str) -> str:
    """The guardrail that the change breaks in most futures of a scenario, before and after."""
    rows = arranged(report.results["samples"]["suite"][scenario]["guardrails"], report.registry.guardrails)
    name = max(rows, key=lambda one: (rows[one]["worse"] - rows[one]["better"]) / rows[one]["futures"])
    row = rows[name]
    if row["worse"] <= row["better"]:
        return "no guardrail is broken more often"
    now, then = of_hundred(row["baseline"], row["futures"]), of_hundred(row["changed"], row["futures"])
    return f"{report.registry.guardrails[name].title}: {now} → {then}"


def groups(report: Report) -> Html:
    """Who gains and who loses, as a share of what each has without the change."""
    rows: list[tuple[object, ...]] = []
    for row in report.results.get("groups", []):
        group = report.registry.groups[row["group"]]
        less = "; less of it is a gain" if report.registry.measures[group.measure].better == "lower" else ""
        name = under(group.title, f"{lowered(_measure(report, group.measure))}{less}")
        if not row["futures"]:
            rows.append((name, SAYS["nothing"], ""))
            continue
        low, middle, high = (f"{_percent(row[key])}" for key in ("low", "middle", "high"))
        gains, loses = of_hundred(row["gains"], row["futures"]), of_hundred(row["loses"], row["futures"])
        said = f"gain in {gains}, lose in {loses}" if row["gains"] or row["loses"] else SAYS["same"]
        beyond = of_hundred(row["beyond"], row["futures"])
        beyond = f"beyond the tolerance of {_percent(-float(group.tolerance))} in {beyond}"
        rows.append((name, f"{middle} ({low} to {high})", under(said, beyond if row["loses"] else "")))
    head = ("Group", "Gain or loss (9 futures in 10)", "In how many futures")
    return Html("groups", table("Who gains and who loses", head, rows))


def _percent(value: float) -> str:
    shown = float(f"{100 * value:.3g}")
    return f"{'+' if shown > 0 else ''}{readable(shown).replace('-', '−')}\u00a0%"


def isolated(text: str) -> Markup:
    """A text of any script, which cannot turn the direction of what stands beside it."""
    return Markup("<bdi>{}</bdi>").format(text)


def capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
