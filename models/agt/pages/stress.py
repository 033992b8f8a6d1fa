"""The suite on pages: scenarios, the figures that members ask for, and guardrails, in every scenario."""

from decimal import Decimal
from html import escape
from typing import Any

import pandas as pd

from agt.figures import Figure
from agt.figures.rows import intervals
from agt.pages.results import result
from agt.pages.tables import Html, amount, rough, table
from agt.registry import Guardrail, Measure, Registry, Scenario, load
from agt.registry.schema import Change

WIDE = 30.0  # a ratio of largest to smallest from which a scale of ratios shows more
SIDES = {"neutral": "as it comes", "better": "better", "worse": "worse"}


def scenarios() -> Html:
    """Every scenario: what it is about, which risk it answers, and what it changes."""
    registry = load()
    rows = [
        [
            Html(f'<b id="{name}">{escape(one.title)}</b><br>{escape(one.meaning)}'),
            SIDES[one.side],
            one.risk,
            _changes(registry, one),
        ]
        for name, one in registry.scenarios.items()
    ]
    return table(("Scenario", "Than today", "Risk", "Changes"), rows, label="Scenarios")


def _changes(registry: Registry, scenario: Scenario) -> Html:
    parts = [f"<code>{change.name}</code> {escape(in_words(registry, change))}" for change in scenario.changes]
    return Html("<br>".join(parts) or "nothing")


def in_words(registry: Registry, change: Change) -> str:
    """What a change does and when: the months count from the registry's date."""
    if change.times is not None:
        does = f"× {change.times.normalize():f}"
    elif change.name in registry.shocks:
        does = f"moved by {signed(change.plus or Decimal(0))} standard deviations"
    elif change.plus is not None:
        does = f"{signed(change.plus)} a month"
    else:
        does = f"set to {amount(change.to or Decimal(0), getattr(registry.entry(change.name), 'unit', ''))}"
    until = f"for {change.months} months" if change.months not in (None, 1) else "for one month"
    return f"{does}, from month {change.after}, {'for good' if change.months is None else until}"


def signed(value: Decimal) -> str:
    """A number with its sign."""
    return f"{value.normalize():+f}".replace("-", "−")


def measures_of(group: str) -> Html:
    """The figures of one group, each with definition, unit, horizon, and a picture of it in every scenario."""
    measures = {name: one for name, one in load().measures.items() if one.group == group}
    return Html("".join(_section(name, one) for name, one in measures.items()))


def _section(name: str, measure: Measure) -> str:
    unit = "a plain number" if measure.unit == "number" else measure.unit
    facts = f"{measure.meaning}. Unit: {unit}. Horizon: {measure.horizon} months. Better: {measure.better}."
    formula = f"<code>{name}</code> = {escape(formula_in_words(measure))}"
    picture = picture_of(name).html()
    return f'<h3 id="{name}">{escape(measure.title)}</h3><p>{escape(facts)}</p><p>{formula}</p>{picture}'


def formula_in_words(measure: Measure) -> str:
    """How a measure is computed from quantities of the model, in one line."""
    of, over = " + ".join(measure.of), " + ".join(measure.over)
    few = f"the last {measure.window} months" if measure.window > 1 else "the last month"
    first = f"the {measure.window} months before" if measure.window > 1 else "the month of effect"
    return {
        "last": f"{of} in the last month",
        "mean": f"mean of {of}",
        "median": f"median over the months of {of}",
        "least": f"least {of} of any month",
        "most": f"largest {of} of any month",
        "sum": f"sum of {of}",
        "growth": f"{of} of {few} over that of {first}",
        "change": f"{of} of {few} less that of {first}",
        "ratio": f"sum of ({of}) over sum of ({over})",
        "rest": f"1 less sum of ({of}) over sum of ({over})",
        "below": f"share of months with {of} below {measure.limit}",
        "drawdown": f"largest fall of {of} from an earlier month, as a share",
    }[measure.how]


def quantiles(scenario: str, measure: str) -> dict[str, float]:
    """The stored quantiles of a measure in a scenario."""
    found: dict[str, float] = result("stress")["scenarios"][scenario]["measures"][measure]
    return found


