#!/usr/bin/env python3
"""Measures what recording costs: the same sessions on a server that records and on one that does not.

`script/bench recording` builds the server and calls this. Text and JSON go to artifacts/bench/. README.md beside this file
says how to read the figures.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys

# Servers, pinning and spreads are those of the other benchmark.
sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "sfu"))

import machine
import promises
from outcome import Outcome
from recorder import Recorder
from report import Report
from rounds import SETTLE, Load, run
from servers import ROOT, Porthole, ServerFailed

CODECS = ["vp8", "h264"]
UNITS = {"k": 1_000, "M": 1_000_000}


def bits(text: str) -> int:
    """Such as 800k, 3M or 8M."""
    factor = UNITS.get(text[-1:], 1)
    try:
        found = int(float(text[:-1] if factor > 1 else text) * factor)
    except ValueError:
        raise argparse.ArgumentTypeError("is bits a second, such as 800k, 3M or 8M") from None
    if not 100_000 <= found <= 50_000_000:
        raise argparse.ArgumentTypeError("is 100k to 50M")
    return found


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="script/bench recording",
        description=__doc__.partition("\n")[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--check", action="store_true", help="exit with 1 when a promise is missed or was not measured")
    parser.add_argument("--rounds", type=int, default=5, help="of one run each, in turns off-on, on-off, …; fewer than 3 tell little")
    parser.add_argument("--sessions", type=int, default=20, help="each with a publisher of its own")
    parser.add_argument("--bitrate", type=bits, default="3M", help="of each publisher's pictures, such as 800k, 3M or 8M")
    parser.add_argument("--codec", choices=[*CODECS, "both"], default="both", help="both: every second session has the other")
    parser.add_argument("--seconds", type=float, default=20, help="the measured window of each run")
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    parser.add_argument("--server-core", type=int, default=0)
    parser.add_argument("--generator-core", type=int, default=1)
    parser.add_argument("--porthole", type=pathlib.Path, default=Porthole.binary, help="a release build")
    parser.add_argument("--artifacts", type=pathlib.Path, default=ROOT / "artifacts", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if min(arguments.rounds, arguments.sessions) < 1 or arguments.seconds <= 0:
        parser.error("--rounds, --sessions and --seconds are above 0")
    if arguments.check and (arguments.rounds < 3 or arguments.seconds < 10):
        parser.error("--check promises something about at least 3 rounds of 10 seconds")
    return arguments


def make_clip(binary: pathlib.Path, folder: pathlib.Path, codec: str, bitrate: int) -> pathlib.Path:
    """Made by ffmpeg once, and kept."""
    command = [str(binary), "simulate", "--make-clip", "--codec", codec, "--bitrate", f"{bitrate // 1000}k"]
    done = subprocess.run([*command, "--clip-dir", str(folder)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"could not make a clip: {done.stderr.strip()[-300:]}")
    return pathlib.Path(done.stdout.strip())


def check_space(folder: pathlib.Path, arguments: argparse.Namespace) -> None:
    """Recordings stay until the end, with what is recorded before and after the window."""
    seconds = arguments.rounds * arguments.sessions * (arguments.seconds + SETTLE + 10)
    wanted = int(seconds * arguments.bitrate * 1.2 / 8) + 500_000_000
    free = shutil.disk_usage(folder).free
    if free < wanted:
        raise SystemExit(f"needs {wanted / 1e9:.1f} GB below {folder}, where {free / 1e9:.1f} GB are free")


def measure(arguments: argparse.Namespace, load: Load, report: Report) -> Outcome:
    """Both servers live through all rounds; only one of them has something to do at a time."""
    outcome = Outcome(arguments.sessions)
    logs = arguments.artifacts / "bench" / "logs"
    with (
        Recorder("off", arguments.server_core, logs / "recording-off.log") as off,
        Recorder("server", arguments.server_core, logs / "recording-on.log") as on,
    ):
        check_space(on.home, arguments)
        for number in range(arguments.rounds):
            turns = [("off", off), ("on", on)]
            # The first place of a round goes round.
            for mode, server in turns if number % 2 == 0 else reversed(turns):
                outcome.runs[mode].append(run(server, mode, number, load))
            report.write(outcome, [])
    return outcome


def main() -> int:
    arguments = parse()
    machine.check_cores(arguments.server_core, arguments.generator_core)
    Porthole.binary = arguments.porthole.resolve()
    if not Porthole.binary.is_file():
        raise SystemExit(f"there is no {Porthole.binary}; script/bench recording builds it")
    clips = arguments.artifacts.resolve() / "bench" / "clips"
    load = Load(
        binary=Porthole.binary,
        clips=[
            (codec, make_clip(Porthole.binary, clips, codec, arguments.bitrate))
            for codec in (CODECS if arguments.codec == "both" else [arguments.codec])
        ],
        sessions=arguments.sessions,
        seconds=arguments.seconds,
        core=arguments.generator_core,
    )
    report = Report("recording", arguments)
    try:
        outcome = measure(arguments, load, report)
    except ServerFailed as failure:
        raise SystemExit(str(failure)) from None
    checks = promises.check_all(outcome, arguments.bitrate)
    if not arguments.check:
        checks = [check for check in checks if check.is_met is not None]
    table, text = report.write(outcome, checks)
    print(text if arguments.json else table)
    missed = [check for check in checks if not check.is_met]
    if arguments.json:
        for check in missed:
            print(f"missed: {check.name}: {check.measured}", file=sys.stderr)
    return 1 if arguments.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
