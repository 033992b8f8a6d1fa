"""The reader: what it reads quickly is what it reads slowly, and what is wrong is told alike."""

from pathlib import Path

import pytest

import agt.registry
from agt.registry import Faults
from agt.registry.reader import parse

FOLDER = Path(agt.registry.__file__).parent


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yml")), ids=lambda path: path.name)
def test_both_parsers_read_the_same(path):
    content = path.read_bytes()
    assert parse(content, path.name, quick=True) == parse(content, path.name)


@pytest.mark.parametrize(
    "text", [b"a: [1, 2\nb: 3\n", b"a: 1\na: 2\n", b"%YAML 1.1\n---\na: 1\n", b"a: &b 1\n", b"- \tx: [\n"]
)
def test_what_is_wrong_is_told_alike_whichever_parser_finds_it(text):
    said = []
    for quick in (False, True):
        with pytest.raises(Faults) as caught:
            parse(text, "x.yml", quick=quick)
        said.append(str(caught.value))
    assert said[0] == said[1]
