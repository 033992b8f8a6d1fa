"""Verify a dossier: make it again from its proposal and the repository, and compare. Nothing that it says is believed.

Taken from the dossier are the bytes of the proposal, and from its manifest what was asked for: preset, beacon, date.
Registry, suite, seeds, template and lock come from the repository at the proposal's base.
"""

import hashlib
import json
import math
import os
import re
import secrets
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal, NoReturn

from agt.analysis import forecasts
from agt.analysis.paired import BASELINE
from agt.governance import history
from agt.governance.dossier import NAMES
from agt.governance.execution import PROPOSAL
from agt.governance.futures import CHANGED, Sample, sample
from agt.governance.order import VARIABLE, Order, ordered
from agt.governance.proposal import check
from agt.governance.remake import MADE
from agt.governance.report import GIVEN, OTHERS, Report
from agt.governance.run import SILENT, Watcher, failed, made
from agt.governance.suite import Preset
from agt.governance.verdict import Counts, Verdict, judge, worst
from agt.registry import Fault, Faults, load
from agt.registry.canonical import canonical
from agt.registry.reader import parse

BASE = re.compile(r"[0-9a-f]{40}", re.ASCII)
LARGEST = 8 * 1024 * 1024  # bytes of a file of a dossier; a page with its charts takes one
CLOSE = 1e-9  # relative: what the last digits of two machines may differ by
COUNTED = ("baseline", "changed", "worse", "better", "more", "less")  # counts that `close` futures may move
SCALES = {"for_good": 5e9, "rows": 1e8, "correlation": 1e3}  # AGT handed out, AGT of the reserve, ranks that may swap
SHOWN = 5  # differences that are named
PAGES = ("report.ipynb", "report.html", "snapshot.md")


@dataclass(frozen=True)
class Found:
    """What verifying found: 0 reproduced, 1 it differs, 2 it could not be made again or is no dossier."""

    code: Literal[0, 1, 2]
    messages: tuple[Fault, ...]

    @property
    def word(self) -> str:
        """The answer in a word or two."""
        return {0: "reproduced", 1: "differs", 2: "not verified"}[self.code]

    def plain(self) -> list[dict[str, str]]:
        """The messages as plain data."""
        return [{"id": one.id, "message": one.message, "file": one.file} for one in self.messages]


class Stopped(Exception):  # noqa: N818 (an answer, not an error)
    """The answer that ends a verification early."""

    def __init__(self, found: Found) -> None:
        self.found = found
        super().__init__(found.word)


def _stop(code: Literal[1, 2], *messages: Fault) -> NoReturn:
    raise Stopped(Found(code, messages))


def verify(dossier: Path, watcher: Watcher = SILENT) -> Found:
    """Make the dossier again and compare it, file by file."""
    try:
        files = opened(dossier)
        order, manifest = _order(dossier, files)
        _digests(dossier, files, manifest)
        return _compare(dossier, files, order, watcher)
    except Stopped as stopped:
        return stopped.found
    except Faults as error:
        return Found(2, error.faults)


def opened(dossier: Path) -> dict[str, bytes]:
    """The bytes of every file of a dossier, each opened once, after its name, kind and size were looked at."""
    try:
        names = sorted(path.name for path in dossier.iterdir()) if not dossier.is_symlink() else None
    except OSError:
        names = None
    if names is None:
        _stop(2, Fault("verify-missing", "no such folder, or a link; give the path of a dossier", str(dossier)))
    foreign = [name for name in names if name not in NAMES]
    if foreign:
        message = f"{foreign[0]!r} belongs to no dossier; a dossier holds {', '.join(NAMES)}, and nothing else"
        _stop(2, Fault("verify-name", message, str(dossier)))
    missing = [name for name in NAMES if name not in names]
    if missing:
        _stop(2, Fault("verify-missing", f"{', '.join(missing)} is not there", str(dossier)))
    return {name: _bytes(dossier / name) for name in NAMES}


