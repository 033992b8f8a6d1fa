"""One environment, said three times: pyproject.toml asks, requirements.lock answers, environment.yml points at it."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ENVIRONMENT = YAML(typ="safe").load(ROOT / "environment.yml")
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")

EXTRAS = PROJECT["optional-dependencies"]
ASKED = [Requirement(text) for text in [*PROJECT["dependencies"], *EXTRAS["cluster"], *EXTRAS["test"]]]
ASKED = [asked for asked in ASKED if asked.name != PROJECT["name"]]  # its own extras stand here themselves


def locked() -> list[tuple[Requirement, list[str]]]:
    """Each package of the lock with its hashes."""
    entries = re.sub(r"\\\n", " ", LOCK).splitlines()
    entries = [line for line in entries if line.strip() and not line.lstrip().startswith("#")]
    return [(Requirement(re.split(r"\s--hash=", line)[0]), re.findall(r"--hash=(\S+)", line)) for line in entries]


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_the_lock_satisfies_the_project(asked):
    found = [entry for entry, _ in locked() if canonicalize_name(entry.name) == canonicalize_name(asked.name)]
    assert found, f"{asked.name} is not in requirements.lock"
    for entry in found:
        (pin,) = entry.specifier
        assert pin.operator == "=="
        assert asked.specifier.contains(pin.version)


def test_every_package_is_held_by_its_hashes():
    for entry, hashes in locked():
        assert hashes, f"{entry} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in hashes)


def test_conda_gives_python_and_leaves_the_packages_to_the_lock():
    python, pip, packages = ENVIRONMENT["dependencies"]
    assert SpecifierSet(PROJECT["requires-python"]).contains(python.removeprefix("python=") + ".0")
    assert (pip, packages) == ("pip", {"pip": ["-r requirements.lock"]})


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements.lock", "environment.yml", "Makefile", ".ci/run"])
def test_no_file_names_where_packages_come_from(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"index-url|--find-links|--trusted-host|://(?!127\.0\.0\.1)", text)
