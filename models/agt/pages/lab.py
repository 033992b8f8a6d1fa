"""The lab on pages: the form in which a reader moves levers, filled and answered by `book/_static/lab`.

Without JavaScript or WebAssembly the form stays hidden, and the figure shows the economy as it is decided today.
"""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from agt.analysis.sensitivity import ANSWERS
from agt.calendar import moment, month_date
from agt.figures import READING, Figure, fan
from agt.figures.figure import readable
from agt.lab import export
from agt.lab.export import RUNS
from agt.lab.offer import assumptions, levers, pictured, scenarios
from agt.lab.tools import tools
from agt.pages.answers import indices
from agt.pages.baseline import AHEAD, SEED
from agt.pages.policy import LAB
from agt.pages.tables import Html, rough
from agt.records.amounts import plain as plain_units
from agt.registry import Registry, load
from agt.simulation import published, simulate, today

FOLDER = Path("_static") / "lab"
NOW = "Today’s rules"
HANGING = 3  # of each answer, the unknowns it hangs on most that are named first
NEAR = 3  # largest steps to either side that a slider reaches
NOTCHES = 20  # of a slider, in the largest step


def lab() -> Html:
    """The whole lab: every lever, every scenario and open proposal, assumptions, and all that is answered."""
    registry = load()
    first = next(iter(pictured(registry)))
    parts = [
        _until_open(),
        '<form class="agt-lab-form" novalidate><div class="agt-lab-top">',
        f'<div class="agt-lab-settings" data-live hidden>{_futures(registry)}{_levers(registry)}',
        f"{_mind(registry)}{_takeaway()}</div>",
        f'<div class="agt-lab-answers">{_bar()}{_pictures(registry, first)}</div></div>{_answers(registry)}',
        "</form>",
    ]
    return Html(f'<div class="agt-lab agt-lab-full" data-lab="full" data-picture="{first}">{"".join(parts)}</div>')


def small_lab(noun: str, picture: str) -> Html:
    """The levers of one mechanism, and one picture that answers them; nothing where no lever of it is simulated.

    Args: noun: the mechanism; picture: the quantity that is drawn, one of `agt.lab.offer.PICTURES`.
    """
    registry = load()
    own = {name: one for name, one in levers(registry).items() if name.startswith(f"{noun}_")}
    if not own:
        return Html("")
    if picture not in pictured(registry):
        raise ValueError(f"{picture} is no picture of the lab; name one of {', '.join(pictured(registry))}")
    parts = [
        "<summary>Try it here</summary>",
        _until_open(),
        '<form class="agt-lab-form" novalidate>',
        f'<div class="agt-lab-settings" data-live hidden>{_effective(own)}',
        *(_lever(name, one) for name, one in own.items()),
        '<p class="agt-lab-buttons"><button type="button" data-act="reset">Reset</button>'
        '<a data-act="further" href="../lab.html">Open in the lab</a></p></div>',
        f'<div class="agt-lab-answers">{_bar()}{_figure(registry, picture)}<div data-part="effects"></div>',
        f'<p class="agt-hint" data-live hidden>{RUNS} paths show an effect. The run that counts is the one in a '
        "proposal’s report.</p></div></form>",
    ]
    return Html(
        f'<div class="agt-lab" data-lab="small" data-picture="{picture}"><details>{"".join(parts)}</details></div>'
    )


def _until_open(*, picture: bool = True) -> str:
    """What is said until the browser plays, and where it cannot.

    Args: picture: whether one stands below all the same.
    """
    told = "This is played by your browser. Where it does not open (without JavaScript or WebAssembly, or from a folder"
    rest = "the picture below shows the economy under today’s rules" if picture else "nothing is shown here"
    return f'<p class="agt-lab-cannot">{told} instead of a web address), {rest}.</p>'


def _futures(registry: Registry) -> str:
    """Which future, which proposal, from when."""
    options = "".join(
        f'<option value="{name}">{escape(one["title"])}</option>' for name, one in scenarios(registry).items()
    )
    return (
        '<section><h2 id="lab-futures">1. Choose a future</h2>'
        f'<div class="agt-field"><label for="lab-scenario">What happens</label>'
        f'<select id="lab-scenario" aria-describedby="lab-scenario-told">{options}</select>'
        '<p class="agt-hint" id="lab-scenario-told"></p></div>'
        '<div class="agt-field"><label for="lab-proposal">Begin with an open proposal</label>'
        '<select id="lab-proposal"><option value="">none</option></select></div></section>'
    )


