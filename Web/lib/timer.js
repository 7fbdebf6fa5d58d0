/** @type {Worker | null} */
let worker = null
let lastId = 0
/** @type {Map<number, () => void>} */
const waiting = new Map()

function sharedWorker() {
    if (worker) return worker
    worker = new Worker(new URL("./timer-worker.js", import.meta.url), { type: "module" })
    worker.addEventListener("message", (event) => {
        const callback = waiting.get(event.data)
        waiting.delete(event.data)
        callback?.()
    })
    return worker
}

/**
 * `setTimeout` that keeps its pace in a hidden tab.
 * @param {number} ms
 * @param {() => void} callback
 * @returns {() => void} Cancels the timer.
 */
export function after(ms, callback) {
    const id = ++lastId
    waiting.set(id, callback)
    sharedWorker().postMessage({ id, ms })
    return () => {
        if (waiting.delete(id)) sharedWorker().postMessage({ id, ms: null })
    }
}

/**
 * `setInterval` that keeps its pace in a hidden tab.
 * @param {number} ms
 * @param {() => void} callback
 * @returns {() => void} Stops it.
 */
export function every(ms, callback) {
    let cancel = () => {}
    const arm = () => {
        cancel = after(ms, () => {
            arm()
            callback()
        })
    }
    arm()
    return () => cancel()
}
