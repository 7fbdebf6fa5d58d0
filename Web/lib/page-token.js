/**
 * Takes the token out of the address bar at once: what stays there ends up in histories and screenshots.
 * @returns {string | null}
 */
export function takePageToken() {
    const url = new URL(location.href)
    const fragment = new URLSearchParams(url.hash.slice(1))
    const token = fragment.get("token") || url.searchParams.get("token")
    if (!fragment.has("token") && !url.searchParams.has("token")) return null
    url.searchParams.delete("token")
    fragment.delete("token")
    url.hash = fragment.toString()
    history.replaceState(history.state, "", url.href.replace(/#$/, ""))
    return token
}
