"""Governance on pages: what proposals are held against, their verdicts, the DAO's decisions, how forecasts fared."""

import json
from bisect import bisect_right
from collections.abc import Callable, Mapping
from decimal import Decimal
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import altair as alt
import numpy as np
import pandas as pd
from myst_nb import glue

from agt.analysis.bounds import ERROR, highest, lowest
from agt.analysis.forecasts import (
    CHANGED,
    KEY,
    LEVELS,
    NAIVE,
    QUANTILES,
    REASONS,
    SCENARIO,
    Scores,
    Track,
    track_record,
)
from agt.calendar import month_date, month_number, month_text
from agt.figures import Figure
from agt.governance.dossier import sources
from agt.governance.proposal import read_form
from agt.governance.sections import MEANS, isolated
from agt.governance.suite import PRESETS
from agt.governance.tables import digest
from agt.governance.verdict import BASE, ORDER, Counts, broken
from agt.pages.contents import ROOT
from agt.pages.results import result
from agt.pages.stress import SIDES, line
from agt.pages.tables import Html, amount, rough, table
from agt.records.actuals import FIGURES
from agt.registry import Faults, Guardrail, Registry, load
from agt.registry.decisions import FILE, DecidedChange, Decision
from agt.registry.reader import UNPUBLISHED, read_bytes
from agt.simulation import published, simulate, today

FULL = PRESETS["full"]
FOUND = "agt-[0-9][0-9][0-9][0-9]/manifest.json"  # of the folder `proposals`
SIZE = 8 * 1024 * 1024  # bytes of a dossier's file; those read here are smaller by far
LABELS = {"passes": "PASS up to here", "fails": "FAIL from here", "limit": "The limit"}
PARTS = {"registry": "registry", "suite": "suite", "model": "model", "template": "template", "lock": "packages"}
RUNS, SEED = 1_000, 1  # of the worked example
LEVER, FACTOR = "redemption_minimum", 2  # of the worked example: what is changed, and how much smaller it was before


# What every proposal is held against


def checks() -> Html:
    """Every check: what is asked, why, and what the verdict is where it does not hold."""
    rows = [
        [
            Html(f'<b id="{name}">{escape(one.title)}</b>'),
            one.what,
            one.why,
            Html(f"<b>{one.otherwise}</b>"),
            one.advice,
        ]
        for name, one in load().checks.items()
    ]
    return table(("Check", "Asked", "Why", "If not", "What a proposer can do"), rows, label="Checks")


def verdicts() -> Html:
    """The four verdicts, the worst last, and which checks can lead to each."""
    registry = load()
    rows = []
    for verdict in ORDER:
        titles = [one.title for one in registry.checks.values() if one.otherwise == verdict]
        rows.append([Html(f"<b>{verdict}</b>"), MEANS[verdict].removesuffix(", but"), "; ".join(titles) or "–"])
    return table(("Verdict", "Means", "By a check that does not hold"), rows, label="Verdicts, the worst last")


def guardrails() -> Html:
    """Every guardrail: its line, the chance and the rise allowed, the reason, and how often it breaks today."""
    registry, found = load(), result("stress")
    rows = [
        [
            Html(f'<b id="{name}">{escape(one.title)}</b><br>{escape(one.reason)}'),
            Html(f"{_linked(registry, one.measure)} {escape(line(registry, one))}"),
            _of_hundred(one.chance),
            _of_hundred(one.rise),
            f"{100 * found['scenarios'][BASE]['breaches'][name]:.1f} of 100",
        ]
        for name, one in registry.guardrails.items()
    ]
    head = ("Guardrail", "A future is in breach when", "Chance allowed", "A proposal may add", "In breach today")
    told = f"<p>Today: {found['runs']:,} futures of the economy as it stands, while nothing special happens.</p>"
    return Html(told + table(head, rows, label="Guardrails and their limits"))


def _of_hundred(share: Decimal | None) -> str:
    return "not judged" if share is None else f"{100 * share.normalize():f} of 100"


def _linked(registry: Registry, name: str) -> str:
    """A measure's title as a link to its picture."""
    measure = registry.measures[name]
    return f'<a href="../figures/{measure.group}.html#{name}">{escape(measure.title)}</a>'


