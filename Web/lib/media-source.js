/**
 * What plays pieces of media that a page hands over: an iPhone has only the managed kind, which takes the same.
 *
 * @returns {typeof MediaSource | null}
 */
export function mediaSourceClass() {
    const managed = /** @type {{ManagedMediaSource?: typeof MediaSource}} */ (/** @type {unknown} */ (window)).ManagedMediaSource
    return managed ?? window.MediaSource ?? null
}

/**
 * Whether this browser can play a file of these types while it is still being written.
 *
 * @param {{segments?: {mime_type: string}[]}} recording
 */
export function canPlayWhileGrowing({ segments = [] }) {
    const source = mediaSourceClass()
    return source !== null && segments.length > 0 && segments.every(({ mime_type }) => source.isTypeSupported(mime_type))
}
