// Timers of a worker keep their pace in a hidden tab; those of a page slow down to one a minute.
/** @type {Map<number, ReturnType<typeof setTimeout>>} */
const timers = new Map()

self.addEventListener("message", (event) => {
    const { id, ms } = event.data
    clearTimeout(timers.get(id))
    timers.delete(id)
    if (ms === null) return
    timers.set(
        id,
        setTimeout(() => {
            timers.delete(id)
            self.postMessage(id)
        }, ms),
    )
})
