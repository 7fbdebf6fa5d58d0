"""WHIP (RFC 9725) and WHEP as raw HTTP: statuses, headers and descriptions, before any media."""

import re
import uuid

import httpx
import pytest
from support import sdp
from support.aio import AioPublisher
from support.api import fetch
from support.server import Server
from support.waiting import eventually

SDP = {"Content-Type": "application/sdp"}
FRAGMENT = "application/trickle-ice-sdpfrag"
PROBLEM = "application/problem+json"


def post(server: Server, path: str, offer: str, **headers: str) -> httpx.Response:
    return fetch("POST", f"{server.url}{path}", content=offer, headers=SDP | headers)


def patch(server: Server, path: str, body: str, match: str | None, kind: str = FRAGMENT) -> httpx.Response:
    headers = {"Content-Type": kind} | ({} if match is None else {"If-Match": match})
    return fetch("PATCH", f"{server.url}{path}", content=body, headers=headers)


@pytest.fixture
def whip(server: Server) -> tuple[str, httpx.Response]:
    """An offer and its answer, of a publisher that never sends anything."""
    offer = sdp.offer("sendonly")
    answer = post(server, f"/whip/room-{uuid.uuid4().hex}", offer)
    assert answer.status_code == 201, answer.text
    return offer, answer


async def watch(server: Server, path: str) -> httpx.Response:
    """The answer to a viewer, as soon as there is something to watch."""

    def answer() -> httpx.Response | None:
        response = post(server, path, sdp.offer("recvonly"))
        return None if response.status_code == 409 else response

    return await eventually("there is something to watch", answer)


# Creation


def test_answer_to_a_publisher(server: Server, whip):
    offer, answer = whip
    assert answer.headers["Content-Type"].startswith("application/sdp")
    assert re.fullmatch(r'"[^"]+"', answer.headers["ETag"]), "a strong tag, quoted"
    location = answer.headers["Location"]
    assert re.search(r"/whip/[^/]+/[^/]{16,}$", location), location
    text = answer.text
    assert text.startswith("v=0\r\n") and text.endswith("\r\n")
    assert "a=ice-lite" in text.splitlines(), "session level"
    assert sdp.value(text, "group") == "BUNDLE 0 1"
    described = sdp.sections(text)
    assert len(described) == len(sdp.sections(offer))
    for lines in described:
        assert "a=recvonly" in lines and "a=rtcp-mux" in lines and "a=rtcp-mux-only" in lines
        assert any(line in ("a=setup:passive", "a=setup:active") for line in lines)
        assert not lines[0].startswith("m=video 0") and not lines[0].startswith("m=audio 0")
    candidates = sdp.values(text, "candidate")
    assert {line.split()[2].lower() for line in candidates} == {"udp", "tcp"}
    assert any("tcptype passive" in line for line in candidates)
    assert "a=end-of-candidates" in text
    assert not re.search(r"a=simulcast|a=rid", text)


def test_names_of_connections_are_not_guessable(server: Server):
    names = set()
    for _ in range(8):
        answer = post(server, "/whip/guess", sdp.offer("sendonly"))
        names.add(answer.headers["Location"].rsplit("/", 1)[1])
    assert len(names) == 8 and all(re.fullmatch(r"[0-9a-zA-Z_-]{20,}", name) for name in names)
    assert len({name[:8] for name in names}) == 8, "no common beginning, no counter"


def test_preferred_codec_comes_first_and_vp8_is_kept(server: Server, whip):
    _, answer = whip
    (video,) = [lines for lines in sdp.sections(answer.text) if lines[0].startswith("m=video")]
    kinds = video[0].split()[3:]
    names = {line.split(":")[1].split()[0]: line.split()[1].split("/")[0] for line in video if line.startswith("a=rtpmap")}
    order = [names[kind] for kind in kinds if names.get(kind) in ("H264", "VP8")]
    assert order == ["H264", "VP8"]


