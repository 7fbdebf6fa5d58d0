/** @typedef {import("./playback.js").Playback} Playback */

/**
 * Keyboard control of the whole page, as people know it from other players.
 *
 * @param {Playback} playback
 */
export function listenToKeys(playback) {
    document.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || isBusyElsewhere(event)) return
        if (act(playback, event.key)) event.preventDefault()
    })
}

/**
 * A dialog has the keyboard for itself, a list its arrows, and a focused button the space bar.
 *
 * @param {KeyboardEvent} event
 */
function isBusyElsewhere({ target, key }) {
    if (!(target instanceof Element)) return false
    if (target.closest("dialog, select, textarea, [contenteditable]")) return true
    return key === " " && target.closest("button, a, summary") !== null
}

/**
 * @param {Playback} playback
 * @param {string} key
 * @returns {boolean} Whether the key means something here.
 */
function act(playback, key) {
    if (/^[0-9]$/.test(key)) {
        playback.seekTo((playback.duration * Number(key)) / 10)
        return true
    }
    const action = actions(playback)[key.toLowerCase()]
    action?.()
    return action !== undefined
}

/**
 * @param {Playback} playback
 * @returns {Record<string, () => void>}
 */
function actions(playback) {
    const toggle = () => playback.toggle()
    return {
        " ": toggle,
        k: toggle,
        arrowleft: () => playback.seekBy(-5),
        arrowright: () => playback.seekBy(5),
        j: () => playback.seekBy(-10),
        l: () => playback.seekBy(10),
        "<": () => playback.changeSpeed(-1),
        ">": () => playback.changeSpeed(1),
        m: () => playback.toggleSound(),
        f: () => void playback.toggleFullscreen().catch(() => undefined),
        p: () => void playback.togglePictureInPicture().catch(() => undefined),
    }
}
