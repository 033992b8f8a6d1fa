"""The contract: the same digest however an ensemble is cut and wherever it is played, without AVX-512; near it with."""

import json
import os
import subprocess
import sys
from importlib.metadata import version

import numpy as np
import pytest

from agt import processor
from agt.simulation import simulate
from agt.simulation.fingerprint import DECISIVE, arithmetic, fingerprint, model_digest

RUNS, MONTHS, SEED = 120, 36, 20
OTHER_NUMPY = "2.3.5"
PROGRAM = f"""
import json, numpy
from agt.simulation import simulate
from agt.simulation.fingerprint import fingerprint
found = simulate({RUNS}, {MONTHS}, {SEED})
ends = {{name: path[-1].tolist() for name, path in found.paths.items()}}
print(json.dumps({{"numpy": numpy.__version__, "digest": found.digest(), "ends": ends, "made_with": fingerprint()}}))
"""


def played(**environment):
    """What another process plays."""
    own = {name: value for name, value in os.environ.items() if name != "NPY_DISABLE_CPU_FEATURES"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM],
        env=own | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def without_avx512():
    return played(NPY_DISABLE_CPU_FEATURES=processor.without())


CUTS = ({"chunk": 4}, {"chunk": 52}, {"workers": 2}, {"workers": 3, "chunk": 20})


@pytest.fixture(scope="module", params=[False, True], ids=["kept", "counted"])
def whole(request):
    """Whether values are counted instead of kept, and the digest of what one process plays in one piece."""
    return request.param, simulate(RUNS, MONTHS, SEED, counted=request.param).digest()


@pytest.mark.turn(of=2)
@pytest.mark.parametrize("cut", CUTS, ids=str)
def test_the_digest_does_not_hang_on_chunks_and_workers(cut, whole):
    counted, digest = whole
    assert simulate(RUNS, MONTHS, SEED, counted=counted, **cut).digest() == digest


def test_the_digest_does_not_hang_on_the_process(without_avx512):
    again = played(NPY_DISABLE_CPU_FEATURES=processor.without(), PYTHONHASHSEED="7", OMP_NUM_THREADS="1")
    assert again == without_avx512


def test_the_digest_does_not_hang_on_numpy_s_version(tmp_path, without_avx512):
    """Another NumPy, from the index that packages come from, before the one of the environment."""
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-deps", "--quiet"]
    subprocess.run([*command, "--target", str(tmp_path), f"numpy=={OTHER_NUMPY}"], check=True, capture_output=True)
    own = os.environ | {"PYTHONPATH": str(tmp_path)}  # each NumPy has its own names for groups of AVX-512
    said = subprocess.run([sys.executable, "-m", "agt.processor"], env=own, capture_output=True, text=True, check=True)
    other = played(NPY_DISABLE_CPU_FEATURES=said.stdout.strip(), PYTHONPATH=str(tmp_path))
    assert (other["numpy"], without_avx512["numpy"]) == (OTHER_NUMPY, version("numpy"))
    assert other["made_with"]["arithmetic"] == without_avx512["made_with"]["arithmetic"]
    assert other["digest"] == without_avx512["digest"]


def test_with_avx_512_figures_agree_within_a_billionth(without_avx512):
    other = played()
    assert other["made_with"]["model"] == without_avx512["made_with"]["model"]
    same = other["made_with"]["arithmetic"] == without_avx512["made_with"]["arithmetic"]
    assert same == (other["digest"] == without_avx512["digest"])  # the fingerprint says which of the two was played
    for name, end in other["ends"].items():
        assert np.allclose(end, without_avx512["ends"][name], rtol=1e-9, atol=0.0), name


def test_the_fingerprint_names_what_matters(without_avx512):
    assert set(DECISIVE) < set(without_avx512["made_with"])
    assert fingerprint()["model"] == without_avx512["made_with"]["model"]
    assert fingerprint()["arithmetic"] == arithmetic()


def test_any_change_of_the_model_is_another_model(tmp_path):
    for name in ("mechanisms", "registry", "simulation"):
        (tmp_path / name).mkdir()
    (tmp_path / "registry" / "a.yml").write_text("value: 1\n", encoding="utf-8")
    before = model_digest(tmp_path)
    (tmp_path / "registry" / "a.yml").write_text("value: 2\n", encoding="utf-8")
    changed = model_digest(tmp_path)
    (tmp_path / "mechanisms" / "b.py").write_text("", encoding="utf-8")
    assert len({before, changed, model_digest(tmp_path)}) == 3
