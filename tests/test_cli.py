"""The command `agt`: its JSON exactly, its exit codes, and what it answers to misuse."""

import csv
import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner

import agt
from agt.cli import _figure, app
from agt.registry import load

WALLET = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
CLAIMS = f"""claim_id,contributor,wallet,aia,submitted_at
c1,contributor-1,{WALLET},12000,2026-05-01T00:00:00Z
c2,contributor-2,,50000,2026-05-05T10:00:00Z
c1,contributor-3,{WALLET},3000,2026-05-05T10:00:00+02:00
c4,contributor-3,{WALLET},3000,2026-05-21T01:59:59+02:00
c5,contributor-3,{WALLET},3000,2026-05-21T00:00:00Z
c6,contributor-4,{WALLET},2999.999999999999999999,2026-05-02T00:00:00Z
c7,contributor-4,=cmd,3000,2026-05-02T00:00:00Z
"""
PAID = [
    {"claim_id": "c1", "contributor": "contributor-1", "wallet": WALLET, "aia": "12000", "agt": "12000000"},
    {"claim_id": "c4", "contributor": "contributor-3", "wallet": WALLET, "aia": "3000", "agt": "3000000"},
]
REFUSED = [
    {"row": 2, "claim_id": "c2", "reason": "wallet-missing"},
    {"row": 3, "claim_id": "c1", "reason": "duplicate-claim"},
    {"row": 5, "claim_id": "c5", "reason": "outside-window"},
    {"row": 6, "claim_id": "c6", "reason": "below-minimum"},
    {"row": 7, "claim_id": "c7", "reason": "wallet-invalid"},
]
WINDOW = ("--opens", "2026-05-01T00:00:00Z", "--closes", "2026-05-15T00:00:00Z")