def _levers(registry: Registry) -> str:
    """Every lever, by mechanism."""
    offered = levers(registry)
    nouns = dict.fromkeys(name.partition("_")[0] for name in offered)
    groups = []
    for noun in nouns:
        own = {name: one for name, one in offered.items() if name.startswith(f"{noun}_")}
        count = "1 lever" if len(own) == 1 else f"{len(own)} levers"
        fields = "".join(_lever(name, one) for name, one in own.items())
        groups.append(
            f'<details class="agt-group" data-group="{noun}"{" open" if noun == "redemption" else ""}>'
            f'<summary>{noun.capitalize()} <span class="agt-quiet">{count}</span></summary>{fields}</details>'
        )
    return (
        '<section><h2 id="lab-levers">2. Move what the DAO decides</h2>'
        f"{_effective(offered)}{''.join(groups)}</section>"
    )


def _effective(offered: Mapping[str, dict[str, Any]]) -> str:
    first, last = min(one["first"] for one in offered.values()), min(one["last"] for one in offered.values())
    months = "".join(f'<option value="{month}">{month_date(month):%B %Y}</option>' for month in range(first, last + 1))
    return (
        '<div class="agt-field"><label for="lab-effective">The change holds from</label>'
        f'<select id="lab-effective">{months}</select></div>'
    )


def _lever(name: str, one: Mapping[str, Any]) -> str:
    """One lever: a slider near its present value, a field for any value, and a button that keeps what is."""
    low, high = one["bounds"]
    reach = NEAR * one["largest_step"]
    scale = _scale(one)
    notch = max(one["largest_step"] / NOTCHES, 10.0 ** -one["decimals"])
    slider = (max(low, one["start"] - reach) * scale, min(high, one["start"] + reach) * scale, notch * scale)
    least, most, step = (f"{number:.10g}" for number in slider)
    unit, where = _unit(one), f"lab-{name}"
    return (
        f'<fieldset class="agt-lever" data-lever="{name}"><legend>{escape(one["meaning"])}</legend>'
        f'<input type="range" id="{where}-slider" min="{least}" max="{most}" step="{step}" '
        f'aria-label="{escape(one["meaning"])}, slider" aria-describedby="{where}-told">'
        f'<div class="agt-lever-row"><label for="{where}">New value</label>'
        f'<input type="text" id="{where}" inputmode="decimal" autocomplete="off" spellcheck="false" maxlength="32" '
        f'placeholder="keep" aria-label="{escape(one["meaning"])}, new value" '
        f'aria-describedby="{where}-told {where}-note {where}-fault">'
        f'<span class="agt-unit">{escape(unit)}</span>'
        f'<button type="button" data-act="keep" aria-label="Keep current: {escape(one["meaning"])}">Keep current'
        f'</button></div><p class="agt-hint" id="{where}-told">{escape(_told(one))}</p>'
        f'<p class="agt-note" id="{where}-note"></p>'
        f'<p class="agt-fault" id="{where}-fault" role="alert"></p></fieldset>'
    )


def _scale(one: Mapping[str, Any]) -> float:
    """What the field shows for one of the registry's: shares are written in per cent."""
    return 100.0 if one["unit"] == "share" else 1.0


def _unit(one: Mapping[str, Any]) -> str:
    return {"share": "%", "number": "", "count": ""}.get(str(one["unit"]), str(one["unit"]))


def _exact(one: Mapping[str, Any], value: float) -> str:
    """Every digit of a number of the registry, as the field shows it."""
    return f"{value * _scale(one):,.12g}"


def _told(one: Mapping[str, Any]) -> str:
    """The present value of a lever, its bounds, its largest step and the first month in which a change may hold."""
    now = f"Now {_exact(one, one['start'])} {_unit(one)}"
    if one["present"] == "unpublished":
        now = f"Not published; the model draws about {readable(one['start'] * _scale(one))} {_unit(one)}"
    low, high = (_exact(one, bound) for bound in one["bounds"])
    return (
        f"{now.rstrip()}. Allowed: {low} to {high} {_unit(one)}".rstrip()
        + f"; largest step {_exact(one, one['largest_step'])}, from {month_date(one['first']):%B %Y} on."
    )


