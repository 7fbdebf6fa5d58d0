"""Offers put together by hand, for peers that only speak HTTP, and fragments for trickling."""

import secrets

VIDEO = {"VP8": 96, "H264": 102}
FINGERPRINT = ":".join(f"{byte:02X}" for byte in range(32))


def password(ufrag: str) -> str:
    """22 characters at least (RFC 8839 §5.4)."""
    return (ufrag * 24)[:24]


def offer(direction: str, *, kinds: tuple[str, ...] = ("video", "audio"), setup: str = "actpass", ufrag: str = "") -> str:
    """What a browser offers; `direction` is `sendonly` for WHIP, `recvonly` for WHEP."""
    ufrag = ufrag or secrets.token_hex(4)
    lines = ["v=0", f"o=- {secrets.randbits(62)} 2 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    lines += [f"a=group:BUNDLE {' '.join(str(mid) for mid in range(len(kinds)))}", "a=msid-semantic: WMS"]
    for mid, kind in enumerate(kinds):
        types = "96 97 102 103" if kind == "video" else "111"
        lines += [f"m={kind} 9 UDP/TLS/RTP/SAVPF {types}", "c=IN IP4 0.0.0.0", "a=rtcp:9 IN IP4 0.0.0.0"]
        lines += [f"a=ice-ufrag:{ufrag}", f"a=ice-pwd:{password(ufrag)}", "a=ice-options:trickle"]
        lines += [f"a=fingerprint:sha-256 {FINGERPRINT}", f"a=setup:{setup}", f"a=mid:{mid}", f"a={direction}"]
        lines += ["a=rtcp-mux", "a=rtcp-mux-only"]
        if direction == "sendonly":
            lines += [f"a=msid:stream {kind}"]
        if kind == "video":
            for name, number in VIDEO.items():
                lines += [f"a=rtpmap:{number} {name}/90000", f"a=rtcp-fb:{number} nack", f"a=rtcp-fb:{number} nack pli"]
                lines += [f"a=rtpmap:{number + 1} rtx/90000", f"a=fmtp:{number + 1} apt={number}"]
            lines += ["a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"]
        else:
            lines += ["a=rtpmap:111 opus/48000/2", "a=fmtp:111 minptime=10;useinbandfec=1"]
        if direction == "sendonly":
            ssrc = secrets.randbits(31)
            lines += [f"a=ssrc:{ssrc} cname:tester"]
    return "\r\n".join([*lines, ""])


def fragment(sdp: str, *candidates: str, ufrag: str = "") -> str:
    """A trickled fragment (RFC 8840) of the peer that offered `sdp`; with another `ufrag` it restarts ICE."""
    ufrag = ufrag or value(sdp, "ice-ufrag")
    lines = [f"a=group:{value(sdp, 'group')}", f"a=ice-ufrag:{ufrag}", f"a=ice-pwd:{password(ufrag)}"]
    lines += [next(line for line in sdp.splitlines() if line.startswith("m=")), "a=mid:0"]
    lines += [f"a=candidate:{candidate}" for candidate in candidates]
    return "\r\n".join([*lines, "a=end-of-candidates", ""])


def value(sdp: str, name: str) -> str:
    """The first attribute of this name."""
    return next(line for line in sdp.splitlines() if line.startswith(f"a={name}:")).split(":", 1)[1]


def values(sdp: str, name: str) -> list[str]:
    return [line.split(":", 1)[1] for line in sdp.splitlines() if line.startswith(f"a={name}:")]


def sections(sdp: str) -> list[list[str]]:
    """The lines of each media section."""
    found: list[list[str]] = []
    for line in sdp.splitlines():
        if line.startswith("m="):
            found.append([])
        if found:
            found[-1].append(line)
    return found