def groups() -> Html:
    """Every group: what it lives by, and the loss that passes without a warning."""
    registry = load()
    rows = [
        [
            Html(f'<b id="{name}">{escape(one.title)}</b><br>{escape(one.reason)}'),
            Html(f"{_linked(registry, one.measure)}, {one.better} is better"),
            f"{amount(one.tolerance, 'share')} less"
            if one.better == "higher"
            else f"{amount(one.tolerance, 'share')} more",
        ]
        for name, one in registry.groups.items()
    ]
    return table(("Group", "Lives by", "Tolerated"), rows, label="Groups and what each may lose")


def scenarios() -> Html:
    """Every scenario in a line, linked to what exactly it changes."""
    rows = [
        [
            Html(f'<a href="../economy/stress.html#{name}">{escape(one.title)}</a>'),
            one.meaning,
            SIDES[one.side],
            one.risk,
        ]
        for name, one in load().scenarios.items()
    ]
    return table(("Scenario", "What happens", "Than today", "Risk"), rows, label="Scenarios in short")


def today_breaks() -> Html:
    """Which guardrails the economy breaks as it stands, by the bound that verdicts use, and which are too close."""
    judged = {name: one for name, one in load().guardrails.items() if one.chance is not None}
    over = [_named(one, name) for name, one in judged.items() if _state(one, name) == "broken"]
    close = [_named(one, name) for name, one in judged.items() if _state(one, name) == "open"]
    kept = len(judged) - len(over) - len(close)
    parts = [
        f"<b>Broken already: {'; '.join(over)}.</b> There a proposal must only not make it worse."
        if over
        else f"<b>Today’s economy breaks none of the {len(judged)} limits of a chance.</b>",
        f"{kept} of {len(judged)} are kept for certain.",
        f"Too close to say: {'; '.join(close)}." if close else "",
    ]
    return Html(f"<p>{' '.join(part for part in parts if part)}</p>")


def _named(guardrail: Guardrail, name: str) -> str:
    share = 100 * result("stress")["scenarios"][BASE]["breaches"][name]
    return f"{escape(guardrail.title)} ({share:.1f} of 100, allowed {_of_hundred(guardrail.chance)})"


def _state(guardrail: Guardrail, name: str) -> str:
    """Whether the stored futures prove that a limit of a chance is broken, or that it is kept; else it is open."""
    found = result("stress")
    count = round(found["scenarios"][BASE]["breaches"][name] * found["runs"])
    if broken(guardrail, Counts(count, count, 0, 0, 0, found["runs"]), FULL.error):
        return "broken"
    return "kept" if highest(count, found["runs"], FULL.error) <= float(guardrail.chance or 0) else "open"


# How a verdict is made


def say_how_sure() -> None:
    """Let prose name how sure a verdict is, and how many futures it may take."""
    for name, text in {
        "sure": _sure(ERROR),
        "first_look": f"{FULL.futures:,}",
        "last_look": f"{FULL.most:,}",
        "blocks": str(FULL.blocks),
        "drafting": f"{PRESETS['minimal'].futures:,}",
    }.items():
        glue(name, text, display=False)


def presets() -> Html:
    """How many futures each preset plays, how often it looks, and how sure its answers are."""
    rows = []
    for name, preset in PRESETS.items():
        looks = [preset.futures]
        while 2 * looks[-1] <= preset.most:
            looks.append(2 * looks[-1])
        rows.append([name, ", ".join(f"{look:,}" for look in looks), _sure(preset.error), _sure(ERROR)])
    head = ("Preset", "Futures of each scenario", "One look is right with", "All looks at a limit together")
    return table(head, rows, label="Presets")


def _sure(error: float) -> str:
    return f"{float(f'{100 * (1 - error):.4g}'):g} %"


class Threshold(NamedTuple):
    """Of so many futures: the most breaches that pass a limit for certain, and the fewest that fail it.

    None passes where `passing` is -1, none fails where `failing` is larger than `futures`.
    """

    futures: int
    passing: int
    failing: int


def threshold(limit: float, futures: int, error: float) -> Threshold:
    """The counts between which a limit of a chance is open."""

    def crossing(bound: Callable[[int, int, float], float]) -> int:
        return bisect_right(range(futures + 1), limit, key=lambda count: bound(count, futures, error))

    return Threshold(futures, crossing(highest) - 1, crossing(lowest))


def _doublings() -> list[int]:
    found = [FULL.runs]
    while found[-1] < FULL.most:
        found.append(2 * found[-1])
    return found


