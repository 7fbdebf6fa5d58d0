#!/usr/bin/env python3
"""Many families wait, one site asks: idle signaling sockets plus a steady rate of GET /api/sessions/active.

Prints memory per socket and requests per CPU-second. Fails when one socket closes or one request goes wrong.
Python 3.11 with PyJWT and websockets (`make bench-idle` brings them).
"""

import argparse
import asyncio
import json
import pathlib
import sys
import time

from clients import Connection, IdleSockets, SteadyRequests, start_session
from server import Server, raise_descriptor_limit

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def percentile(sorted_values: list[float], share: float) -> float:
    return sorted_values[min(len(sorted_values) - 1, int(share * len(sorted_values)))]


async def measure(server: Server, arguments: argparse.Namespace) -> dict[str, object]:
    setup = Connection(server)
    subjects = [f"player-{number}" for number in range(arguments.sessions)]
    sessions = {subject: await start_session(setup, subject) for subject in subjects}
    setup.close()
    # Code, caches and the database are warm before anything is weighed.
    await SteadyRequests(server, subjects, arguments.rate).run(3)

    rss_before = server.resident_bytes()
    sockets = IdleSockets(server)
    opening = time.monotonic()
    await sockets.open(sessions, arguments.sockets)
    opening = time.monotonic() - opening
    await asyncio.sleep(2)
    rss_after = server.resident_bytes()

    idle_cpu = server.cpu_seconds()
    await asyncio.sleep(arguments.idle)
    idle_cpu = server.cpu_seconds() - idle_cpu

    requests = SteadyRequests(server, subjects, arguments.rate)
    busy_cpu = server.cpu_seconds()
    await requests.run(arguments.seconds)
    busy_cpu = server.cpu_seconds() - busy_cpu
    rss_end = server.resident_bytes()
    errors = dict(sockets.closed + requests.errors)
    await sockets.close()

    latencies = sorted(requests.latencies)
    return {
        "sockets": arguments.sockets,
        "sockets_opened_per_second": round(arguments.sockets / opening),
        "bytes_per_socket": round((rss_after - rss_before) / arguments.sockets),
        "rss_before_bytes": rss_before,
        "rss_after_bytes": rss_after,
        "rss_end_bytes": rss_end,
        "idle_cpu_percent": round(100 * idle_cpu / arguments.idle, 2),
        "requests": len(latencies),
        "requests_per_second": arguments.rate,
        "cpu_seconds": round(busy_cpu, 2),
        "requests_per_cpu_second": round(len(latencies) / busy_cpu) if busy_cpu else None,
        "latency_p50_ms": round(percentile(latencies, 0.5) * 1000, 2),
        "latency_p99_ms": round(percentile(latencies, 0.99) * 1000, 2),
        "latency_max_ms": round(latencies[-1] * 1000, 2),
        "errors": errors,
    }


def table(result: dict[str, object]) -> str:
    kib = int(result["bytes_per_socket"]) / 1024
    mib = {name: int(result[f"rss_{name}_bytes"]) / 1024**2 for name in ("before", "after", "end")}
    rows = [
        ("idle sockets", f"{result['sockets']}, opened at {result['sockets_opened_per_second']}/s"),
        ("memory per socket", f"{kib:.1f} KiB"),
        ("resident memory", f"{mib['before']:.0f} MiB before, {mib['after']:.0f} with sockets, {mib['end']:.0f} at the end"),
        ("CPU with idle sockets", f"{result['idle_cpu_percent']} %"),
        ("requests", f"{result['requests']} at {result['requests_per_second']}/s"),
        ("requests per CPU-second", f"{result['requests_per_cpu_second']}"),
        ("latency", "p50 {latency_p50_ms} ms, p99 {latency_p99_ms} ms, max {latency_max_ms} ms".format(**result)),
        ("stopped after SIGTERM in", f"{result['stop_seconds']} s"),
        ("errors", ", ".join(f"{count} x {what}" for what, count in result["errors"].items()) or "none"),
    ]
    return "\n".join(f"{name:<26}{value}" for name, value in rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / ".build-release/release/porthole")
    parser.add_argument("--sockets", type=int, default=2000)
    parser.add_argument("--sessions", type=int, default=100, help="sessions that the sockets are spread over")
    parser.add_argument("--rate", type=int, default=200, help="requests per second")
    parser.add_argument("--seconds", type=float, default=60, help="how long requests are sent")
    parser.add_argument("--idle", type=float, default=10, help="how long idle sockets alone are watched")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    arguments = parser.parse_args()

    raise_descriptor_limit(arguments.sockets + 500)
    server = Server(arguments.binary, ROOT / "Web")

    async def run() -> dict[str, object]:
        await server.ready()
        return await measure(server, arguments)

    try:
        result = asyncio.run(run())
    finally:
        stop_seconds = server.stop()
    result["stop_seconds"] = round(stop_seconds, 2)
    print(json.dumps(result, indent=2) if arguments.json else table(result))
    return 1 if result["errors"] else 0


if __name__ == "__main__":
    sys.exit(main())