def _bytes(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        _stop(2, Fault("verify-link", "a link, or it cannot be opened", str(path)))
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            _stop(2, Fault("verify-link", "not a regular file", str(path)))
        with os.fdopen(handle, "rb", closefd=False) as stream:
            content = stream.read(LARGEST + 1)
    finally:
        os.close(handle)
    if len(content) > LARGEST:
        _stop(2, Fault("verify-size", f"larger than {LARGEST:,} bytes", str(path)))
    return content


def _order(dossier: Path, files: dict[str, bytes]) -> tuple[Order, dict[str, Any]]:
    """What was asked for, as the manifest says it."""
    place = str(dossier / "manifest.json")
    try:
        manifest = canonical(files["manifest.json"])
        beacon = manifest["beacon"] or {}
        if date.fromisoformat(manifest["as_of"]).isoformat() != manifest["as_of"]:
            raise ValueError("as_of is no date")
        order = ordered(manifest["preset"], manifest["as_of"], beacon.get("value"), beacon.get("source"))
        hashed = {name: str(manifest["files"][name]) for name in NAMES if name != "manifest.json"}
        return order, {**manifest, "files": hashed}
    except Faults as error:
        _stop(1, Fault("verify-manifest", error.faults[0].message, place))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        _stop(1, Fault("verify-manifest", f"it cannot be read: {error}", place))


def _digests(dossier: Path, files: dict[str, bytes], manifest: dict[str, Any]) -> None:
    """Each file is the one that the manifest names."""
    wrong = [name for name, own in manifest["files"].items() if hashlib.sha256(files[name]).hexdigest() != own]
    if wrong:
        faults = [Fault("verify-digest", "its SHA-256 is not the manifest's", str(dossier / name)) for name in wrong]
        _stop(1, *faults)


def _compare(dossier: Path, files: dict[str, bytes], order: Order, watcher: Watcher) -> Found:
    """The dossier beside one that is made now, by the code of its base."""
    content = files["proposal.yml"]
    name, base = _written(content)
    state = history.state(base)
    if state != "here":
        fetch = "git fetch origin main, in a shallow copy git fetch --unshallow; without history: git clone"
        _stop(2, Fault("verify-base", f"{base} is not in the history of this copy ({state}); get it: {fetch}"))
    others = {other: bytes_ for other, bytes_ in history.proposals(base).items() if other != name}
    order = replace(order, earlier=history.earlier(base, name))
    with _code(base) as root:

        def make(given: bytes | None = None) -> dict[str, bytes]:
            if root == history.ROOT:
                return made(content, order, others, watcher, given)
            return elsewhere(root, content, order, others, given)

        return _judged(dossier, files, make)


def _written(content: bytes) -> tuple[str, str]:
    """The id and the base that a proposal's file writes; all else is for the code of its base to judge."""
    data = parse(content, "proposal.yml").data
    found = [data.get(key) if isinstance(data, dict) else None for key in ("id", "base")]
    if not isinstance(found[0], str) or not isinstance(found[1], str) or not BASE.fullmatch(found[1]):
        _stop(2, Fault("verify-base", "base: write the 40 hexadecimal digits of a commit", "proposal.yml"))
    return found[0], found[1]


@contextmanager
def _code(base: str) -> Iterator[Path]:
    """Where the code of a commit is: here, if it is the same, else in a folder that is there meanwhile."""
    if history.as_at(base):
        yield history.ROOT
        return
    if history.file_at(base, "requirements.lock") != (history.ROOT / "requirements.lock").read_bytes():
        steps = f"git worktree add ../agt-base {base} && cd ../agt-base && make env && .venv/bin/agt propose verify"
        _stop(2, Fault("verify-environment", f"the lock differs from that of {base}; run there: {steps} FOLDER"))
    with tempfile.TemporaryDirectory(prefix="agt-base-") as folder:
        try:
            history.extract(base, Path(folder))
        except OSError as error:
            _stop(2, Fault("verify-base", f"its code cannot be had: {error}"))
        yield Path(folder)


def elsewhere(
    root: Path, content: bytes, order: Order, others: Mapping[str, bytes], given: bytes | None
) -> dict[str, bytes]:
    """The files of a dossier that the code at `root` makes, in a process of its own: `agt.governance.remake`.

    Raises: Faults when it could not.
    """
    with tempfile.TemporaryDirectory(prefix="agt-remake-") as folder:
        work = Path(folder)
        (work / OTHERS).mkdir()
        (work / PROPOSAL).write_bytes(content)
        for name, other in others.items():
            (work / OTHERS / f"{name}.yml").write_bytes(other)
        if given is not None:
            (work / GIVEN).write_bytes(given)
        environment = {**os.environ, "PYTHONPATH": str(root / "models"), "PYTHONSAFEPATH": "1", VARIABLE: order.text()}
        command = [sys.executable, "-P", "-m", "agt.governance.remake"]
        done = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no message"])[0]
            raise failed(f"the code of the base could not make it: {last}")
        files = {path.name: path.read_bytes() for path in (work / MADE).iterdir()}
    if files.keys() != {*NAMES}:
        raise failed(f"the code of the base makes other files: {', '.join(sorted(files))}")
    return files


def _judged(dossier: Path, files: dict[str, bytes], make: Callable[..., dict[str, bytes]]) -> Found:
    """Whether the dossier is what `make` makes, byte by byte or within the last digits of its numbers."""
    again = make()
    if faults := [*_manifest(dossier, files, again)]:
        return Found(1, tuple(faults))
    if files["results.json"] == again["results.json"]:
        wrong = [name for name in (*PAGES, forecasts.FILE) if files[name] != again[name]]
        if not wrong:
            rest = "" if files["manifest.json"] == again["manifest.json"] else ", but for the versions in the manifest"
            message = f"every file is the same, byte by byte{rest}"
            return Found(0, (Fault("verify-identical", message, severity="note"),))
        return Found(1, tuple(_differs(dossier, name) for name in wrong))
    try:
        old, new = canonical(files["results.json"]), canonical(again["results.json"])
    except (ValueError, RecursionError) as error:
        return Found(1, (Fault("verify-results", f"it cannot be read: {error}", str(dossier / "results.json")),))
    if gaps := list(differences(old, new)):
        more = f"; and {len(gaps) - SHOWN} more" if len(gaps) > SHOWN else ""
        message = "; ".join(gaps[:SHOWN]) + more
        return Found(1, (Fault("verify-results", message, str(dossier / "results.json")),))
    if old["ensemble"] != hashlib.sha256(files[forecasts.FILE]).hexdigest():
        return Found(1, (_differs(dossier, forecasts.FILE),))
    shown = make(files["results.json"])
    if wrong := [name for name in PAGES if files[name] != shown[name]]:
        return Found(1, tuple(_differs(dossier, name) for name in wrong))
    message = f"every number agrees within {CLOSE:g}, every page with its numbers; the ensemble was not compared"
    return Found(0, (Fault("verify-tolerance", message, severity="note"),))


def _differs(dossier: Path, name: str) -> Fault:
    if name == forecasts.FILE:
        return Fault("verify-ensemble", "it is not what was played; it was not opened", str(dossier / name))
    return Fault("verify-page", "it is not what the results say", str(dossier / name))


def _manifest(dossier: Path, files: dict[str, bytes], again: dict[str, bytes]) -> Iterator[Fault]:
    """What the manifest says of itself and should not; files, results and versions of packages are compared apart."""
    old, new = json.loads(files["manifest.json"]), json.loads(again["manifest.json"])
    place = str(dossier / "manifest.json")
    for name in ("registry", "suite", "model", "template", "lock"):
        if not isinstance(old.get("sources"), dict) or old["sources"].get(name) != new["sources"][name]:
            yield Fault("verify-model", f"{name}: another one than that of the base", place)
    for name in ("files", "sources"):
        if not isinstance(old.get(name), dict) or old[name].keys() != new[name].keys():
            yield Fault("verify-manifest", f"{name}: write {', '.join(new[name])}, and nothing else", place)
    if old.get("results") != hashlib.sha256(files["results.json"]).hexdigest():
        yield Fault("verify-manifest", "results: not the SHA-256 of results.json", place)
    apart = ("files", "results", "versions", "sources")
    for name in sorted({*old, *new} - {*apart}):
        if old.get(name) != new.get(name):
            yield Fault("verify-manifest", f"{name}: {old.get(name)!r} is not {new.get(name)!r}", place)


def differences(old: Any, new: Any, place: str = "", scale: float = 0.0) -> Iterator[str]:
    """Where two results differ by more than the last digits of two machines.

    Args: scale: numbers of about this size were subtracted to make those compared, so that their last digits count.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        if old.keys() != new.keys():
            yield f"{place or 'results'}: other keys, {sorted(old.keys() ^ new.keys())}"
            return
        own = _scale(new, scale)
        for key in new:
            if key in COUNTED and type(new[key]) is type(old[key]) is int:
                if abs(old[key] - new[key]) > new.get("close", 0):
                    yield f"{place}.{key}: {old[key]} is not {new[key]}"
            elif key != "ensemble" or place:
                yield from differences(old[key], new[key], f"{place}.{key}".lstrip("."), SCALES.get(key, own))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from differences(one, other, f"{place}[{number}]", scale)
    elif {type(old), type(new)} in ({float}, {float, int}):  # JSON writes 1.0 as 1
        if not math.isclose(old, new, rel_tol=CLOSE, abs_tol=CLOSE * max(scale, 1e-3)):
            yield f"{place}: {old!r} is not {new!r}"
    elif type(old) is not type(new) or old != new:
        yield f"{place}: {old!r:.80} is not {new!r:.80}"


def _scale(row: dict[str, Any], scale: float) -> float:
    """The size of what was subtracted in a row of effects."""
    measure = load().measures.get(str(row.get("measure")))
    if measure is None or measure.relative or "baseline" not in row:
        return 1.0 if measure is not None else scale
    return max(1.0, abs(float(row["baseline"])), abs(float(row["changed"])))


def pooled(dossier: Path, extra: int, watcher: Watcher = SILENT) -> dict[str, Any]:
    """The verdict on limits and scenarios of a dossier's futures and `extra` more of each scenario, of one's own luck.

    Raises: Faults when the code of its base is not the one that is here.
    """
    files = opened(dossier)
    order, _ = _order(dossier, files)
    name, base = _written(files["proposal.yml"])
    if not history.as_at(base):
        raise Faults([Fault("verify-base", f"more futures need the model of {base}; check that commit out")])
    others = {other: bytes_ for other, bytes_ in history.proposals(base).items() if other != name}
    proposal = check(files["proposal.yml"], PROPOSAL, as_of=order.as_of, companions=others)
    report = Report(files["proposal.yml"], proposal, load(), order, others, json.loads(files["results.json"]))
    if not report.simulated:
        return {"seed": "none", "verdict": "nothing simulated"}
    seed, preset = secrets.randbits(64), Preset("extra", 1, extra, extra)
    trial = replace(report.trial, preset=preset, economies={key: report.economies[key] for key in (BASELINE, CHANGED)})
    found = sample(trial, (seed,), tuple(report.registry.scenarios), _progress(watcher), workers=order.workers)
    return {"seed": str(seed), "verdict": worst(_with_more(report, found))}


def _progress(watcher: Watcher) -> Callable[[int, int], None]:
    done = [0, 0]

    def tell(played: int, asked: int) -> None:
        done[0], done[1] = done[0] + played, done[1] + asked
        watcher.tell(*done)

    return tell


def _with_more(report: Report, found: Sample) -> Iterator[Verdict]:
    """The verdict of every guardrail in every scenario, of the suite's counts and those of more futures together."""
    for scenario, futures in found.items():
        for name, more in futures.counts(CHANGED).items():
            had = report.results["samples"]["suite"][scenario]["guardrails"][name]
            counts = Counts(*(getattr(more, key) + had[key] for key in Counts._fields))
            for one in judge(report.registry.guardrails[name], counts, scenario, report.order.play.error):
                yield one.verdict
