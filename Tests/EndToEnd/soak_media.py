"""What takes minutes: `script/soak-media`. Not part of `script/test`."""

import os
import time
from collections.abc import Callable
from statistics import median

import pytest
from conftest import Chromium
from support import loadgen
from support.lab import Lab
from support.server import Server
from support.server_figures import metrics, open_files, resident_megabytes
from support.unity import TRANSPORTS
from support.waiting import wait_until
from test_media_loss import assert_survives_loss, relayed  # noqa: F401
from test_media_unity import assert_stock_page_watches

MINUTES = float(os.environ.get("SOAK_MINUTES", 10))


@pytest.fixture(scope="module")
def quiet_server(make_module_server) -> Server:
    """Nobody's log of everything grows for ten minutes."""
    loadgen.build()
    return make_module_server(LOG_LEVEL="notice")


@pytest.mark.timeout(MINUTES * 60 + 120)
def test_ten_publishers_with_ten_viewers_each(quiet_server: Server):
    seconds = MINUTES * 60
    process = loadgen.start(quiet_server, "ten", 10, 10, seconds, "-feedback", "-kf-every", "3s")
    sizes: list[tuple[float, float]] = []
    start = time.monotonic()
    while process.poll() is None and time.monotonic() - start < seconds:
        time.sleep(min(5, seconds / 40))
        sizes.append((time.monotonic() - start, resident_megabytes(quiet_server)))
    report = loadgen.finish(process)
    early = median(size for at, size in sizes if seconds * 0.2 < at < seconds * 0.4)
    late = median(size for at, size in sizes if at > seconds * 0.8)
    print(f"memory {early:.1f} MB early, {late:.1f} MB late; {sizes[0][1]:.1f} MB at the start")
    print({key: report[key] for key in ("joined", "sent_packets", "received_packets", "loss_end_to_end", "latency_ms", "server")})
    assert report["joined"] == 100 and report["join_failures"] == 0 and report["viewers_without_media"] == 0
    assert report["loss_end_to_end"] == 0, report["loss_end_to_end"]
    assert report["generator"]["check_failures"] == 0
    assert late <= early * 1.03 + 2, f"memory grew from {early:.1f} to {late:.1f} MB"


@pytest.mark.timeout(900)
def test_thousand_joins_and_leaves(quiet_server: Server):
    """Twenty rounds of fifty; what the first one takes is given back, and taken again by the others."""
    sizes, files = [], []
    for number in range(20):
        report = loadgen.finish(loadgen.start(quiet_server, f"round-{number}", 1, 50, 2, "-ramp", "8"))
        assert report["joined"] == 50 and report["join_failures"] == 0, report.get("first_failures")
        wait_until("nobody is left", lambda: metrics(quiet_server)["porthole_media_viewers"] == 0, timeout=10)
        time.sleep(1)
        sizes.append(resident_megabytes(quiet_server))
        files.append(open_files(quiet_server))
    print(f"memory by round: {[round(size, 1) for size in sizes]}; open files: {files}")
    assert max(sizes) <= sizes[0] + 2, sizes
    assert files[-1] <= files[2] + 4, files


@pytest.mark.timeout(400)
async def test_stock_receiver_page_for_three_minutes(
    chromium: Chromium, make_server: Callable[..., Server], open_lab: Callable[[Server], Lab]
):
    server = make_server(LOG_LEVEL="notice")
    child = server.as_child("stock")
    started = child.start()
    address = f"{server.websocket_url}/signaling/{started.id}?role=viewer&token={child.token}"
    async with TRANSPORTS["websocket"].running(await chromium.person(), "broadcast", started.signaling_url):
        await assert_stock_page_watches(await open_lab(server), address, seconds=180)


async def test_loss_behind_a_queue(relayed, open_lab: Callable[[Server], Lab]):  # noqa: F811
    await assert_survives_loss(*relayed, open_lab, reorders=False)
