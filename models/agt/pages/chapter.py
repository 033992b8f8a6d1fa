"""A chapter's one object: `here = Chapter("redemption")` renders what registry and code say about a mechanism."""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from html import escape
from importlib import import_module
from typing import Any

from myst_nb import glue
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from agt.economy import AGENDA, OPENING
from agt.figures import Figure
from agt.graph import mechanism, reads, writes
from agt.pages.baseline import fan_of
from agt.pages.equations import equations, symbol
from agt.pages.examples import example
from agt.pages.lab import small_lab
from agt.pages.tables import Html, amount, bounds, table
from agt.pages.tables import prior as in_words
from agt.registry import Parameter, Registry, load


class Chapter:
    """What one page needs of the registry and of the code of its mechanism.

    Making it glues the mechanism's parameters, and those named in `also`, so that prose need not type a number.
    """

    def __init__(self, noun: str, *also: str) -> None:
        self.noun, self.registry = noun, load()
        self.module = import_module(f"agt.mechanisms.{noun}")
        self.functions = [f for f in dict.fromkeys([*OPENING, *AGENDA]) if mechanism(f) == noun]
        for name, entry in [*self._parameters().items(), *((name, self.registry.parameters[name]) for name in also)]:
            if entry.value is not None and entry.index is None:
                self.say(name, amount(entry.value, entry.unit))

    def say(self, name: str, text: str) -> None:
        """Let prose insert `text` as {glue:text}`name`."""
        glue(name, text, display=False)

    def _parameters(self) -> dict[str, Parameter]:
        own = self.registry.parameters.items()
        return {name: entry for name, entry in own if name.startswith(f"{self.noun}_")}

    def state(self) -> Html:
        """What the mechanism reads and writes: accounts, stocks, flows and figures."""
        read = dict.fromkeys(name for function in self.functions for name in reads(function))
        written = dict.fromkeys(name for function in self.functions for name in writes(function))
        names = [name for name in [*written, *read] if name != "month" and not self._is_given(name)]
        return table(
            ("Symbol", "Quantity", "Unit", "Kind", "Here"),
            [self._quantity(name, name in read, name in written) for name in dict.fromkeys(names)],
            label=f"What {self.noun} reads and writes",
        )

    def _is_given(self, name: str) -> bool:
        return self.registry.section(name) in ("parameters", "shocks", "columns")

    def _quantity(self, name: str, read: bool, written: bool) -> list[str]:
        entry: Any = self.registry.entry(name)
        kind = self.registry.section(name).removesuffix("s")
        use = " and ".join(word for word, true in (("read", read), ("written", written)) if true)
        ends = f" ({entry.payer} → {entry.payee})" if kind == "flow" and not entry.index else ""
        unit = getattr(entry, "unit", "AGT")
        return [math(entry.symbol), named(name, f"{entry.meaning}{ends}"), unit, kind, use]

    def example(self) -> Html:
        """What the mechanism means for somebody, in AGT, computed by its exact rule."""
        return Html(f'<p class="agt-example"><b>For example.</b> {escape(example(self.noun))}</p>')

    def parameters(self) -> Html:
        """What the mechanism's parameters are worth today; their limits and reasons stand further down."""
        own = self._parameters()
        first = {name.partition(".")[0]: entry for name, entry in own.items()}
        rows = [
            [math(entry.symbol), named(name, entry.meaning), _value(entry), entry.kind] for name, entry in first.items()
        ]
        if not rows:
            return Html(f"<p>None: {self.noun} has no parameter.</p>")
        label = f"Parameters of {self.noun}"
        known = {name: entry for name, entry in own.items() if entry.kind != "assumption"}
        listed = table(("Symbol", "Parameter", "Value", "Kind"), rows, label=label)
        return Html(listed + by_index(self.registry, known, label=label))

    def assumptions(self) -> Html:
        """What is assumed, with the range it is drawn from and the reason."""
        chosen = {name: entry for name, entry in self._parameters().items() if entry.kind == "assumption"}
        if not chosen:
            return Html(f"<p>Nothing: {self.noun} has no assumption.</p>")
        return parameters_by_family(self.registry, chosen, label=f"What {self.noun} assumes")

    def levers(self) -> Html:
        """What a proposal may change, and how far at once."""
        chosen = [(name, entry) for name, entry in self._parameters().items() if entry.kind == "lever"]
        if not chosen:
            return Html(f"<p>Nothing: {self.noun} has no lever.</p>")
        return lever_table(chosen, label=f"Levers of {self.noun}")

    def fan(self, name: str, *, log: bool = False) -> Figure:
        """A quantity over time in the baseline, with its uncertainty."""
        return fan_of(name, log=log)

    def lab(self, picture: str) -> Html:
        """The mechanism's levers, to be moved in the reader's browser, and the quantity that answers them."""
        return small_lab(self.noun, picture)

    def equations(self, *functions: str) -> Html:
        """The equations of functions of the module, as they run, each after what the function says that it does."""
        shown = [getattr(self.module, name) for name in functions or ("policy",)]
        return Html("".join(f"<p>{_told(function)}</p>{equations(function)}" for function in shown))

    def code(self, *names: str) -> Html:
        """The source of functions of the module, as it runs."""
        sources = [inspect.getsource(getattr(self.module, name)) for name in names or ("policy",)]
        shown = "".join(highlight(source, PythonLexer(), HtmlFormatter()) for source in sources)
        listed = ", ".join(f"<code>{name}</code>" for name in names or ("policy",))
        return Html(f'<details class="agt-code"><summary>The code: {listed}</summary>{shown}</details>')


