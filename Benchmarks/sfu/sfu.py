#!/usr/bin/env python3
"""Compares this server with Janus, a minimal Pion SFU and a bare loop in C, in interleaved rounds.

`script/bench sfu` builds everything and calls this. Text and JSON go to artifacts/bench/. README.md beside this file says
how to read the figures.
"""

import argparse
import pathlib
import sys

import audience
import machine
import ratios
from report import Report
from results import Results
from runs import SCENARIOS, Bench, Scenario
from servers import ROOT, Porthole

NAMES = ["porthole", "janus", "pion", "limit"]


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="script/bench sfu", description=__doc__.partition("\n")[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="exit with 1 when a promised ratio is missed or was not measured")
    parser.add_argument("--quick", action="store_true", help="about two minutes: one round, equal packets, no search for the audience")
    parser.add_argument("--only", action="append", choices=NAMES, metavar="NAME", help=f"{', '.join(NAMES)}; may be given again")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds; fewer than 3 tell little")
    parser.add_argument("--scenario", action="append", choices=[s.name for s in SCENARIOS], help="may be given again")
    parser.add_argument("--publishers", type=int, default=1)
    parser.add_argument("--viewers", type=int, default=200, help="of each publisher; destinations of the bare loop")
    parser.add_argument("--seconds", type=float, default=5, help="the measured window of each run")
    parser.add_argument("--audience", action=argparse.BooleanOptionalAction, default=True, help="search for the largest audience")
    parser.add_argument("--repeats", type=int, default=3, help="runs that decide about one size of an audience; odd")
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    parser.add_argument("--server-core", type=int, default=0)
    parser.add_argument("--generator-core", type=int, default=1)
    parser.add_argument("--porthole", type=pathlib.Path, default=Porthole.binary, help="a release build")
    parser.add_argument("--tools", type=pathlib.Path, default=ROOT / ".build-bench", help=argparse.SUPPRESS)
    parser.add_argument("--artifacts", type=pathlib.Path, default=ROOT / "artifacts", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.rounds, arguments.seconds, arguments.audience = 1, 3, False
    if min(arguments.rounds, arguments.publishers, arguments.viewers, arguments.repeats) < 1 or arguments.seconds <= 0:
        parser.error("--rounds, --publishers, --viewers, --repeats and --seconds are above 0")
    if arguments.check and arguments.only and "porthole" not in arguments.only:
        parser.error("--check is about porthole")
    if arguments.check and not arguments.quick and (arguments.rounds < 5 or (arguments.publishers, arguments.viewers) != (1, 200)):
        parser.error("--check promises something about at least 5 rounds of 1 publisher and 200 viewers")
    return arguments


def chosen_scenarios(arguments: argparse.Namespace) -> list[Scenario]:
    if arguments.scenario:
        return [s for s in SCENARIOS if s.name in arguments.scenario]
    return [s for s in SCENARIOS if not (arguments.quick and s.is_full)]


def main() -> int:
    arguments = parse()
    Porthole.binary = arguments.porthole.resolve()
    machine.check_cores(arguments.server_core, arguments.generator_core)
    bench = Bench(
        arguments.tools.resolve(), arguments.artifacts / "bench" / "logs", arguments.server_core, arguments.generator_core
    )
    names = arguments.only or NAMES
    servers = [name for name in NAMES if name in names and name != "limit"]
    if "porthole" in servers and not Porthole.binary.is_file():
        raise SystemExit(f"there is no {Porthole.binary}; script/bench sfu builds it")
    results, report = Results(), Report("sfu", arguments)
    for round_number in range(arguments.rounds):
        for scenario in chosen_scenarios(arguments):
            # The first place of a round goes round, too.
            first = round_number % max(1, len(servers))
            for name in servers[first:] + servers[:first]:
                results.add(
                    scenario.name,
                    name,
                    bench.run(name, scenario, arguments.publishers, arguments.viewers, arguments.seconds, ramp=2),
                )
            if "limit" in names and not scenario.is_full:
                results.add_limit(scenario.name, bench.limit(arguments.viewers, scenario.burst, min(2, arguments.seconds)))
        report.write(results, [])
    if arguments.audience and servers:
        results.audience = audience.search(bench, servers, arguments.repeats, arguments.seconds)
    checks = ratios.check_all(results)
    if not arguments.check:
        checks = [check for check in checks if check.is_met is not None]
    table, text = report.write(results, checks)
    print(text if arguments.json else table)
    if not arguments.check:
        return 0
    return judge(checks, arguments)


def judge(checks: list[ratios.Check], arguments: argparse.Namespace) -> int:
    """What --quick, --only and --no-audience left out on purpose does not count."""
    is_partial = arguments.quick or arguments.only or arguments.scenario or not arguments.audience
    missed = [check for check in checks if check.is_met is False or (check.is_met is None and not is_partial)]
    if arguments.json:
        for check in missed:
            print(f"missed: {check.name}: {check.measured}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
