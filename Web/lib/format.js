/**
 * `1:02:03` or `2:03`.
 * @param {number} seconds
 */
export function clock(seconds) {
    const whole = Math.max(0, Math.floor(seconds))
    const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
    if (parts[0] === 0) parts.shift()
    return parts.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, "0"))).join(":")
}

/**
 * "Mum", "Mum and Dad", "Mum, Dad and Ada".
 * @param {string[]} names
 */
export function list(names) {
    if (names.length < 2) return names.join("")
    return `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`
}
