/** @param {string} paths */
const icon = (paths) =>
    `<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false" fill="none" stroke="currentColor" `
    + `stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${paths}</svg>`

const icons = {
    pause: icon(`<path d="M8 5v14M16 5v14"/>`),
    play: icon(`<path d="M7 4.5v15l12-7.5z"/>`),
    sound: icon(`<path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11"/>`),
    muted: icon(`<path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM16 9.5l5 5M21 9.5l-5 5"/>`),
    picture: icon(`<path d="M3 5h18v14H3zM12.5 12.5H18V16h-5.5z"/>`),
    full: icon(`<path d="M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5"/>`),
    rewind: icon(
        `<path d="M4.2 3.8v4.6h4.6M4.6 8.3A8.6 8.6 0 1 1 3.4 12.6"/>`
        + `<text x="12.2" y="15.6" text-anchor="middle" font-size="8.6" font-weight="700" fill="currentColor" stroke="none">30</text>`,
    ),
    scissors: icon(`<circle cx="6" cy="6.5" r="2.6"/><circle cx="6" cy="17.5" r="2.6"/><path d="M8.2 8l12 8.7M8.2 16l12-8.7"/>`),
    help: icon(`<path d="M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M12 17.5v.01"/>`),
}

/** The player's elements. Both pages that have a player share them, so they live here and not in two HTML files. */
export const markup = `
<div class="stage player-stage" id="stage">
    <video id="video" playsinline autoplay muted aria-label="Live picture from the headset"></video>
    <div class="player-top">
        <span class="badge live" id="live-badge" hidden><span class="dot"></span>LIVE</span>
        <span class="badge player-recording" id="recording-badge" hidden><span class="dot"></span><span
            id="recording-text">Recording</span></span>
    </div>
    <div class="stage-note" id="note">
        <div class="porthole" id="note-porthole" aria-hidden="true"></div>
        <h2 id="note-title">Connecting…</h2>
        <p class="muted" id="note-text"></p>
        <p id="note-actions" hidden><a class="button primary" id="note-link" href="/recordings"></a></p>
    </div>
    <button class="button primary large player-sound" id="sound" type="button" hidden><span
        class="when-playing">${icons.muted}</span><span class="when-paused">${icons.play}</span><span
        id="sound-text">Tap for sound</span></button>
    <div class="player-controls" id="controls" role="group" aria-label="Player" hidden>
        <button class="player-button" id="pause" type="button" aria-label="Pause" title="Pause (k)">
            <span class="when-playing">${icons.pause}</span><span class="when-paused">${icons.play}</span></button>
        <button class="player-button" id="mute" type="button" aria-label="Sound on" title="Sound (m)">
            <span class="when-sound">${icons.sound}</span><span class="when-muted">${icons.muted}</span></button>
        <input class="player-volume" id="volume" type="range" min="0" max="100" step="5" value="100"
            aria-label="Volume">
        <a class="player-button" id="rewind" href="/recordings" aria-label="30 seconds back" title="30 seconds back (j)"
            hidden>${icons.rewind}</a>
        <button class="player-button" id="save-moment-short" type="button" aria-label="Save the last 30 seconds"
            title="Save the last 30 seconds (c)" hidden>${icons.scissors}</button>
        <span class="player-quality numeric" id="quality-short"></span>
        <button class="player-button" id="help" type="button" aria-label="Keys" title="Keys (?)">${icons.help}</button>
        <button class="player-button" id="pip" type="button" aria-label="Picture in picture" title="Picture in picture (p)"
            hidden>${icons.picture}</button>
        <button class="player-button" id="fullscreen" type="button" aria-label="Full screen" title="Full screen (f)"
            hidden>${icons.full}</button>
    </div>
</div>
<div class="player-facts">
    <p class="player-status"><strong id="status" role="status" aria-live="polite">Connecting…</strong>
        <span id="player-name"></span> <span class="muted numeric" id="quality"></span></p>
    <p class="muted" id="viewers" aria-live="polite"></p>
</div>
<p class="player-rewind" id="rewind-row" hidden><span class="muted">Missed something?</span>
    <a class="button" id="rewind-little" href="/recordings">30 seconds back</a>
    <a class="button" id="rewind-all" href="/recordings">From the beginning</a>
    <button class="button" id="save-moment" type="button">${icons.scissors}Save the last 30 seconds</button></p>
<div><div class="player-clips" id="clips" role="status"></div></div>
<div class="player-notices" id="notices" role="status" aria-live="polite"></div>
<dialog class="dialog" id="keys" aria-labelledby="keys-title">
    <div class="stack">
        <h2 id="keys-title">Keys</h2>
        <dl class="facts">
            <dt><kbd>Space</kbd> <kbd>k</kbd></dt><dd>Pause, and back to live</dd>
            <dt><kbd>m</kbd></dt><dd>Sound on or off</dd>
            <dt><kbd>↑</kbd> <kbd>↓</kbd></dt><dd>Louder, quieter</dd>
            <dt><kbd>j</kbd></dt><dd>30 seconds back, while it is recorded</dd>
            <dt><kbd>c</kbd></dt><dd>Save the last 30 seconds, while it is recorded</dd>
            <dt><kbd>f</kbd></dt><dd>Full screen</dd>
            <dt><kbd>p</kbd></dt><dd>Picture in picture</dd>
            <dt><kbd>?</kbd></dt><dd>These keys</dd>
        </dl>
        <form method="dialog" class="row end"><button class="button primary">Done</button></form>
    </div>
</dialog>`