def _told(function: Callable[..., Any]) -> Html:
    """The first line of a function's docstring."""
    line = (inspect.getdoc(function) or "").partition("\n")[0]
    return Html(re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(line)))


def math(text: str) -> Html:
    """A registry symbol as MathML."""
    return Html(f"<math>{symbol(text)}</math>")


def parameters_by_family(
    registry: Registry, entries: Mapping[str, Parameter], *, label: str, anchors: bool = False
) -> Html:
    """One row per parameter, and one table per index with what its members' values are.

    Args: anchors: whether links may point at the rows, which only one table of a page can offer.
    """
    first = {name.partition(".")[0]: entry for name, entry in entries.items()}
    rows = [
        [
            math(entry.symbol),
            named(name, entry.meaning, entry.source, anchor=anchors),
            _value(entry),
            entry.kind,
            limits(entry),
        ]
        for name, entry in first.items()
    ]
    listed = table(("Symbol", "Parameter", "Value", "Kind", "Limits"), rows, label=label)
    return Html(listed + by_index(registry, entries, label=label))


def by_index(registry: Registry, entries: Mapping[str, Parameter], *, label: str) -> Html:
    """One table per index with what its members' values are."""
    first = {name.partition(".")[0]: entry for name, entry in entries.items()}
    parts = []
    for index in dict.fromkeys(entry.index for entry in first.values() if entry.index):
        families = [name for name, entry in first.items() if entry.index == index]
        members = [
            [str(row["meaning"]), *(value(entries[f"{family}.{member}"], prior=True) for family in families)]
            for member, row in registry.indices[index].members.items()
        ]
        heads = [family.partition("_")[2].replace("_", " ") for family in families]
        parts.append(table((index.capitalize(), *heads), members, label=f"{label}, by {index}"))
    return Html("".join(parts))


def _value(entry: Parameter) -> str:
    return f"by {entry.index}, see there" if entry.index else value(entry)


def named(name: str, meaning: str, source: str = "", *, anchor: bool = False) -> Html:
    """A name with what it means, and where that is from, below it."""
    origin = f'<br><span class="agt-origin">Source: {escape(source)}</span>' if source else ""
    place = f' id="{name}"' if anchor else ""
    return Html(f"<code{place}>{name}</code><br>{escape(meaning)}{origin}")


def limits(entry: Parameter) -> Html:
    """The bounds of a parameter and, where its value is not known, its prior."""
    unsure = f"<br>drawn from {escape(in_words(entry))}" if entry.prior and not entry.index else ""
    return Html(f"{escape(bounds(entry))}{unsure}")


def lever_table(entries: Iterable[tuple[str, Parameter]], *, label: str) -> Html:
    """Levers as a proposer needs them: value, as a file writes it, bounds, largest step, delay."""
    rows = [
        [
            named(name, entry.meaning),
            value(entry),
            Html(f"<code>{f'{entry.value:f}' if entry.published else 'unpublished'}</code>"),
            bounds(entry),
            amount(entry.largest_step, entry.unit) if entry.largest_step is not None else "–",
            f"{entry.minimum_delay} months" if entry.minimum_delay != 1 else "1 month",
            "yes" if entry.read_by == "policy" else f"no: {entry.read_by} reads it",
        ]
        for name, entry in entries
    ]
    head = ("Lever", "Now", "Written", "Bounds", "Largest step", "Takes effect after", "Simulated")
    return table(head, rows, label=label)


def value(entry: Parameter, *, prior: bool = False) -> str:
    """A parameter's value, or what it is drawn from when it is not published."""
    assert entry.value is not None  # the loader refuses a parameter without one
    if not entry.published:
        return f"not published; drawn from {in_words(entry)}"
    shown = amount(entry.value, entry.unit)
    return f"{shown}; drawn from {in_words(entry)}" if prior and entry.prior else shown