@pytest.mark.parametrize("kind", ["text/plain", "application/json", ""])
def test_other_media_types_are_refused(server: Server, kind: str):
    for path in ("/whip/types", "/whep/types"):
        answer = fetch("POST", f"{server.url}{path}", content=sdp.offer("sendonly"), headers={"Content-Type": kind})
        assert answer.status_code == 415, answer.status_code


@pytest.mark.parametrize(
    ("name", "body"),
    {
        "empty": "",
        "no SDP": "hello",
        "no section": "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n",
        "no credentials": re.sub(r"a=ice-(ufrag|pwd):.*\r\n", "", sdp.offer("sendonly")),
        "no fingerprint": re.sub(r"a=fingerprint:.*\r\n", "", sdp.offer("sendonly")),
        "short password": re.sub(r"a=ice-pwd:.*", "a=ice-pwd:short", sdp.offer("sendonly")),
        "no codec of ours": re.sub(r"VP8|H264", "THEORA", sdp.offer("sendonly")),
        "two videos": sdp.offer("sendonly", kinds=("video", "video")),
        "thirty-three sections": sdp.offer("sendonly", kinds=("audio",) * 33),
        "same mids": sdp.offer("sendonly").replace("a=mid:1", "a=mid:0"),
        "ten thousand lines": sdp.offer("sendonly") + "a=x\r\n" * 10_000,
        "not UTF-8": b"v=0\r\n\xff\xfe",
        "zero bytes": sdp.offer("sendonly").replace("a=mid", "a=\0mid"),
        "a hash nobody knows": sdp.offer("sendonly").replace("sha-256", "md5"),
    }.items(),
    ids=lambda value: value if isinstance(value, str) and len(value) < 30 else "",
)
def test_bad_offers_are_named_as_such(server: Server, name: str, body):
    answer = fetch("POST", f"{server.url}/whip/bad", content=body, headers=SDP)
    assert answer.status_code in (400, 422), f"{name}: {answer.status_code} {answer.text:.200}"
    assert answer.headers["Content-Type"].startswith(PROBLEM)
    assert len(answer.json()["detail"]) > 10, "the reason is told"


def test_viewer_may_not_send_and_publisher_not_watch(server: Server):
    assert post(server, "/whip/direction", sdp.offer("recvonly")).status_code in (400, 422)
    answer = post(server, "/whep/direction", sdp.offer("sendonly"))
    assert answer.status_code in (400, 409, 422)


def test_large_offers_are_refused_before_they_are_read(server: Server):
    assert post(server, "/whip/large", sdp.offer("sendonly") + "a=x:" + "y" * 70_000 + "\r\n").status_code == 413


# WHEP


def test_nobody_publishes_yet(server: Server):
    answer = post(server, "/whep/empty", sdp.offer("recvonly"))
    assert answer.status_code == 409
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.headers["Content-Type"].startswith(PROBLEM)


def test_discovery_by_head_and_probe_by_get(server: Server):
    assert fetch("HEAD", f"{server.url}/whep/any").headers["Content-Type"].startswith("application/sdp")
    for path in ("/whip/any", "/whep/any"):
        answer = fetch("GET", f"{server.url}{path}")
        assert answer.is_success and answer.content == b""
        assert answer.headers["Accept-Post"] == "application/sdp"


async def test_answer_to_a_viewer(server: Server):
    async with await AioPublisher().start(f"{server.url}/whip/stage"):
        answer = await watch(server, "/whep/stage")
        assert answer.status_code == 201, answer.text
        for lines in sdp.sections(answer.text):
            assert "a=sendonly" in lines and "a=rtcp-mux-only" in lines
        # WHEP never renegotiates: whatever the publisher may come back with is agreed upon now.
        names = set(re.findall(r"a=rtpmap:\d+ (\w+)/", answer.text))
        assert {"VP8", "H264", "opus", "rtx"} <= names
        streams = {line.split()[0] for line in sdp.values(answer.text, "msid")}
        assert len(streams) == 1, "one stream, so that sound and picture stay together"
        assert re.search(r"a=ssrc-group:FID \d+ \d+", answer.text)
        assert fetch("DELETE", f"{server.url}{answer.headers['Location']}").status_code == 200


