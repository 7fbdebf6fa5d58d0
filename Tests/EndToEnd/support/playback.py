"""A file in Chromium's own player: does it play, and does it seek?"""

import asyncio

from .lab import Lab

PLAY = """async ([url, place]) => {
    const video = document.createElement("video")
    video.muted = true
    video.width = 320
    video.src = url
    document.body.append(video)
    const happens = (name) => new Promise((resolve, reject) => {
        video.addEventListener(name, resolve, { once: true })
        video.addEventListener("error", () => reject(new Error(`${name}: ${video.error?.message}`)), { once: true })
    })
    const shown = () => new Promise((resolve) => video.requestVideoFrameCallback((_, { mediaTime }) => resolve(mediaTime)))
    const begin = performance.now()
    const since = () => performance.now() - begin

    await happens("loadedmetadata")
    const { duration, videoWidth, videoHeight } = video
    await video.play()
    const first = await shown()
    const firstAfter = since()
    const before = video.currentTime
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const advanced = video.currentTime - before

    video.pause()
    const target = duration * place
    const seekFrom = since()
    const isSought = happens("seeked")
    video.currentTime = target
    await isSought
    await video.play()
    let sought = await shown()
    // The picture from before may still have been on its way.
    while (sought < target - 1) sought = await shown()
    const seekTook = since() - seekFrom
    video.pause()
    video.remove()
    return { duration: Number.isFinite(duration) ? duration : null, videoWidth, videoHeight,
        first, firstAfter, advanced, target, sought, seekTook }
}"""


async def assert_plays_and_seeks(lab: Lab, url: str, duration: float, *, place: float = 0.5) -> None:
    """Its length is known, it plays from its begin, and after a seek from a place, 0 to 1."""
    facts = await asyncio.wait_for(lab.page.evaluate(PLAY, [url, place]), 30)
    print({key: round(value, 3) for key, value in facts.items() if value is not None})
    assert facts["duration"] is not None, "its length is not finite"
    assert abs(facts["duration"] - duration) < 0.2, facts
    assert facts["videoWidth"] > 0 and facts["videoHeight"] > 0, facts
    assert facts["first"] < 1, facts
    assert facts["advanced"] > 0.5, facts
    assert abs(facts["sought"] - facts["target"]) < 1.5, facts