def thresholds(name: str) -> Html:
    """Of one guardrail: which counts of breaches pass, stay open, or fail, as futures are doubled."""
    limit = float(load().guardrails[name].chance or 0)
    rows = []
    for futures in _doublings():
        one = threshold(limit, futures, FULL.error)
        passing, failing = (f"{count:,} ({100 * count / futures:.3g} of 100)" for count in (one.passing, one.failing))
        rows.append(
            [f"{futures:,}", f"at most {passing}", f"{one.passing + 1:,} to {one.failing - 1:,}", f"from {failing}"]
        )
    return table(("Futures", "PASS", "INCONCLUSIVE", "FAIL"), rows, label="Breaches that pass or fail a limit")


def funnel(name: str) -> Figure:
    """How the band in which a limit stays open narrows as futures are added."""
    guardrail = load().guardrails[name]
    limit = float(guardrail.chance or 0)
    played = range(FULL.runs, FULL.most + 1, FULL.runs // 2)
    found = [threshold(limit, futures, FULL.error) for futures in played]
    frame = pd.DataFrame(
        {
            "futures": [one.futures for one in found],
            "passing": [one.passing for one in found],
            "failing": [one.failing for one in found],
            "passes": [100 * one.passing / one.futures for one in found],
            "fails": [100 * one.failing / one.futures for one in found],
            "limit": 100 * limit,
        }
    )
    first, last = found[0], found[-1]
    told = (
        f"“{guardrail.title}”: at most {100 * limit:g} futures of 100 may be in breach. Of {first.futures:,} futures "
        f"{first.passing} breaches or fewer pass and {first.failing} or more fail; of {last.futures:,}, {last.passing} "
        f"or fewer pass and {last.failing} or more fail."
    )
    caption = f"{told} Between the lines the answer is INCONCLUSIVE, and the futures are doubled."
    return Figure(_funnel(frame), caption, told)


def _funnel(frame: pd.DataFrame) -> alt.LayerChart:
    scale, axis = alt.Scale(type="log", nice=False), alt.Axis(values=_doublings(), format=",d")
    tooltip = [
        alt.Tooltip("futures:Q", title="Futures", format=",d"),
        alt.Tooltip("passing:Q", title="Most breaches that pass", format=",d"),
        alt.Tooltip("failing:Q", title="Fewest that fail", format=",d"),
        alt.Tooltip("passes:Q", title="Passes, of 100", format=".2f"),
        alt.Tooltip("fails:Q", title="Fails, of 100", format=".2f"),
    ]
    base = alt.Chart(frame).encode(
        x=alt.X("futures:Q", title="Futures (count)", scale=scale, axis=axis), tooltip=tooltip
    )

    def height(column: str) -> alt.Y:
        return alt.Y(f"{column}:Q", title="In breach (of 100 futures)", scale=alt.Scale(zero=False))

    open_ = base.mark_area(opacity=0.15).encode(y=height("passes"), y2="fails:Q")
    lines = [
        base.mark_line(strokeDash=[4, 4] if column == "limit" else [1, 0]).encode(
            y=height(column), color=alt.ColorDatum(label)
        )
        for column, label in LABELS.items()
    ]
    chart: alt.LayerChart = alt.LayerChart(layer=[open_, *lines]).configure_legend(orient="bottom", columns=1)
    return chart


# Proposals and their verdicts


class Filed(NamedTuple):
    """What a dossier says; `outdated` names what is no longer today's, `problem` why it says nothing."""

    id: str
    title: str
    changes: tuple[str, ...]
    verdict: str
    preset: str
    luck: str
    outdated: tuple[str, ...]
    problem: str = ""


def filed(folder: Path, now: Mapping[str, str]) -> list[Filed]:
    """Every dossier of a folder, in the order of ids.

    Args: now: SHA-256 of each of today's sources, as `agt.governance.dossier.sources` gives them.
    """
    return [_filed(place.parent, now) for place in sorted(folder.glob(FOUND))]


def _filed(dossier: Path, now: Mapping[str, str]) -> Filed:
    try:
        content = {name: read_bytes(dossier / name, size=SIZE) for name in ("proposal.yml", "results.json")}
        manifest, results = json.loads(read_bytes(dossier / "manifest.json")), json.loads(content["results.json"])
        wrong = [name for name, own in content.items() if sha256(own).hexdigest() != manifest["files"][name]]
        if wrong:
            return _unsaid(dossier, f"{wrong[0]} is not the file of its manifest")
        if "sources" not in manifest or "verdict" not in results:
            return _unsaid(dossier, "made by an earlier edition, which gave no verdict; run the proposal again")
        return Filed(
            dossier.name,
            _title(dossier),
            tuple(_change(change) for change in results["changes"]),
            _verdict(results),
            str(manifest["preset"]),
            f"beacon: {results['beacon']['source']}" if results["beacon"] else "draft: the suite’s own luck",
            tuple(words for part, words in PARTS.items() if manifest["sources"].get(part) != now[part]),
        )
    except (Faults, ValueError, LookupError, TypeError, AttributeError):
        return _unsaid(dossier, "the dossier cannot be read")


def _unsaid(dossier: Path, problem: str) -> Filed:
    return Filed(dossier.name, _title(dossier), (), "", "", "", tuple(PARTS.values()), problem)


def _title(dossier: Path) -> str:
    """The proposer's title, or none where the file cannot be read."""
    try:
        return read_form(dossier / "proposal.yml").head.title
    except Faults:
        return ""


def _verdict(results: dict[str, Any]) -> str:
    """The verdict of a dossier's results.

    Raises: ValueError when it is none.
    """
    verdict = results["verdict"]
    if verdict not in ORDER:
        raise ValueError(f"{verdict} is no verdict")
    return f"{verdict}: nothing simulated" if results.get("nothing_simulated") else str(verdict)


def _change(change: Mapping[str, str]) -> str:
    """A change of a dossier's results in one line."""
    return _moved(change["parameter"], change["from"], change["to"], change["effective"])


def _moved(name: str, was: str, to: str, effective: str) -> str:
    """What a change of a lever, or of a number of the suite, does and from when on, in one line."""
    entry = load().parameters.get(name)
    unit = entry.unit if entry is not None else ""
    before = "not published" if was == UNPUBLISHED else amount(Decimal(was), unit)
    return f"{name}: {before} → {amount(Decimal(to), unit)} from {month_date(month_number(effective)):%B %Y}"


def proposals(folder: Path = ROOT / "proposals", now: Mapping[str, str] | None = None) -> Html:
    """Every proposal that was run, with its verdict, and whether that is still one on today's model."""
    rows = [_row(one) for one in filed(folder, sources(ROOT) if now is None else now)]
    if not rows:
        return Html("<p>No proposal has been run yet.</p>")
    head = ("Proposal", "Changes", "Verdict", "Preset", "Luck", "Made with")
    return table(head, rows, label="Proposals and their verdicts")


def _row(one: Filed) -> list[str]:
    link = f'<a href="../../proposals/{one.id}/report.html">{one.id}</a>'
    title = f"<br>“{isolated(one.title)}”" if one.title else ""
    made = "today’s registry, suite, model, template and packages"
    if one.outdated:
        made = Html(f"<b>stale</b>: another {escape(', '.join(one.outdated))}")
    if one.problem:
        return [Html(link + title), "–", Html(f"<b>none</b>: {escape(one.problem)}"), "–", "–", Html("<b>stale</b>")]
    changes = Html("<br>".join(map(escape, one.changes)) or "no number")
    return [Html(link + title), changes, Html(f"<b>{escape(one.verdict)}</b>"), one.preset, one.luck, made]


# Decisions and forecasts


def decision_log(registry: Registry | None = None) -> Html:
    """Every decision of the log, with the digests that chain it and that name what was voted on."""
    decisions = (registry or load()).decisions
    if not decisions:
        return Html("<p><b>The log is empty: the DAO has decided nothing in this edition.</b></p>")
    rows = [_decided(one) for one in decisions]
    head = ("No.", "Proposal", "Decided", "Changes", "SHA-256")
    return table(head, rows, label="Decision log")


def _decided(one: Decision) -> list[str]:
    named = {
        "effect": one.effect,
        "results": one.results,
        "dossier": one.dossier,
        "tally": one.tally,
        "previous line": one.previous,
    }
    digests = "<br>".join(f"{name} {digest(text)}" for name, text in named.items())
    link = Html(f'<a href="../../proposals/{one.proposal}/report.html">{one.proposal}</a>')
    changes = Html("<br>".join(escape(_decided_change(change)) for change in one.changes))
    return [str(one.number), link, one.decided.isoformat(), changes, Html(digests)]


def _decided_change(change: DecidedChange) -> str:
    was = UNPUBLISHED if change.was is None else f"{change.was:f}"
    return _moved(change.parameter, was, f"{change.to:f}", change.effective)


def log_digest() -> Html:
    """The SHA-256 of the log, so that a reader can compare copies."""
    content = read_bytes(ROOT / "models" / "agt" / "registry" / FILE, size=SIZE)
    whole = digest(sha256(content).hexdigest())
    return Html(f"<p>The log in this copy: {len(load().decisions):,} decisions, SHA-256 {whole}.</p>")


def track(registry: Registry | None = None, root: Path = ROOT) -> Html:
    """How the forecasts of the DAO's decisions have fared so far."""
    found = track_record(registry or load(), root)
    if not found:
        return Html("<p><b>No decision yet, and so no forecast that could have come true.</b></p>")
    head = (
        "Proposal",
        "From",
        "Figures scored",
        "Inside the 90 % interval",
        "CRPS, of that without the change",
        "Not scored",
    )
    return table(head, map(_tracked, found), label="Track record of forecasts")


def _tracked(one: Track) -> list[str]:
    left = f"{one.unscored:,}" + (f": {one.problem}" if one.problem else "")
    month = f"{month_date(month_number(one.effective)):%B %Y}"
    return [one.proposal, month, f"{one.scored:,}", _percent(one.coverage), _ratio(one.relative), left]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def _ratio(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


class Example(NamedTuple):
    """A made-up decision: what it would have changed, in words; its month of effect; the forecast that it had."""

    told: str
    effective: str
    forecast: pd.DataFrame


def example() -> Example:
    """A made-up decision for the first month that nobody has seen: that the lever, smaller until then, is as it is.

    The forecast is that of the model: with the change the economy as the registry has it, without it the smaller value.
    """
    registry, start = load(), today() + 1
    now = registry.value(LEVER)
    before = now / FACTOR
    effective = month_text(start)
    frames = [
        _forecast(registry, economy, start, settings)
        for economy, settings in ((CHANGED, {}), (NAIVE, {LEVER: {start: float(before)}}))
    ]
    told = _moved(LEVER, f"{before:f}", f"{now:f}", effective)
    return Example(told, effective, pd.concat(frames, ignore_index=True))


def _forecast(registry: Registry, economy: str, start: int, settings: Mapping[str, dict[int, float]]) -> pd.DataFrame:
    """The quantiles of one economy in the month `start`, in the form of a dossier's forecast."""
    figures = [figure for figure in FIGURES if figure.quantity]
    keep = tuple(dict.fromkeys(name for figure in figures for name in figure.names(registry)))
    played = published(simulate(RUNS, start, SEED, settings=settings, keep=keep))
    rows = []
    for figure in figures:
        runs = np.sum([played[name][start] for name in figure.names(registry)], axis=0)
        head = (economy, SCENARIO, figure.column, month_text(start))
        rows.append((*head, *(float(value) for value in np.quantile(runs, LEVELS))))
    return pd.DataFrame(rows, columns=[*KEY, *QUANTILES])


def scored(scores: Scores, *, synthetic: bool = False) -> Html:
    """Every scored figure beside its forecast: inside or outside, and its score with and without the change."""
    meanings = {figure.column: figure.meaning for figure in FIGURES}
    rows = [
        [
            meanings[row["figure"]],
            f"{rough(row['value'])} {row['unit']}",
            f"{rough(row['q50'])} [{rough(row['q05'])}; {rough(row['q95'])}]",
            "inside" if row["inside"] else Html("<b>outside</b>"),
            rough(row["crps"]),
            rough(row["crps_naive"]),
        ]
        for row in scores.scored.to_dict("records")
    ]
    measured = "Made up" if synthetic else "Measured"
    head = ("Figure", measured, "Forecast: middle [nine in ten]", "", "CRPS", "CRPS without the change")
    label = "Figures beside their forecast"
    return table(head, rows, label=f"SYNTHETIC: {label.lower()}" if synthetic else label)


def summed_up(scores: Scores) -> Html:
    """How a forecast did as a whole, and what could not be scored and why."""
    inside, of = int(scores.scored["inside"].sum()), len(scores.scored)
    left = [f"{count:,}: {REASONS[reason]}" for reason, count in scores.reasons.items() if count]
    parts = [
        f"<b>{inside} of {of} figures lie inside the 90 % interval: coverage {_percent(scores.coverage)}.</b>",
        f"The CRPS is {_ratio(scores.relative)} of that of the economy without the change; below 1 is better.",
        f"Not scored: {'; '.join(left)}." if left else "",
    ]
    return Html(f"<p>{' '.join(part for part in parts if part)}</p>")