# The connection


def test_trickled_candidates(server: Server, whip):
    offer, answer = whip
    path, tag = answer.headers["Location"], answer.headers["ETag"]
    candidates = ["1 1 udp 2122260223 127.0.0.1 50000 typ host", "2 1 udp 1 5f0e7a52-9f1a.local 50001 typ host"]
    taken = patch(server, path, sdp.fragment(offer, *candidates), tag)
    assert (taken.status_code, taken.content) == (204, b"")
    assert "ETag" not in taken.headers
    assert patch(server, path, sdp.fragment(offer, "3 1 xyz 1 nonsense 0 typ dream"), tag).status_code == 204
    assert patch(server, path, sdp.fragment(offer), "*").status_code == 204, "players send it with each candidate"


def test_conditions_on_fragments(server: Server, whip):
    offer, answer = whip
    path, tag = answer.headers["Location"], answer.headers["ETag"]
    assert patch(server, path, sdp.fragment(offer), None).status_code == 428
    assert patch(server, path, sdp.fragment(offer), '"another"').status_code == 412
    assert patch(server, path, sdp.fragment(offer), tag, kind="text/plain").status_code == 415
    assert patch(server, path, "nonsense", tag).status_code in (400, 422)
    assert patch(server, path, sdp.fragment(offer), tag).status_code == 204


@pytest.mark.parametrize("star", ["*", '"*"'])
def test_restart_of_ice(server: Server, whip, star: str):
    offer, answer = whip
    path, tag = answer.headers["Location"], answer.headers["ETag"]
    restarted = patch(server, path, sdp.fragment(offer, ufrag="restarted"), star)
    assert restarted.status_code == 200, restarted.text
    assert restarted.headers["Content-Type"].startswith(FRAGMENT)
    assert restarted.headers["ETag"] != tag
    for name in ("ice-ufrag", "ice-pwd"):
        assert sdp.value(restarted.text, name) != sdp.value(answer.text, name)
    assert sdp.values(restarted.text, "candidate")
    assert patch(server, path, sdp.fragment(offer), tag).status_code == 412, "the older session's tag"
    fresh = sdp.fragment(offer, ufrag="restarted")
    assert patch(server, path, fresh, restarted.headers["ETag"]).status_code == 204


def test_end(server: Server, whip):
    _, answer = whip
    url = f"{server.url}{answer.headers['Location']}"
    assert fetch("DELETE", url, headers={"If-Match": '"whatever"'}).status_code == 200
    assert fetch("DELETE", url).status_code == 404
    assert patch(server, answer.headers["Location"], sdp.fragment(sdp.offer("sendonly")), "*").status_code == 404


def test_connections_of_another_room_or_kind_are_not_found(server: Server, whip):
    _, answer = whip
    path = answer.headers["Location"]
    name = path.rsplit("/", 1)[1]
    for other in (f"/whip/other/{name}", path.replace("/whip/", "/whep/"), f"{path}0", "/whip/x/../y"):
        assert fetch("DELETE", f"{server.url}{other}").status_code in (404, 405), other


