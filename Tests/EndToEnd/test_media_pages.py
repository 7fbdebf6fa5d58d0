"""Our own pages through the server: what the studio lets one choose, what the player lets one measure, who waits for whom."""

from collections.abc import Awaitable, Callable

import pytest
from conftest import Chromium
from support.browser import Player, Studio
from support.lab import Lab
from support.server import Server
from support.tokens import user_token
from support.waiting import eventually

SMALL = {"size": "640x360", "bitrate": "600"}


async def sent(studio: Studio, kind: str = "video") -> dict:
    """What the studio's only connection says of one kind of media."""
    stats = await studio.evaluate("() => window.porthole.stats()")
    (outbound,) = [one for one in stats if one["type"] == "outbound-rtp" and one["kind"] == kind]
    codecs = {one["id"]: one["mimeType"] for one in stats if one["type"] == "codec"}
    return outbound | {"mimeType": codecs.get(outbound.get("codecId"))}


@pytest.mark.parametrize("codec", ["VP8", "VP9", "H264", "AV1"])
async def test_studio_sends_the_codec_it_is_asked_for(chromium: Chromium, server: Server, codec: str):
    studio = await (await chromium.person()).stream(server.url, user_token(f"ada-{codec}"), codec=codec.lower(), **SMALL)

    async def has_sent() -> bool:
        return (await sent(studio)).get("framesEncoded", 0) > 10

    await eventually("pictures go out", has_sent, timeout=20)
    assert (await sent(studio))["mimeType"] == f"video/{codec}"
    line = "() => document.querySelector('#sending').textContent"
    await eventually("the page says what it sends", lambda: has_facts(studio, line, codec, "640×360"))
    assert await studio.data("media") == "sfu" and await studio.data("encoders") == "1"


async def has_facts(page: Studio | Player, line: str, *facts: str) -> bool:
    text = await page.evaluate(line)
    return all(fact in text for fact in facts)


async def test_studio_takes_its_form_as_it_is(chromium: Chromium, server: Server):
    page = await (await chromium.person()).page()
    await page.goto(f"{server.url}/studio#token={user_token('formal')}")
    await page.select_option("#size", "640x360")
    await page.select_option("#codec", "VP9")
    await page.click("label:has(> input[value=noise])")
    studio = Studio(page)
    await studio.start()

    async def has_sent() -> bool:
        video = await sent(studio)
        return video.get("frameWidth") == 640 and video["mimeType"] == "video/VP9"

    await eventually("the chosen size and codec go out", has_sent, timeout=20)


async def test_lost_sound_is_asked_for_again(chromium: Chromium, server: Server):
    """Browsers offer that for video alone."""
    studio = await (await chromium.person()).stream(server.url, user_token("sound"), **SMALL)
    page = await (await chromium.person()).page()
    offers: list[str] = []
    page.on("request", lambda request: request.method == "POST" and "/whep/" in request.url and offers.append(request.post_data or ""))
    await page.goto(await studio.watch_url())
    await Player(page).expect_live()
    assert len(offers) == 1, "one connection is enough"
    opus = next(line.split(":")[1].split(" ")[0] for line in offers[0].splitlines() if "opus/48000" in line)
    assert f"a=rtcp-fb:{opus} nack" in offers[0].splitlines()


async def test_player_measures_frames(chromium: Chromium, server: Server):
    studio = await (await chromium.person()).stream(server.url, user_token("measured"), codec="VP8", **SMALL)
    url = (await studio.watch_url()).replace("#", "?measure=1#")
    player = await (await chromium.person()).watch(url)
    await player.expect_live()

    async def has_frames() -> bool:
        return await player.evaluate("() => porthole.frames.length >= 30 && porthole.decoded.length >= 30")

    await eventually("frames are noted down", has_frames, timeout=20)
    source = await studio.evaluate("() => [porthole.startedAt, 1000 / porthole.framesPerSecond]")
    ages = await player.evaluate(
        """([startedAt, interval]) => porthole.decoded.slice(10).filter(({ number }) => number !== null)
            .map(({ number, at }) => at - startedAt - number * interval)""",
        source,
    )
    assert ages and -50 < min(ages) < 1000, "the clock of the source and the player's agree"
    numbers = await player.evaluate("() => porthole.decoded.map(({ number }) => number)")
    assert numbers.count(None) <= len(numbers) / 50 and len(set(numbers)) > 20
    (join,) = await player.evaluate("() => porthole.joins")
    assert join["opened"] <= join["posted"] <= join["answered"]
    kinds = {one["type"] for one in await player.evaluate("() => porthole.stats()")}
    assert {"inbound-rtp", "transport"} <= kinds


async def test_viewers_wait_for_a_stream_that_comes_and_returns(chromium: Chromium, server: Server):
    """A room without a session: what the player knows, it knows by WHEP and its events."""
    player = await (await chromium.person()).watch(f"{server.url}/receiver?room=patience")
    await player.expect_state("waiting")
    page = await (await chromium.person()).page()
    for state in ("live", "interrupted", "live"):
        if state == "live":
            await page.goto(f"{server.url}/studio?room=patience&size=640x360&bitrate=600&autostart=1")
        else:
            await page.goto("about:blank")
        await player.expect_state(state)
    await player.expect_moving()


async def test_viewers_of_a_session_ask_for_nothing_before_it_is_live(
    chromium: Chromium, server: Server, open_lab: Callable[[Server], Awaitable[Lab]]
):
    child = server.as_child("early")
    started = child.start()
    page = await (await chromium.person()).page()
    asked: list[str] = []
    page.on("request", lambda request: "/whep/" in request.url and asked.append(request.method))
    await page.goto(child.make_link(started.id)["url"])
    player = Player(page)
    await player.expect_state("waiting")
    assert asked == []
    headset = await open_lab(server)
    await headset.publish(started.id, token=started.ticket)
    await player.expect_live()
    assert asked.count("POST") <= 2, "news of the session is what makes it ask"
