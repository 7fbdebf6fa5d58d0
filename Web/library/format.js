// The pages speak English; dates follow the reader's own English, else day before month.
const locale = navigator.languages.find((language) => language.startsWith("en")) ?? "en-GB"
const timeOfDay = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" })
const day = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" })
const dayWithYear = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" })
const relativeDay = new Intl.RelativeTimeFormat(locale, { numeric: "auto" })

/** @param {string} time RFC 3339 */
export function clockTime(time) {
    return timeOfDay.format(new Date(time))
}

/**
 * "Today", "Yesterday", "Saturday, 3 May", or with the year when it is another one.
 *
 * @param {string} time RFC 3339
 * @param {Date} [now]
 */
export function dayName(time, now = new Date()) {
    const date = new Date(time)
    const days = Math.round((startOfDay(date) - startOfDay(now)) / 86_400_000)
    if (days === 0 || days === -1) return capitalised(relativeDay.format(days, "day"))
    return (date.getFullYear() === now.getFullYear() ? day : dayWithYear).format(date)
}

/** @param {Date} date */
function startOfDay(date) {
    return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
}

/** @param {string} text */
function capitalised(text) {
    return text.charAt(0).toLocaleUpperCase() + text.slice(1)
}

/**
 * 3725 → "1 h 2 min", 45.8 → "45 s", as clocks count: for prose and screen readers.
 *
 * @param {number} seconds
 */
export function spokenDuration(seconds) {
    const whole = Math.max(0, Math.floor(seconds))
    if (whole < 60) return `${whole} s`
    const hours = Math.floor(whole / 3600)
    const minutes = Math.floor(whole / 60) % 60
    if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`
    return whole % 60 > 0 && minutes < 10 ? `${minutes} min ${whole % 60} s` : `${minutes} min`
}

/** @param {number} bytes */
export function fileSize(bytes) {
    const units = ["byte", "kilobyte", "megabyte", "gigabyte"]
    let power = 0
    let amount = bytes
    while (amount >= 1000 && power < units.length - 1) {
        amount /= 1000
        power += 1
    }
    const digits = amount < 10 && power > 0 ? 1 : 0
    const style = /** @type {const} */ ("unit")
    return new Intl.NumberFormat(locale, { style, unit: units[power], maximumFractionDigits: digits }).format(amount)
}

/**
 * How long since: "just now", "20 s ago", "4 min ago", "2 h ago".
 *
 * @param {number} from milliseconds
 * @param {number} [now] milliseconds
 */
export function ago(from, now = Date.now()) {
    const seconds = (now - from) / 1000
    if (seconds < 10) return "just now"
    if (seconds < 60) return `${Math.floor(seconds / 10) * 10} s ago`
    return `${spokenDuration(Math.floor(seconds / 60) * 60)} ago`
}

/**
 * What to call a player of whom only the id is known.
 *
 * @param {string} userID
 */
export function playerName(userID) {
    return userID.length > 24 ? `player ${userID.slice(0, 8)}` : userID
}

/**
 * @param {number} count
 * @param {string} one
 * @param {string} many
 */
export function counted(count, one, many) {
    return `${count} ${count === 1 ? one : many}`
}
