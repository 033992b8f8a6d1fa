"""Stores: where an ensemble may be written, whether it fits in memory, and what the file says."""

import json
import os
from functools import partial

import numpy as np
import pyarrow.parquet as pq
import pytest

from agt.registry import Faults
from agt.simulation import ALARM, Paths, simulate, store
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


@pytest.mark.parametrize(("workers", "free", "fits"), [(1, 350, True), (1, 250, False), (2, 800, False)])
def test_what_does_not_fit_in_memory_is_refused(monkeypatch, workers, free, fits):
    monkeypatch.setattr(store, "available", lambda: free * 10**6)
    if fits:
        check_size(1_000, 120, 13, workers)
        return
    found, message = refused(check_size, 1_000, 120, 13, workers)
    assert found == "simulation-size"
    assert message.startswith("1,000 runs x 120 months of 13 figures need about 0.")
    assert f"and {free / 1_000:.1f} GB are free; ask for fewer runs" in message


def test_the_memory_of_the_machine_is_the_most_there_is():
    assert 0 < store.available() <= os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def test_what_is_counted_does_not_grow_with_the_runs(monkeypatch):
    monkeypatch.setattr(store, "available", lambda: 2 * 10**9)
    assert not store.is_kept(10**6, 120, 18)
    check_size(10**6, 120, 18, workers=2)
    check_size(10**9, 120, 18)
    assert refused(partial(check_size, kept=True), 10**6, 120, 18)[0] == "simulation-size"


@pytest.mark.parametrize("chunk", [4, 1_000, 1_500, 2_500])
def test_the_bytes_do_not_hang_on_how_an_ensemble_was_cut(tmp_path, chunk):
    """Groups of rows have their own size, whatever the parts are."""
    whole, place = tmp_path / "whole.parquet", tmp_path / "cut.parquet"
    runs = 2_500 if chunk > 4 else 10
    write(simulate(runs, 2), whole)
    with store.beside(place) as folder:
        found = simulate(runs, 2, chunk=chunk, counted=True, folder=folder)
        assert len(found.parts) == -(-runs // chunk)
        write(found, place)
    assert files(tmp_path) in (["whole.parquet", "cut.parquet"], ["cut.parquet", "whole.parquet"])
    assert [pq.ParquetFile(path).num_row_groups for path in (whole, place)] == [-(-runs // 1_000)] * 2
    assert whole.read_bytes() == place.read_bytes()


def test_a_part_that_is_not_here_is_named(tmp_path):
    found, message = refused(write, ensemble(parts=(str(tmp_path / "elsewhere.parquet"),)), tmp_path / "p.parquet")
    assert (found, "a disk that all workers share" in message) == ("output-unwritable", True)
    assert files(tmp_path) == []


def test_the_file(tmp_path):
    write(ensemble(settings={"redemption_quota": 3.0}), tmp_path / "p.parquet")
    table = pq.read_table(tmp_path / "p.parquet")
    assert table.to_pydict() == {
        "run": [4, 4, 4, 5, 5, 5],
        "month": [0, 1, 2, 0, 1, 2],
        "market_price": [0.0, 2.0, 4.0, 1.0, 3.0, 5.0],
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
