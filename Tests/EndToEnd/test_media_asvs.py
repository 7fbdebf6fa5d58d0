"""Chapter V17 (WebRTC) of OWASP ASVS 5.0: what applies to a media server, by number.

| number | what | where |
| --- | --- | --- |
| 17.1.1, 17.1.2 | TURN servers | none of ours: `docs/` says how coturn is to be set up |
| 17.2.1 | the key of the DTLS certificate | made at start, never stored: `test_certificate_is_new_at_each_start` |
| 17.2.2 | cipher suites and SRTP profiles | `test_strong_suites_only`; `test_media_bad_input.py`: weak suites are refused |
| 17.2.3 | SRTP is authenticated | `test_media_bad_input.py`: bent packets of a real publisher |
| 17.2.4 | malformed SRTP | the same |
| 17.2.5, 17.2.7 | floods of SRTP by a legitimate user | `test_flood_by_a_legitimate_publisher` |
| 17.2.6 | races for the ClientHello | `test_media_bad_input.py`: handshakes come from validated addresses only |
| 17.2.8 | the fingerprint is checked | `test_wrong_fingerprint_gets_nothing` |
| 17.3.1 | floods of signaling | `test_floods_of_offers_are_limited`, and `test_limits.py` |
| 17.3.2 | malformed signaling | `test_media_whip.py`: bad offers are named as such |
"""

import asyncio
from collections.abc import Callable

import httpx
import pytest
from support import sdp
from support.aio import AioPublisher, AioViewer
from support.api import NO_AUTHORITIES, fetch
from support.lab import Lab
from support.server import Server
from support.server_figures import metrics, total
from support.witnesses import assert_smooth

SDP = {"Content-Type": "application/sdp"}


def fingerprint(server: Server) -> str:
    answer = fetch("POST", f"{server.url}/whip/print", content=sdp.offer("sendonly"), headers=SDP)
    return sdp.value(answer.text, "fingerprint")


def test_certificate_is_new_at_each_start(make_server):
    server = make_server()
    first = fingerprint(server)
    assert first.startswith("sha-256 ") and first == fingerprint(server)
    server.stop()
    server.restart()
    assert fingerprint(server) != first
    keys = [path for path in server.data.rglob("*") if path.is_file() and b"PRIVATE KEY" in path.read_bytes()]
    assert keys == []


async def test_strong_suites_only(server: Server, open_lab: Callable[[Server], Lab]):
    lab = await open_lab(server)
    publisher = await lab.publish("suites")
    viewer = await lab.watch("suites")
    await viewer.expect_moving(5)
    for peer in (publisher, viewer):
        figures = await peer.figures()
        assert figures["tls"] == "FEFD", "DTLS 1.2"
        assert figures["dtls"] == "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", figures["dtls"]
        assert figures["srtp"] == "SRTP_AEAD_AES_128_GCM", figures["srtp"]


async def test_flood_by_a_legitimate_publisher(server: Server, open_lab: Callable[[Server], Lab]):
    """One publisher sends twenty times what it should; another family sees nothing of it."""
    lab = await open_lab(server)
    await lab.publish("neighbour", bitrate=500_000)
    viewer = await lab.watch("neighbour")
    async with await AioPublisher().start(f"{server.url}/whip/flooder") as flooder:
        (dtls,) = {sender.transport for sender in flooder.connection.getSenders()}
        video = next(sender for sender in flooder.connection.getSenders() if sender.kind == "video")
        send, sent = dtls._send_rtp, 0

        async def send_twenty(data: bytes) -> None:
            nonlocal sent
            if data[8:12] != video._ssrc.to_bytes(4, "big"):
                return await send(data)
            for _ in range(20):
                await send(data[:2] + (sent & 0xFFFF).to_bytes(2, "big") + data[4:])
                sent += 1

        since = await viewer.now()
        dtls._send_rtp = send_twenty
        await asyncio.sleep(5)
        dtls._send_rtp = send
        print(f"{sent} packets in 5 s")
        assert_smooth(await viewer.seen(since), rate=20, gap=700)
        assert_smooth(await viewer.expect_moving(20), rate=20)
    server.assert_running()


@pytest.mark.parametrize("peer", [AioPublisher, AioViewer])
async def test_wrong_fingerprint_gets_nothing(server: Server, open_lab: Callable[[Server], Lab], peer: type):
    """The certificate of the handshake is not the one that was described: somebody is in between."""
    lab = await open_lab(server)
    await lab.publish("printed", bitrate=300_000)
    viewer = await lab.watch("printed")
    await viewer.expect_moving(5)
    kind = "whip" if peer is AioPublisher else "whep"
    room = "print-missing" if peer is AioPublisher else "printed"
    before = metrics(server)
    impostor = peer()
    impostor.patience = 4
    impostor.change_offer = lambda text: "\r\n".join(
        f"a=fingerprint:sha-256 {sdp.FINGERPRINT}" if line.startswith("a=fingerprint:sha-256") else line
        for line in text.split("\r\n")
        if not line.startswith(("a=fingerprint:sha-384", "a=fingerprint:sha-512"))
    )
    with pytest.raises(AssertionError):
        await impostor.start(f"{server.url}/{kind}/{room}")
    try:
        if peer is AioPublisher:
            assert fetch("POST", f"{server.url}/whep/{room}", content=sdp.offer("recvonly"), headers=SDP).status_code == 409
        else:
            assert impostor.numbers == [] and impostor.sounds == 0
        assert total(metrics(server), "media", "failed") > total(before, "media", "failed")
    finally:
        await impostor.close()


def test_floods_of_offers_are_limited(make_server):
    server = make_server(TRUSTED_PROXIES="127.0.0.1")
    with httpx.Client(base_url=server.url, verify=NO_AUTHORITIES) as client:
        headers = SDP | {"X-Forwarded-For": "203.0.113.9"}
        statuses = [client.post("/whip/flood", content=b"x", headers=headers).status_code for _ in range(700)]
        refused = client.post("/whip/flood", content=b"x", headers=headers)
        assert statuses[0] in (400, 422) and statuses[-1] == 429 and int(refused.headers["Retry-After"]) >= 1
        others = client.post("/whip/flood", content=b"x", headers=SDP | {"X-Forwarded-For": "203.0.113.10"})
        assert others.status_code in (400, 422), "others are not refused"
