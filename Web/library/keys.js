/** @typedef {import("./playback.js").Playback} Playback */
/** @typedef {import("./moment.js").Moment} Moment */

/**
 * Keyboard control of the whole page, as people know it from other players.
 *
 * @param {Playback} playback
 * @param {Moment} moment
 */
export function listenToKeys(playback, moment) {
    document.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || isBusyElsewhere(event)) return
        if (act(playback, moment, event.key)) event.preventDefault()
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
 * @param {Moment} moment
 * @param {string} key
 * @returns {boolean} Whether the key means something here.
 */
function act(playback, moment, key) {
    if (/^[0-9]$/.test(key)) {
        playback.seekTo((playback.duration * Number(key)) / 10)
        return true
    }
    const action = actions(playback, moment)[key.toLowerCase()]
    action?.()
    return action !== undefined
}

/**
 * @param {Playback} playback
 * @param {Moment} moment
 * @returns {Record<string, () => void>}
 */
function actions(playback, moment) {
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
        c: () => moment.save(),
        i: () => moment.markStart(),
        o: () => moment.markEnd(),
        m: () => playback.toggleSound(),
        f: () => void playback.toggleFullscreen().catch(() => undefined),
        p: () => void playback.togglePictureInPicture().catch(() => undefined),
    }
}