def picture_of(name: str) -> Figure:
    """A measure in every scenario: nine runs in ten, and the middle one."""
    registry = load()
    measure, runs = registry.measures[name], result("stress")["runs"]
    rows = [{"row": one.title, **quantiles(scenario, name)} for scenario, one in registry.scenarios.items()]
    frame = pd.DataFrame(rows)[["row", "p05", "p50", "p95"]]
    least, most = float(frame["p05"].min()), float(frame["p95"].max())
    chart = intervals(frame, quantity="Value", unit=measure.unit, log=least > 0.0 and most / least > WIDE)
    base = quantiles("base", name)
    told = (
        f"{measure.title}, in {measure.unit}, in {len(rows)} scenarios. If nothing special happens: middle run "
        f"{rough(base['p50'])}, nine runs in ten between {rough(base['p05'])} and {rough(base['p95'])}."
    )
    caption = f"{measure.title}, from today. {runs:,} runs of each scenario. Line: nine runs in ten; mark: the middle."
    return Figure(chart, caption, told)


def guardrails() -> Html:
    """Every guardrail: its line, how many futures may cross it, how many do, and why it stands there."""
    registry = load()
    base = result("stress")["scenarios"]["base"]["breaches"]
    rows = [
        [
            Html(f'<b id="{name}">{escape(one.title)}</b><br>{escape(one.reason)}'),
            Html(f"{_linked(registry, one.measure)} {line(registry, one)}"),
            allowed(one),
            f"{100 * base[name]:.1f} of 100",
        ]
        for name, one in registry.guardrails.items()
    ]
    head = ("Guardrail", "A future is in breach when", "May be in breach", "Are in breach today")
    return table(head, rows, label="Guardrails")


def _linked(registry: Registry, name: str) -> str:
    """A measure's title as a link to its picture."""
    measure = registry.measures[name]
    return f'<a href="../figures/{measure.group}.html#{name}">{escape(measure.title)}</a>'


def line(registry: Registry, guardrail: Guardrail) -> str:
    """On which side of which value a measure is in breach."""
    return f"{guardrail.breach} {amount(guardrail.limit, registry.measures[guardrail.measure].unit)}"


def allowed(guardrail: Guardrail) -> str:
    """How many futures may be in breach, in words."""
    if guardrail.chance is not None:
        return f"at most {100 * guardrail.chance:.0f} of 100"
    if guardrail.rise is not None:
        return f"at most {100 * guardrail.rise:.0f} more of 100 than without the proposal"
    return "reported, not judged"


def breaches_by_scenario() -> Html:
    """Futures in breach, of a hundred: guardrails by scenarios; what exceeds the limit is marked."""
    registry, found = load(), result("stress")["scenarios"]
    head = ("Guardrail", "Limit", *(one.title for one in registry.scenarios.values()))
    rows = []
    for name, guardrail in registry.guardrails.items():
        limit = f"{100 * guardrail.chance:.0f}" if guardrail.chance is not None else "–"
        shares = [found[scenario]["breaches"][name] for scenario in registry.scenarios]
        rows.append([guardrail.title, limit, *(_share(share, guardrail) for share in shares)])
    return table(head, rows, label="Futures in breach by scenario, of 100", matrix=True)


def _share(share: float, guardrail: Guardrail) -> Any:
    text = f"{100 * share:.1f}"
    beyond = guardrail.chance is not None and share > float(guardrail.chance)
    return Html(f"<b>{text} !</b>") if beyond else text


def effects_of(scenario: str, *names: str) -> Html:
    """What a scenario changes, against the same futures without it."""
    registry, found = load(), result("stress")["scenarios"]
    rows = []
    for name in names:
        measure, base, here = registry.measures[name], quantiles("base", name), quantiles(scenario, name)
        gap = found[scenario]["differences"][name]
        interval = f"{signed_rough(gap['p50'])} [{signed_rough(gap['p05'])}; {signed_rough(gap['p95'])}]"
        rows.append([measure.title, measure.unit, rough(base["p50"]), rough(here["p50"]), interval])
    head = ("Figure", "Unit", "Nothing special", registry.scenarios[scenario].title, "Difference, future by future")
    return table(head, rows, label=f"Effects of {scenario}")


def signed_rough(value: float) -> str:
    """A difference at a glance, with its sign."""
    text = rough(abs(value))
    return text if text == "0" else ("+" if value > 0 else "−") + text