@pytest.fixture
def claims(tmp_path):
    path = tmp_path / "claims.csv"
    path.write_text(CLAIMS)
    return path


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def answer(*arguments):
    result = run(*arguments, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def refusal(*arguments):
    """What stands on stderr when a command is refused, and nothing stands on stdout."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr
    return result.stderr


def faults(*arguments):
    """What a refused command says of itself in JSON, besides the text."""
    result = run(*arguments, "--json")
    assert result.exit_code == 2
    found = json.loads(result.stdout)["faults"]
    assert [line for line in result.stderr.splitlines() if line.startswith("error[")]
    return found


def files(folder):
    return [path.name for path in folder.iterdir()]


def process(*arguments, **settings):
    """A real run, in a process of its own."""
    environment = os.environ | {"PYTHONPATH": str(Path(agt.__file__).parents[1])}
    command = [sys.executable, "-c", "from agt.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, **settings)


def test_vesting_at_a_date():
    found = answer("vesting", "--at", "2026-05-15")
    assert list(found) == ["at", "total_unlocked", "buckets"]
    assert (found["at"], found["total_unlocked"]) == ("2026-05-15", "2513333333.333333333333333332")
    assert found["buckets"][6] == {
        "bucket": "kol",
        "allocation": "100000000",
        "unlocked": "46666666.666666666666666666",
        "locked": "53333333.333333333333333334",
    }
    order = "user_rewards ecosystem marketing airdrop seed private kol team advisers treasury liquidity ido"
    assert " ".join(row["bucket"] for row in found["buckets"]) == order


@pytest.mark.parametrize(
    ("at", "millions"), [("2025-05-14", "0"), ("2025-05-15", "1400000000"), ("2029-05-15T00:00:00Z", "5000000000")]
)
def test_vesting_at_its_ends(at, millions):
    assert answer("vesting", "--at", at)["total_unlocked"] == millions


def test_vesting_now_is_the_registry_s_date():
    assert answer("vesting") == answer("vesting", "--at", load().as_of)


def test_vesting_for_people():
    result = run("vesting", "--at", "2026-05-15")
    assert result.exit_code == 0
    assert "user_rewards  1,750,000,000  1,283,333,333    466,666,667" in result.stdout.splitlines()
    assert "total         5,000,000,000  2,513,333,333  2,486,666,667" in result.stdout.splitlines()


@pytest.mark.parametrize(
    "at", ["today", "2026-02-30", "2026-5-1", "2026-05-15T00:00", "0001-01-01T00:00:00+23:59", "", "2026-W20-1"]
)
def test_vesting_at_no_date(at):
    assert refusal("vesting", "--at", at).startswith(f"error[date-syntax]: --at: {at!r} is no date")


def test_settle(claims):
    found = answer("settle", claims, "--season", "2026-05")
    assert found == {
        "season": "2026-05",
        "pool": "15000000",
        "eligible_aia": "15000",
        "agt_per_aia": "1000.000000000000000000",
        "paid": "15000000",
        "returned": "0",
        "payouts": PAID,
        "refused": REFUSED,
    }
    assert " ".join(found) == "season pool eligible_aia agt_per_aia paid returned payouts refused"
    assert files(claims.parent) == ["claims.csv"]


def test_settle_with_a_pool_of_its_own(claims):
    found = answer("settle", claims, "--season", "2026-05", "--pool", "0.000000000000000007")
    assert [row["agt"] for row in found["payouts"]] == ["0.000000000000000005", "0.000000000000000001"]
    assert (found["paid"], found["returned"]) == ("0.000000000000000006", "0.000000000000000001")


def test_settle_another_season_refuses_everybody(claims):
    found = answer("settle", claims, "--season", "2026-06")
    assert (found["eligible_aia"], found["agt_per_aia"], found["paid"], found["returned"]) == (
        "0",
        "0",
        "0",
        "15000000",
    )
    assert {row["reason"] for row in found["refused"]} == {"outside-window", "duplicate-claim"}


def test_settle_with_holdings(claims, tmp_path):
    holdings = tmp_path / "holdings.csv"
    holdings.write_text("contributor,aia\ncontributor-1,12000\ncontributor-3,2999\n")
    result = run("settle", claims, "--season", "2026-05", "--holdings", holdings, "--json")
    found = json.loads(result.stdout)
    warning = (
        "warning[holdings-missing]: 2 contributors of the claims are not in the holdings file, and taken to hold 0"
    )
    assert (result.exit_code, result.stderr.startswith(warning)) == (0, True)
    assert [row["claim_id"] for row in found["payouts"]] == ["c1"]
    assert {"row": 4, "claim_id": "c4", "reason": "exceeds-holdings"} in found["refused"]


def test_settle_to_a_file(claims, tmp_path):
    out = tmp_path / "out.csv"
    answer("settle", claims, "--season", "2026-05", "--out", out)
    with out.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["agt"] for row in rows] == ["12000000", "0", "0", "3000000", "0", "0", "0"]
    assert [(int(row["row"]), row["claim_id"], row["refused"]) for row in rows if row["refused"]] == [
        tuple(row.values()) for row in REFUSED
    ]
    assert rows[6]["wallet"] == "'=cmd"


def test_settle_for_people(claims):
    lines = run("settle", claims, "--season", "2026-05").stdout.splitlines()
    assert lines[:6] == [
        "season: 2026-05",
        "pool: 15000000",
        "eligible aia: 15000",
        "agt per aia: 1000.000000000000000000",
        "paid: 15000000",
        "returned: 0",
    ]
    assert f"c4        contributor-3  {WALLET}   3000   3000000" in lines
    assert "5          c5   outside-window" in lines


def test_a_pool_outside_the_bounds_is_warned_of(claims):
    result = run("settle", claims, "--season", "2026-05", "--pool", "77777778", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["pool"] == "77777778"
    assert result.stderr.startswith("warning[setting-bounds]: a pool of 77777778 AGT is outside [0, 77,777,777] AGT")


def test_a_season_before_the_token_is_warned_of(claims):
    result = run("settle", claims, "--season", "2025-04", "--json")
    assert (result.exit_code, json.loads(result.stdout)["season"]) == (0, "2025-04")
    assert result.stderr.startswith("warning[season-early]: the season 2025-04 lies before 2025-05")


@pytest.mark.parametrize(
    ("option", "value", "id"),
    [
        ("--season", "2026-13", "season-syntax"),
        ("--season", "2026-05-01", "season-syntax"),
        ("--pool", "-1", "number-syntax"),
        ("--pool", "1e9", "number-syntax"),
        ("--pool", "[/]", "number-syntax"),
        ("--holdings", "none.csv", "file-unreadable"),
        ("--out", "none/out.csv", "output-unwritable"),
    ],
)
def test_settle_refuses_a_wrong_setting(claims, monkeypatch, option, value, id):
    monkeypatch.chdir(claims.parent)
    assert refusal("settle", claims, "--season", "2026-05", option, value).startswith(f"error[{id}]: ")


def test_settle_does_not_overwrite_what_it_reads(claims):
    assert "output-unwritable" in refusal("settle", claims, "--season", "2026-05", "--out", claims)
    assert claims.read_text() == CLAIMS


def test_an_unreadable_file_is_refused_whole(claims, tmp_path):
    claims.write_text(CLAIMS + "[/],[bold]x[/bold],,NaN,2026-05-01\n[red]\n")
    found = refusal("settle", claims, "--season", "2026-05", "--out", tmp_path / "out.csv")
    assert [line.split(":")[1].strip() for line in found.splitlines() if line.startswith("error")] == [
        "row 8, column claim_id",
        "row 8, column contributor",
        "row 8, column aia",
        "row 8, column submitted_at",
        "row 9",
    ]
    assert "'[bold]x[/bold]' is no identifier" in found
    assert files(tmp_path) == ["claims.csv"]


def test_a_refusal_in_json(claims):
    claims.write_text(CLAIMS + "c8,contributor-5,,NaN,2026-05-01T00:00:00Z\n")
    assert faults("settle", claims, "--season", "2026-05") == [
        {
            "id": "table-value",
            "severity": "error",
            "message": "row 8, column aia: 'NaN' is no plain number; write at most 28 digits and at most one point",
            "file": str(claims),
            "line": 9,
            "column": 19,
        }
    ]


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        (("vesting", "--at", "today"), ["date-syntax"]),
        (("registry", "redemption_qouta"), ["name-unknown"]),
        (("simulate", "--set", "a=1", "--set", "b"), ["name-unknown", "setting-syntax"]),
        (("simulate", "--runs", "0", "--months", "0"), ["setting-bounds", "setting-bounds"]),
        (("simulate", "--out", "p.csv"), ["output-unwritable"]),
        (("simulate", "--runs", "1000000", "--months", "1200", "--workers", "256"), ["simulation-size"]),
        (("actuals", "none.csv"), ["file-unreadable"]),
        (("tally", "none.csv", "neither.csv", *WINDOW), ["file-unreadable", "file-unreadable"]),
        (("tally", "none.csv", "neither.csv", "--opens", "1", "--closes", "2"), ["date-syntax", "date-syntax"]),
    ],
)
def test_every_command_refuses_in_json_too(arguments, ids):
    assert [fault["id"] for fault in faults(*arguments)] == ids


def test_markup_and_escapes_in_a_wallet_reach_the_terminal_as_text(claims):
    claims.write_text(CLAIMS.splitlines()[0] + "\nc1,A,[/]\x1b[31m,3000,2026-05-01T00:00:00Z\n")
    result = run("settle", claims, "--season", "2026-05")
    assert (result.exit_code, "\x1b" in result.stdout) == (0, False)


def test_a_file_name_is_no_markup_either(tmp_path):
    found = refusal("settle", tmp_path / "[/]\x1b[31m.csv", "--season", "2026-05")
    assert "[/]\\u001b[31m.csv" in found


BALLOTS = f"""address,choice,cast_at
{WALLET},against,2026-05-02T10:00:00Z
{WALLET.lower()},for,2026-05-02T12:00:00+01:00
0x52908400098527886E0F7030069857D2E4169EE7,abstain,2026-05-14T23:59:59Z
0x52908400098527886E0F7030069857D2E4169EE7,against,2026-05-15T00:00:00Z
0xde709f2102306220921060314715629080e2fb77,for,2026-05-03T00:00:00Z
0x27b1fdb04752bbc536007a920d24acb045561c26,[red]\x1b[31m,2026-05-03T00:00:00Z
"""
SNAPSHOT = f"""address,held,staked
{WALLET},60000000,20000000.5
0x52908400098527886e0f7030069857d2e4169ee7,15200000,0
0x27b1fdb04752bbc536007a920d24acb045561c26,0,1
"""
KNOWN = (*WINDOW, "--quorum", "0.04")
TALLY = {
    "for": "80000000.5",
    "against": "0",
    "abstain": "15200000",
    "turnout": "95200000.5",
    "needed": "95200000",
    "quorum": "0.04",
    "unlocked": "2379999999.999999999999999999",
    "passed": True,
    "ballots_sha256": sha256(BALLOTS.encode()).hexdigest(),
    "snapshot_sha256": sha256(SNAPSHOT.encode()).hexdigest(),
    "standing": [
        {"address": WALLET.lower(), "choice": "for", "weight": "80000000.5"},
        {"address": "0x52908400098527886e0f7030069857d2e4169ee7", "choice": "abstain", "weight": "15200000"},
    ],
    "replaced": [{"row": 1, "address": WALLET.lower(), "choice": "against"}],
    "refused": [
        {"row": 4, "address": "0x52908400098527886e0f7030069857d2e4169ee7", "reason": "outside-window"},
        {"row": 5, "address": "0xde709f2102306220921060314715629080e2fb77", "reason": "address-unknown"},
        {"row": 6, "address": "0x27b1fdb04752bbc536007a920d24acb045561c26", "reason": "choice-unknown"},
    ],
}


@pytest.fixture
def voted(tmp_path):
    """The paths of ballots and snapshot."""
    paths = tmp_path / "ballots.csv", tmp_path / "snapshot.csv"
    for path, text in zip(paths, (BALLOTS, SNAPSHOT), strict=True):
        path.write_text(text)
    return paths


def test_tally(voted):
    found = answer("tally", *voted, *KNOWN)
    assert found == TALLY
    assert list(found) == list(TALLY)


def test_tally_for_people(voted):
    lines = run("tally", *voted, *KNOWN).stdout.splitlines()
    assert lines[:8] == [
        "for: 80000000.5",
        "against: 0",
        "abstain: 15200000",
        "turnout: 95200000.5",
        "needed: 95200000",
        "quorum: 0.04",
        "unlocked: 2379999999.999999999999999999",
        "passed: yes",
    ]
    assert f"{WALLET.lower()}      for  80000000.5" in lines
    assert f"1    {WALLET.lower()}  against" in lines
    assert "6    0x27b1fdb04752bbc536007a920d24acb045561c26   choice-unknown" in lines


def test_tally_without_ballots_prints_no_empty_table(voted):
    voted[0].write_text("address,choice,cast_at\n")
    lines = run("tally", *voted, *KNOWN).stdout.splitlines()
    assert lines[7] == "passed: no"
    assert len(lines) == 10


def test_tally_with_terms_of_its_own(voted):
    terms = ("--quorum", "0.5", "--unlocked", "190400001.000000000000000001")
    found = answer("tally", *voted, *WINDOW, *terms)
    assert (found["unlocked"], found["needed"]) == ("190400001.000000000000000001", "95200000.500000000000000001")
    assert found["passed"] is False


def test_tally_warns_of_a_quorum_that_nobody_published(voted):
    result = run("tally", *voted, *WINDOW, "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, TALLY)
    assert result.stderr.startswith("warning[lever-unpublished]: the quorum of 0.04 is the model's")


@pytest.mark.parametrize(
    ("row", "options", "start"),
    [
        (f"{WALLET.lower()},1,0", (), "warning[table-conflict]: row 4, column address: 0x5aaeb6053f3e94c9b9a09f"),
        ("0x" + "1" * 40 + ",5000000000,0", (), "warning[table-conflict]: the snapshot adds up to 5095200001.5 AGT"),
        ("", ("--quorum", "0.6"), "warning[setting-bounds]: a quorum of 0.6 is outside [0, 0.5]"),
        ("", ("--unlocked", "0"), "warning[setting-bounds]: nothing is unlocked at the close"),
        ("", ("--unlocked", "5000000001"), "warning[setting-bounds]: 5000000001 AGT unlocked are more than exist"),
    ],
)
def test_tally_counts_what_is_doubtful_and_warns(voted, row, options, start):
    voted[1].write_text(SNAPSHOT + row)
    result = run("tally", *voted, *KNOWN, *options, "--json")
    assert (result.exit_code, "passed" in json.loads(result.stdout)) == (0, True)
    assert result.stderr.startswith(start)


def test_tally_refuses_every_wrong_option_at_once(voted):
    arguments = ("--opens", "today", "--closes", "2026-05-15", "--quorum", "4%", "--unlocked", "-1")
    found = refusal("tally", *voted, *arguments)
    assert [line.split(":")[1].strip() for line in found.splitlines() if line.startswith("error")] == [
        "--opens",
        "--closes",
        "--quorum",
        "--unlocked",
    ]
    backwards = (WINDOW[0], WINDOW[3], WINDOW[2], WINDOW[1])
    assert refusal("tally", *voted, *backwards).startswith("error[setting-bounds]: --closes: ")


def test_tally_refuses_two_unreadable_files_at_once(voted):
    voted[0].write_text(BALLOTS + f"{WALLET.replace('5aA', '5aa')},for,2026-05-03T00:00:00Z\n")
    voted[1].write_text(SNAPSHOT + f"0x{'0' * 40},NaN,0\n")
    found = faults("tally", *voted, *KNOWN)
    assert [(Path(fault["file"]).name, fault["line"], fault["column"], fault["id"]) for fault in found] == [
        ("ballots.csv", 8, 1, "table-value"),
        ("snapshot.csv", 5, 1, "table-value"),
        ("snapshot.csv", 5, 44, "table-value"),
    ]
    assert "row 7, column address: " in refusal("tally", *voted, *KNOWN)


def test_markup_and_escapes_in_ballots_reach_the_terminal_as_text(voted):
    voted[0].write_text("address,choice,cast_at\n[/]\x1b[31m,[red],2026-05-03T00:00:00Z\n")
    assert "'[/]\\x1b[31m' is no address" in refusal("tally", *voted, *KNOWN)


def test_registry_lists_the_levers():
    found = answer("registry")
    assert {row["name"] for row in found["levers"]} == set(load().levers())
    lines = run("registry").stdout.splitlines()
    assert lines[0].split("  ")[0] == "lever"
    [quota] = [line.split() for line in lines if line.startswith("redemption_quota")]
    assert quota == ["redemption_quota", "15000000", "AGT", "0", "..", "77777777", "7500000", "1"]


def test_registry_describes_one_entry():
    found = answer("registry", "redemption_quota")
    assert (found["value"], found["changed_by"]) == ("15000000", "the DAO, by a proposal")
    lines = run("registry", "redemption_quota").stdout.splitlines()
    assert {"value: 15000000", "bounds: 0 .. 77777777", "changed by: the DAO, by a proposal"} <= set(lines)
    assert {"largest step: 7500000 AGT", "minimum delay: 1 month"} <= set(lines)
    assert "minimum delay: 3 months" in run("registry", "voting_quorum").stdout.splitlines()


@pytest.mark.parametrize(
    ("name", "readers"),
    [
        ("redemption_quota", "redemption.submit, redemption.policy"),
        ("vesting_steps.team", "vesting.policy"),
        ("redemption_closing_day", "rule"),
        ("voting_quorum", "voting.policy"),
        ("supply_runway", "no function of the month"),
    ],
)
def test_registry_says_what_reads_an_entry(name, readers):
    lines = run("registry", name).stdout.splitlines()
    assert [line for line in lines if line.startswith("read by")] == [f"read by: {readers}"]


def test_registry_lists_what_reads_an_entry_in_json():
    assert answer("registry", "redemption_quota")["readers"] == ["redemption.submit", "redemption.policy"]
    assert answer("registry", "redemption_closing_day")["readers"] == []


def test_registry_lists_the_entries_of_a_mechanism():
    found = answer("registry", "redemption")
    assert found["section"] == "mechanisms"
    assert {"redemption_quota", "redemption_payout"} <= {row["name"] for row in found["entries"]}
    lines = run("registry", "redemption").stdout.splitlines()
    assert [line.split() for line in lines if line.startswith("redemption_minimum ")] == [
        ["redemption_minimum", "parameters", "AIA", "Least", "AIA", "of", "one", "swap"]
    ]


def test_registry_describes_a_family():
    lines = run("registry", "vesting_allocation").stdout.splitlines()
    assert "  vesting_allocation.team: value 400000000" in lines
    lines = run("registry", "locked").stdout.splitlines()
    assert lines[-12:][7] == "  locked.team"
    assert lines[-14].startswith("read by: vesting.policy")


def test_registry_prints_every_entry():
    assert [name for name in load().names() if run("registry", name).exit_code] == []


@pytest.mark.parametrize("name", ["redemption_qouta", "[/]", "--", ""])
def test_registry_without_such_a_name(name):
    arguments = ("registry", "--", name) if name == "--" else ("registry", name)
    assert refusal(*arguments).startswith("error[name-unknown]: ")


def test_registry_suggests_the_nearest_name():
    assert "did you mean redemption_quota?" in refusal("registry", "redemption_qouta")
    assert "did you mean redemption?" in refusal("registry", "redemptoin")


SMALL = ("simulate", "--runs", "8", "--months", "3")


def test_simulate(tmp_path):
    found = answer(*SMALL, "--seed", "7", "--out", tmp_path / "p.parquet")
    assert (found["runs"], found["months"], found["month"], found["seed"]) == (8, 3, 3, 7)
    assert found["units"]["market_price"] == "USD/AGT"
    assert found["units"].keys() == found["figures"].keys()
    assert files(tmp_path) == ["p.parquet"]


def test_simulate_for_people():
    lines = run(*SMALL).stdout.splitlines()
    assert lines[0].split() == ["month", "3", "unit", "p05", "p25", "p50", "p75", "p95"]
    [unlocked] = [line.split() for line in lines if line.startswith("vesting_unlocked")]
    assert unlocked == ["vesting_unlocked", "AGT", *["1,633,000,000"] * 5]
    assert "What a figure means: agt registry NAME" in lines


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (388_249_999.0, "388,200,000"),
        (7_348.4, "7,348"),
        (5.98, "5.980"),
        (0.00159349, "0.001593"),
        (-1_234_567.0, "-1,235,000"),
        (0.0, "0"),
        (-0.0, "0"),
        (1.5e-6, "0.000001500"),
        (1.5e-7, "1.500e-07"),
        (9.9999e14, "1.000e+15"),
    ],
)
def test_a_figure_has_four_significant_digits(value, text):
    assert _figure(value) == text


def test_a_refused_simulation_names_the_option_and_nothing_else():
    found = refusal("simulate", "--runs", "-5", "--months", "0", "--seed", "-1")
    assert [line.split(" is ")[0] for line in found.splitlines() if line.startswith("error")] == [
        "error[setting-bounds]: --runs = -5",
        "error[setting-bounds]: --months = 0",
        "error[setting-bounds]: --seed = -1",
    ]
    assert found.startswith("error[")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_simulation_that_leaves_the_numbers_is_refused_without_numpy_s_warnings(workers):
    runs = 4 if workers == 1 else 5_004  # two processes need two chunks
    result = process(
        "simulate", "--runs", runs, "--months", 2, "--workers", workers, "--set", "vesting_steps.user_rewards=0"
    )
    assert (result.returncode, result.stdout) == (2, "")
    assert "error[simulation-alarm]: " in result.stderr
    assert "RuntimeWarning" not in result.stderr


def test_a_doubtful_setting_is_warned_of():
    result = run(*SMALL, "--set", "buyback_burn_share=0.8", "--set", "buyback_treasury_share=0.8", "--json")
    assert (result.exit_code, result.stderr.startswith("warning[setting-sum]: ")) == (0, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--nothing",),
        ("nothing",),
        ("vesting", "--nothing"),
        ("vesting", "2026-05-15"),
        ("settle",),
        ("settle", "claims.csv"),
        ("settle", "claims.csv", "--season"),
        ("settle", "claims.csv", "--season", "2026-05", "[/]"),
        ("registry", "redemption_quota", "[/]"),
        ("tally", "ballots.csv"),
        ("tally", "ballots.csv", "snapshot.csv", "--opens", "2026-05-01T00:00:00Z"),
        ("tally", "ballots.csv", "snapshot.csv", "--closes", "2026-05-01T00:00:00Z"),
    ],
)
def test_misuse_is_refused_with_a_reason(arguments):
    assert "Error: " in refusal(*arguments)


def test_a_fault_of_the_program_is_not_hidden(monkeypatch):
    def broken():
        raise ValueError("a fault of the program")

    monkeypatch.setattr("agt.registry.load", broken)
    assert str(run("registry").exception) == "a fault of the program"


def test_a_real_run(claims):
    result = process("settle", claims, "--season", "2026-05", "--json")
    assert (result.returncode, result.stderr) == (0, "")
    assert json.loads(result.stdout)["payouts"] == PAID


def test_a_real_refusal(tmp_path):
    result = process("settle", tmp_path / "none.csv", "--season", "2026-05")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("error[file-unreadable]: No such file or directory; check the path\n  --> ")


def test_help_imports_neither_the_registry_nor_numpy():
    code = "import sys; from agt.cli import app; app(['--help'], standalone_mode=False); print(sorted(sys.modules))"
    environment = os.environ | {"PYTHONPATH": str(Path(agt.__file__).parents[1])}
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert "Commands:" in result.stdout
    assert not [
        name
        for name in ("numpy", "pandera", "pydantic", "rich", "agt.registry", "eth_utils")
        if f"'{name}'" in result.stdout
    ]


ACTUALS = """month,published,source,version,aia_submitted,clients,votes_cast_agt,price_usd
2026-09,2026-10-04,a test,1,5000000,12,,0.9
2026-10,2026-11-04,a test,1,,11,,
2026-10,2026-11-09,a test,2,,10,,
"""
FEW = ("--runs", "40")


@pytest.fixture
def measured(tmp_path):
    path = tmp_path / "actuals.csv"
    path.write_text(ACTUALS)
    return path


def test_actuals(measured):
    found = answer("actuals", measured, *FEW)
    compared = found.pop("compared")
    assert found == {
        "sha256": sha256(ACTUALS.encode()).hexdigest(),
        "rows": 3,
        "months": ["2026-09", "2026-10"],
        "revised": ["2026-10"],
        "figures": ["aia_submitted", "clients", "price_usd"],
        "not_compared": ["aia_submitted"],
        "runs": 40,
    }
    assert [(row["month"], row["version"], row["figure"], row["unit"], row["value"]) for row in compared] == [
        ("2026-09", 1, "clients", "count", 12.0),
        ("2026-09", 1, "price_usd", "USD/AGT", 0.9),
        ("2026-10", 2, "clients", "count", 10.0),
    ]
    assert " ".join(compared[0]) == "month version figure unit value p05 p50 p95 below inside"
    assert [(row["below"], row["inside"]) for row in compared if row["figure"] == "price_usd"] == [(1.0, False)]


def test_actuals_for_people(measured):
    lines = run("actuals", measured, *FEW).stdout.splitlines()
    assert lines[1:6] == [
        "rows: 3",
        "months: 2026-09, 2026-10",
        "revised: 2026-10",
        "figures: aia_submitted, clients, price_usd",
        "not compared: aia_submitted",
    ]
    assert lines[7].split() == ["month", "figure", "unit", "value", "p05", "p50", "p95", "below", "inside"]
    [price] = [line.split() for line in lines if " price_usd " in line]
    assert (price[:4], price[-2:]) == (["2026-09", "price_usd", "USD/AGT", "0.9000"], ["100%", "no"])
    assert lines[-2] == "2 of 3 figures lie inside, from the 5 % to the 95 % quantile of 40 futures"


def test_actuals_that_the_model_has_nothing_for(measured):
    measured.write_text("month,published,source,version\n")
    found = answer("actuals", measured)
    assert (found["rows"], found["months"], found["compared"]) == (0, [], [])
    assert "No figure that the model could be compared with." in run("actuals", measured).stdout
    assert "figures: none" in run("actuals", measured).stdout.splitlines()


def test_actuals_are_refused_whole(measured):
    measured.write_text(ACTUALS + "2026-11,2026-12-04,a test,1,1e6,2.5,,\n2026-10,2026-11-09,a test,2,,,,\n")
    assert [(fault["id"], fault["line"], fault["column"]) for fault in faults("actuals", measured)] == [
        ("table-value", 5, 29),
        ("table-value", 5, 33),
        ("table-conflict", 6, 27),
    ]
    assert "row 4, column aia_submitted: '1e6' is no plain number" in refusal("actuals", measured)


@pytest.mark.parametrize(("runs", "id"), [("0", "setting-bounds"), ("1000000000", "simulation-size")])
def test_actuals_with_a_wrong_number_of_runs(measured, runs, id):
    assert refusal("actuals", measured, "--runs", runs).startswith(f"error[{id}]: ")


def test_markup_and_escapes_in_actuals_reach_the_terminal_as_text(measured):
    measured.write_text(ACTUALS.replace("a test", "[red]\x1b[31m"))
    assert "'[red]\\x1b[31m' is no source" in refusal("actuals", measured)