def _mind(registry: Registry) -> str:
    """What would change a reader's mind: what is not known, moved inside its prior."""
    offered = assumptions(registry)
    hanging: dict[str, float] = {}
    for answer in ANSWERS:
        for name, found in [pair for pair in indices("unknowns", answer).items() if pair[0] in offered][:HANGING]:
            hanging[name] = max(found["total"], hanging.get(name, 0.0))
    groups = {"What the answers hang on most": sorted(hanging, key=lambda name: -hanging[name])}
    for name in offered:
        if name not in hanging:
            groups.setdefault(name.partition("_")[0].capitalize(), []).append(name)
    options = "".join(
        f'<optgroup label="{escape(title)}">{"".join(_option(name, offered[name]) for name in names)}</optgroup>'
        for title, names in groups.items()
    )
    return (
        '<section><h2 id="lab-mind">3. What would change my mind</h2>'
        '<p class="agt-hint">Every path draws what nobody knows from its prior. Fix one of these at a value of your '
        "own, with and without the change, and see whether the answer holds.</p>"
        '<div class="agt-field"><label for="lab-assumption">Assumption</label>'
        f'<select id="lab-assumption">{options}</select></div>'
        '<p class="agt-lab-buttons"><button type="button" data-act="assume">Fix this one</button></p>'
        '<div data-part="assumptions"></div></section>'
    )


def _option(name: str, one: Mapping[str, Any]) -> str:
    member = f" ({name.partition('.')[2]})" if "." in name else ""
    return f'<option value="{name}">{escape(one["meaning"] + member)}</option>'


def _takeaway() -> str:
    return (
        '<section><h2 id="lab-take">4. Take it with you</h2>'
        '<p class="agt-lab-buttons"><button type="button" data-act="link">Copy the link</button>'
        '<button type="button" data-act="proposal">Download as a proposal</button>'
        '<button type="button" data-act="reset">Reset everything</button></p>'
        '<div class="agt-field" data-part="shared" hidden><label for="lab-link">The link to these settings</label>'
        '<input type="text" id="lab-link" readonly></div>'
        '<p class="agt-hint" data-part="taken" role="status"></p></section>'
    )


def _bar() -> str:
    """How far the paths are, and what the middle one says."""
    return (
        '<div class="agt-lab-bar" data-live hidden><progress value="0" max="1" aria-label="Paths played"></progress>'
        '<p class="agt-lab-count"></p><button type="button" data-act="stop" hidden>Stop</button>'
        '<p class="agt-lab-sentence" role="status" aria-live="polite"></p>'
        '<p class="agt-fault" data-part="fault" role="alert"></p></div>'
    )


def _pictures(registry: Registry, first: str) -> str:
    options = "".join(
        f'<option value="{name}">{escape(one["meaning"])}</option>' for name, one in pictured(registry).items()
    )
    return (
        '<div class="agt-field" data-live hidden><label for="lab-picture">Picture</label>'
        f'<select id="lab-picture">{options}</select></div>{_figure(registry, first)}'
        '<div data-part="gap" hidden><h3>Path by path: what the change adds or takes</h3></div>'
    )


def _figure(registry: Registry, name: str) -> str:
    """A fan of the paths that the page plays, under today's rules; the page draws its own in its place."""
    one, now = pictured(registry)[name], today(registry)
    ensemble = published(simulate(RUNS, now + AHEAD, SEED, keep=(name,)))
    frame = ensemble.quantiles(name, now + 1)
    frame["date"] = pd.to_datetime(frame["date"])
    frame["series"] = NOW
    chart = fan(frame, "date", quantity=one["meaning"], unit=one["unit"], by="series")
    end = frame.iloc[-1]
    caption = f"{one['meaning']}: {RUNS} paths under today’s rules, from {month_date(now + 1):%B %Y}. {READING}"
    told = f"{one['meaning']}, {end.date:%B %Y}: middle path {readable(float(end.p50))} {one['unit']}."
    return Figure(chart, caption, told).html()


def _answers(registry: Registry) -> str:
    return (
        '<div class="agt-lab-tables" data-live hidden><section>'
        '<h2 id="lab-effects">What changes</h2>'
        '<div data-part="effects"><p class="agt-hint">Move a lever, or begin with a proposal.</p></div></section>'
        '<section><h2 id="lab-groups">Who gains, who loses</h2>'
        '<div data-part="groups"></div></section>'
        '<section><h2 id="lab-guardrails">Guardrails</h2>'
        f'<div data-part="guardrails"></div></section>{_honest(registry)}</div>'
    )


