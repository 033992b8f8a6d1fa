"""Build the book from its chapters' stored outputs: `python -m agt.pages.build`.

Nothing is executed here. A chapter whose outputs are stale, missing or wrong stops the build.
"""
# ruff: noqa: T201

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from agt.figures import theme
from agt.pages import contents, lab, links, lint, policy, results, stamp
from agt.registry import load

VECTORS = Path("tests/vectors")  # whose answers a page offers for download
LEFTOVERS = ("*.map", "*.po", "*.mo", ".buildinfo", "objects.inv", "fontawesome.js")
# The theme's icons stand in a font too, at a fraction of this script's size.
ICONS = re.compile(r"<(?:script|link)\b[^>]*fontawesome\.js[^>]*>(?:</script>)?")


def main() -> int:
    root = contents.ROOT
    out = root / "_build" / "html"
    faults = build(root, out)
    if faults:
        print(*(f"error: {fault}" for fault in faults), sep="\n", file=sys.stderr)
        return 1
    _print_contents(root, out)
    return 0


def build(root: Path, out: Path) -> list[str]:
    """Check the chapters of `root`, build them into the folder `out`, and return what is wrong, if anything is."""
    print("Checking the chapters' stored outputs", flush=True)
    missing = [entry for entry in _entries(root) if "file" in entry and not contents.found(root, entry)]
    if {"file": contents.read_toc(root)["root"]} in missing:
        return ["_toc.yml: the start page, its `root`, does not exist"]
    for entry in missing:
        print(f"warning: _toc.yml lists {entry['file']}, which does not exist yet: left out", file=sys.stderr)
    if faults := unfit(root):
        return faults
    stage = out.parent / "stage"
    _fill(root, stage)
    print("Building the pages", flush=True)
    if faults := _run_builder(stage):
        return faults
    if faults := _finish(root, stage / "_build" / "html"):
        return faults
    if out.exists():
        shutil.rmtree(out)
    (stage / "_build" / "html").rename(out)
    return []


def _entries(root: Path) -> list[dict[str, str]]:
    toc = contents.read_toc(root)
    return [{"file": toc["root"]}] + [entry for part in toc["parts"] for entry in part["chapters"]]


def unfit(root: Path) -> list[str]:
    """Why the book's notebooks cannot be published: one line each, none when they can."""
    sources = contents.sources_digest(root)
    keyed = set(contents.notebooks(root))
    faults = [
        f"{results.FOLDER}/{name}.json is not of today's model; run `make refresh`" for name in results.stale(root)
    ]
    pages = [page for part in contents.parts(root) for page in part.pages]
    faults += [f"{path.relative_to(root)} {fault}" for path in pages for fault in lint.faults(path, load(), root)]
    if (root / lint.RULES).is_dir():
        faults += lint.misplaced(root)
    for path in (page for page in pages if page.suffix == ".ipynb"):
        notebook = contents.load(path)
        name = path.relative_to(root)
        faults += [f"{name}: {fault}" for fault in contents.faults(notebook)]
        if path in keyed and contents.stored_key(notebook) != contents.key(notebook, sources):
            faults.append(f"{name}: its outputs are not those of today's sources; run `make refresh`")
    return faults


def _fill(root: Path, stage: Path) -> None:
    """Copy what the builder needs and nothing else: a virtual environment beside it would cost it seconds."""
    if stage.exists():
        shutil.rmtree(stage)
    for path in (page for part in contents.parts(root) for page in part.pages):
        _copy(path, stage / path.relative_to(root))
    shutil.copytree(root / "book" / "_static", stage / "book" / "_static")
    for path in root.glob("proposals/*/proposal.yml"):  # pages show one as an example
        _copy(path, stage / path.relative_to(root))
    offer_vectors(root, stage / "book" / "_static" / "vectors")
    (stage / "book" / "_static" / "palette.css").write_text("\n".join(theme.styles()) + "\n", encoding="utf-8")
    yaml = YAML()
    config = yaml.load(root / "_config.yml")
    config["sphinx"]["config"]["html_theme_options"]["extra_footer"] = f"<p>{stamp.origin(root)}</p>"
    config["parse"]["myst_substitutions"] = stamp.substitutions(root)
    yaml.dump(config, stage / "_config.yml")
    yaml.dump(_existing(root), stage / "_toc.yml")


def offer_vectors(root: Path, folder: Path) -> None:
    """Copy the test vectors into a folder, so that the page about them can link to them."""
    for path in sorted((root / VECTORS).glob("*.json")):
        _copy(path, folder / path.name)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _existing(root: Path) -> dict[str, Any]:
    """The contents without entries and parts that have no file."""
    toc = contents.read_toc(root)
    for part in toc["parts"]:
        part["chapters"] = [entry for entry in part["chapters"] if contents.found(root, entry)]
    parts = [part for part in toc.pop("parts") if part["chapters"]]
    return toc | ({"parts": parts} if parts else {})


def _run_builder(stage: Path) -> list[str]:
    """Run Jupyter Book; its warnings are errors. Returns what it complained about."""
    builder = Path(sys.executable).with_name("jupyter-book")
    command = [str(builder), "build", ".", "-W", "-n", "--keep-going", "-q"]
    plain = os.environ | {"NO_COLOR": "1"}
    done = subprocess.run(command, cwd=stage, env=plain, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return []
    lines = [line.replace(f"{stage}/", "") for line in (done.stdout + done.stderr).splitlines()]
    return [line for line in lines if "WARNING" in line or "ERROR" in line] or lines[-20:]


def _finish(root: Path, html: Path) -> list[str]:
    """Drop what only developers need, link names and terms, wire labs, and give every page its security policy.

    Returns: links that lead nowhere.
    """
    for pattern in LEFTOVERS:
        for path in html.rglob(pattern):
            path.unlink()
    words, glossary = {}, html / links.GLOSSARY
    if glossary.exists():
        page = glossary.read_text(encoding="utf-8")
        words = links.terms(page)
        glossary.write_text(links.anchored(page), encoding="utf-8")
    names = {name: to for name, to in links.definitions(load()).items() if (html / to.partition("#")[0]).exists()}
    pages = {path: ICONS.sub("", path.read_text(encoding="utf-8")) for path in html.rglob("*.html")}
    if any(policy.LAB.search(page) for page in pages.values()):
        lab.offered(root, html / lab.FOLDER)
    for path, page in pages.items():
        where = path.relative_to(html)
        page = lab.wired(links.linked(page, where.as_posix(), names, words), len(where.parts) - 1)
        path.write_text(policy.protected(page), encoding="utf-8")
    return links.broken(html)


def _print_contents(root: Path, out: Path) -> None:
    book = contents.parts(root)
    print(f"\nThe book is at {out / 'index.html'} ({sum(len(part.pages) for part in book)} pages)")
    for part in book:
        pages = "no page yet" if not part.pages else "1 page" if len(part.pages) == 1 else f"{len(part.pages)} pages"
        print(f"  {part.caption}: {pages}")


if __name__ == "__main__":
    sys.exit(main())
