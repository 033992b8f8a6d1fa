"""Stores: where an ensemble may be written, whether it fits in memory, and what the file says."""

import json
import os

import numpy as np
import pyarrow.parquet as pq
import pytest

from agt.registry import Faults
from agt.simulation import ALARM, Paths
from agt.simulation.store import check_place, check_size, write


def ensemble(**changes):
    prices = {"market_price": np.arange(6.0).reshape(3, 2)}
    return Paths(**{"runs": 2, "months": 2, "seed": 7, "first_run": 4, "paths": prices} | changes)


def files(folder):
    return [path.name for path in folder.iterdir()]


def refused(function, *arguments):
    with pytest.raises(Faults) as caught:
        function(*arguments)
    [fault] = caught.value.faults
    return fault.id, fault.message


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("p.csv", "the file is Parquet; let its name end in .parquet"),
        ("p", "the file is Parquet; let its name end in .parquet"),
        ("none/p.parquet", "there is no folder"),
        ("folder.parquet", "a file cannot be written here"),
    ],
)
def test_a_place_that_cannot_be_written(tmp_path, name, message):
    (tmp_path / "folder.parquet").mkdir()
    found, said = refused(check_place, tmp_path / name)
    assert (found, said.startswith(message)) == ("output-unwritable", True)


def test_a_place(tmp_path):
    check_place(tmp_path / "p.parquet")


@pytest.mark.parametrize(("runs", "fits"), [(1_000, True), (1_001, False)])
def test_what_does_not_fit_in_memory_is_refused(monkeypatch, runs, fits):
    memory = {"SC_PAGE_SIZE": 24, "SC_PHYS_PAGES": 1_000 * 11 * 13}
    monkeypatch.setattr(os, "sysconf", memory.__getitem__)
    if fits:
        check_size(runs, 10, 13)
        return
    found, message = refused(check_size, runs, 10, 13)
    assert found == "simulation-size"
    assert (
        message
        == "1,001 runs x 10 months need 0.0 GB of memory for 13 figures; there are 0.0 GB; ask for fewer runs or months"
    )


def test_the_file(tmp_path):
    write(ensemble(settings={"redemption_quota": 3.0}), tmp_path / "p.parquet")
    table = pq.read_table(tmp_path / "p.parquet")
    assert table.to_pydict() == {
        "run": [4, 5, 4, 5, 4, 5],
        "month": [0, 0, 1, 1, 2, 2],
        "market_price": [0.0, 1.0, 2.0, 3.0, 4.0, 5.0],
    }
    said = json.loads(table.schema.metadata[b"agt"])
    assert (said["runs"], said["first_run"], said["settings"]) == (2, 4, {"redemption_quota": 3.0})
    assert said["scenario"] is None
    assert files(tmp_path) == ["p.parquet"]


def test_the_file_names_its_scenario(tmp_path):
    write(ensemble(scenario="boom"), tmp_path / "p.parquet")
    assert json.loads(pq.read_schema(tmp_path / "p.parquet").metadata[b"agt"])["scenario"] == "boom"


def test_an_ensemble_in_alarm_is_not_written(tmp_path):
    found, _ = refused(write, ensemble(alarms=ALARM * 1.01), tmp_path / "p.parquet")
    assert (found, files(tmp_path)) == ("simulation-alarm", [])


def test_a_file_that_cannot_be_written(tmp_path):
    found, _ = refused(write, ensemble(), tmp_path / "none" / "p.parquet")
    assert found == "output-unwritable"