def _honest(registry: Registry) -> str:
    """How far the page can be trusted."""
    day = f"{moment(registry.as_of):%-d %B %Y}"
    return (
        '<section><h2 id="lab-honest">How far to trust this</h2>'
        f"<p>The page plays {RUNS} paths, the first {RUNS} runs of this book’s ensemble, by the same source text. "
        f"Fixed in all of them is what happened until {day}. What nobody knows is drawn once for each path, and luck "
        "month by month; both are the same with and without the change, so the difference is the change’s alone. "
        f"{RUNS} paths show an effect; they cannot prove that a rare harm is rare. The run that counts is the one in a "
        "proposal’s report: thousands of futures of every scenario, drawn by a seed that nobody could choose.</p>"
        "</section>"
    )


def worth() -> Html:
    """The small tool: what a contributor's AIA bring in this season, by the exact rule."""
    terms = tools(load())
    low, middle, high = (rough(terms["submitted"][place]) for place in (0, 2, 4))
    month = month_date(today())
    others = float(f"{terms['submitted'][2]:.3g}")  # no more digits than processors agree on
    fields = [
        _field("worth-mine", "AIA that I submit", "", "AIA"),
        _field("worth-others", "AIA that everybody else submits", f"{others:.0f}", "AIA"),
        _field("worth-pool", "The season’s pool", plain_units(int(terms["pool"])), "AGT"),
    ]
    told = (
        f"Nobody publishes what is submitted. The model’s middle path for {month:%B %Y} is {middle} AIA, and nine in "
        f"ten lie between {low} and {high}."
    )
    wallet = '<p class="agt-check"><input type="checkbox" id="worth-wallet" checked><label for="worth-wallet">'
    return _tool("worth", fields, f"{wallet}A valid wallet is bound to my account</label></p>", told)


def unlocking() -> Html:
    """The small tool: what a stake opens, by the exact rule."""
    terms = tools(load())
    fields = [
        _field("stake-amount", "AGT that I stake", "", "AGT"),
        _field("stake-tier", "Stake that makes a tier", terms["tier"], "AGT"),
        _field("stake-level", "My level", "1", ""),
        _field("stake-high", "Level that counts as high", "5", ""),
    ]
    told = (
        "The tier and the high level are published nowhere; these two are examples. A stake pays nothing by itself: "
        "no work, no reward."
    )
    medallion = '<p class="agt-check"><input type="checkbox" id="stake-medallion"><label for="stake-medallion">'
    return _tool("stake", fields, f"{medallion}I hold a Medallion</label></p>", told)


def _tool(name: str, fields: list[str], check: str, told: str) -> Html:
    settings = f'{"".join(fields)}{check}<p class="agt-hint">{escape(told)}</p>'
    return Html(
        f'<div class="agt-lab agt-tool" data-lab="{name}">{_until_open(picture=False)}'
        f'<form class="agt-lab-form" novalidate data-live hidden><div class="agt-lab-settings">{settings}</div>'
        '<div class="agt-tool-answer" role="status" aria-live="polite"></div></form></div>'
    )


def _field(name: str, label: str, value: str, unit: str) -> str:
    return (
        f'<div class="agt-field"><label for="{name}">{escape(label)}</label><span class="agt-lever-row">'
        f'<input type="text" id="{name}" inputmode="decimal" autocomplete="off" maxlength="32" '
        f'value="{escape(value)}" aria-describedby="{name}-fault"><span class="agt-unit">{unit}</span></span>'
        f'<p class="agt-fault" id="{name}-fault" role="alert"></p></div>'
    )


def offered(root: Path, folder: Path) -> None:
    """Write what the lab needs into a folder of the built book."""
    export.export(root, folder, months=AHEAD, seed=SEED)


def wired(page: str, depth: int) -> str:
    """A built page, with the lab's script and style where it has a lab.

    Args: page: its HTML; depth: how many folders below the book's own it lies.
    """
    if not LAB.search(page):
        return page
    place = "../" * depth + FOLDER.as_posix()
    tags = f'<link rel="stylesheet" href="{place}/lab.css"><script type="module" src="{place}/lab.js"></script>'
    return page.replace("</head>", f"{tags}</head>", 1)
