"""One command, one link, a moving picture."""

import re
import subprocess

from conftest import Chromium
from support.browser import Player
from support.paths import BINARY, LOGS, ROOT
from support.server import free_port
from support.waiting import eventually


async def test_demo_shows_moving_pictures_at_the_printed_link(chromium: Chromium, tmp_path):
    port = free_port()
    settings = {
        "PATH": "/usr/bin:/bin", "HOST": "127.0.0.1", "PORT": port, "DATA_DIR": tmp_path / "data", "WEB_DIR": ROOT / "Web",
        "PUBLIC_URL": f"http://127.0.0.1:{port}", "MEDIA_UDP_PORT": 0, "MEDIA_TCP_PORT": 0,
    }  # fmt: skip
    LOGS.mkdir(parents=True, exist_ok=True)
    output = tmp_path / "output"
    with open(output, "wb") as out, open(LOGS / "demo.log", "wb") as log:
        demo = subprocess.Popen(
            [BINARY, "demo"],
            env={key: str(value) for key, value in settings.items()},
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=log,
        )
    try:

        def link() -> str | None:
            assert demo.poll() is None, f"the demo ended with {demo.returncode}"
            found = re.search(r"http://\S+/watch/\S+", output.read_text())
            return found and found[0]

        url = await eventually("a link is printed", link, timeout=30)
        # Somebody with an ordinary browser.
        page = await (await chromium.person()).page()
        await page.goto(url)
        player = Player(page)
        await player.expect_state("live")
        first = await picture(player)

        async def has_moved() -> bool:
            return await picture(player) != first

        await eventually("the picture moves", has_moved)
        decoded = "() => document.querySelector('#video').getVideoPlaybackQuality().totalVideoFrames"
        before = await player.evaluate(decoded)

        async def plays() -> bool:
            return await player.evaluate(decoded) >= before + 40

        await eventually("pictures come", plays, timeout=10)
    finally:
        demo.terminate()
        assert demo.wait(15) == 0


async def picture(player: Player) -> list[int]:
    """A few pixels of what is on the screen."""
    return await player.evaluate(
        """() => {
            const context = new OffscreenCanvas(32, 18).getContext("2d")
            context.drawImage(document.querySelector("#video"), 0, 0, 32, 18)
            return [...context.getImageData(0, 0, 32, 18).data]
        }"""
    )