def test_browsers_of_other_origins(server: Server):
    origin = {"Origin": "http://localhost:3000"}
    asks = origin | {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    preflight = fetch("OPTIONS", f"{server.url}/whip/cors", headers=asks)
    assert preflight.is_success
    allowed = preflight.headers["Access-Control-Allow-Methods"]
    missing = {"POST", "PATCH", "DELETE"} - set(re.split(", *", allowed))
    assert not missing, f"no {missing} in {allowed}"
    allowed = preflight.headers["Access-Control-Allow-Headers"].lower()
    missing = {"authorization", "content-type", "if-match"} - set(re.split(", *", allowed))
    assert not missing, f"no {missing} in {allowed}"
    assert "Link" not in preflight.headers, "no credentials of a relay for a preflight"
    answer = post(server, "/whip/cors", sdp.offer("sendonly"), **origin)
    exposed = answer.headers["Access-Control-Expose-Headers"].lower()
    missing = {"location", "etag", "link"} - set(re.split(", *", exposed))
    assert not missing, f"no {missing} in {exposed}"
    assert "Access-Control-Allow-Credentials" not in answer.headers


# Who may


def test_sessions_ask_who_it_is(server: Server):
    child, stranger = server.as_child("ada"), server.as_child("mallory")
    started = child.start()
    publish, watch = f"/whip/{started.id}", f"/whep/{started.id}"
    bearer = lambda token: {"Authorization": f"Bearer {token}"}  # noqa: E731

    assert post(server, publish, sdp.offer("sendonly")).status_code == 401
    assert post(server, watch, sdp.offer("recvonly")).status_code == 401
    assert post(server, publish, sdp.offer("sendonly"), **bearer(stranger.token)).status_code == 404
    assert post(server, watch, sdp.offer("recvonly"), **bearer(stranger.token)).status_code == 404
    assert post(server, watch, sdp.offer("recvonly"), **bearer(child.token)).status_code == 409, "nobody publishes"
    assert post(server, watch, sdp.offer("recvonly"), **bearer(started.ticket)).status_code == 403

    mine = post(server, publish, sdp.offer("sendonly"), **bearer(started.ticket))
    assert mine.status_code == 201
    path = f"{server.url}{mine.headers['Location']}"
    assert fetch("DELETE", path).status_code == 401
    assert fetch("DELETE", path, headers=bearer(stranger.token)).status_code == 404
    assert fetch("DELETE", path, headers=bearer(started.ticket)).status_code == 200
    assert post(server, publish, sdp.offer("sendonly"), **bearer(child.token)).status_code == 201, "the owner's token"

    child.end(started.id)
    assert post(server, publish, sdp.offer("sendonly"), **bearer(started.ticket)).status_code in (401, 404, 409, 410)


def test_link_watches_and_does_not_publish(server: Server):
    child = server.as_child("ada")
    started = child.start()
    token = child.make_link(started.id)["url"].split("#token=")[1]
    assert token.startswith("ptw_")
    bearer = {"Authorization": f"Bearer {token}"}
    assert post(server, f"/whep/{started.id}", sdp.offer("recvonly"), **bearer).status_code == 409
    assert post(server, f"/whip/{started.id}", sdp.offer("sendonly"), **bearer).status_code in (403, 404)
    other = child.start().id
    assert post(server, f"/whep/{other}", sdp.offer("recvonly"), **bearer).status_code == 404


def test_names_are_for_development(make_server):
    server = make_server(SIGNALING_ANONYMOUS="false")
    assert post(server, "/whip/name", sdp.offer("sendonly")).status_code in (401, 404)


async def test_full_session_says_when_to_come_back(make_server):
    server = make_server(MAX_VIEWERS_PER_SESSION=1)
    async with await AioPublisher().start(f"{server.url}/whip/full"):
        first = await watch(server, "/whep/full")
        assert first.status_code == 201
        refused = post(server, "/whep/full", sdp.offer("recvonly"))
        assert refused.status_code == 503 and int(refused.headers["Retry-After"]) >= 1
        assert refused.headers["Content-Type"].startswith(PROBLEM)
        fetch("DELETE", f"{server.url}{first.headers['Location']}")
        assert post(server, "/whep/full", sdp.offer("recvonly")).status_code == 201


def test_peer_to_peer_server_has_no_endpoints(make_server):
    server = make_server(MEDIA_MODE="p2p")
    answer = post(server, "/whip/any", sdp.offer("sendonly"))
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) >= 1
