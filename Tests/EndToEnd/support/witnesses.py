"""What tests of the media plane say about a picture, a sound and a publisher."""

import asyncio
import os

from .lab import Peer, Seen, Viewer, frame_rate, longest_gap


STRICT = bool(os.environ.get("PORTHOLE_FIGURES"))
"""Whether figures are judged, which takes a machine that does nothing else (`make media-figures`).

Otherwise browsers that encode, decode and draw for five on two cores are: pictures have to come, in order and whole, but
how many a second says more of the machine than of the server.
"""


async def watch_for(viewers: list[Viewer], seconds: float) -> list[list[Seen]]:
    """What each of them sees from now on."""
    since = [await viewer.now() for viewer in viewers]
    await asyncio.sleep(seconds)
    return [await viewer.seen(begin) for viewer, begin in zip(viewers, since)]


def assert_smooth(seen: list[Seen], rate: float, gap: float = 500, who: str = "a viewer") -> None:
    """Numbered pictures in order, so many a second, none longer away than `gap` milliseconds."""
    numbers = [one.number for one in seen]
    unreadable = numbers.count(None)
    assert unreadable <= len(numbers) / 50, f"{who}: {unreadable} of {len(numbers)} pictures are broken"
    numbers = [number for number in numbers if number is not None]
    assert numbers == sorted(numbers), f"{who}: the picture went back: {numbers}"
    if not STRICT:
        rate, gap = rate * 0.3, gap * 4
    assert frame_rate(seen) >= rate, f"{who}: {frame_rate(seen):.1f} pictures a second"
    assert longest_gap(seen) <= gap, f"{who}: {longest_gap(seen):.0f} ms without a picture"


async def assert_audible(viewer: Viewer, seconds: float = 1) -> None:
    """Energy comes in, and hardly any of it is made up by the receiver."""
    before = await viewer.inbound("audio")
    await asyncio.sleep(seconds)
    after = await viewer.inbound("audio")
    assert after["totalAudioEnergy"] > before["totalAudioEnergy"], "silence"
    assert concealed(before, after) < (0.05 if STRICT else 0.5), f"{concealed(before, after):.1%} of the sound is made up"


def concealed(before: dict, after: dict) -> float:
    """The share of the sound that the receiver made up between two reports."""
    samples = after["totalSamplesReceived"] - before["totalSamplesReceived"]
    return (after["concealedSamples"] - before["concealedSamples"]) / samples if samples else 1


async def assert_encodes_once(publisher: Peer) -> dict:
    """One picture goes out of this connection, in one encoding."""
    (video,) = [one for one in (await publisher.figures())["outbound"] if one["kind"] == "video"]
    assert video["active"] and "rid" not in video
    return video
