"""A family behind a network that lets nothing through but the relay."""

import re

from conftest import Chromium
from support import turn
from support.browser import with_query
from support.tokens import user_token
from support.turn import TurnServer

KEEP_CONNECTIONS = """
    const Original = RTCPeerConnection
    window.connections = []
    window.RTCPeerConnection = class extends Original {
        constructor(...options) {
            super(...options)
            window.connections.push(this)
        }
    }
"""

LOCAL_CANDIDATES = """async () => {
    const connection = window.connections.at(-1)
    const reports = [...(await connection.getStats()).values()]
    const transport = reports.find(({ type }) => type === "transport")
    const pair = reports.find(({ id }) => id === transport?.selectedCandidatePairId)
    return {
        inUse: reports.find(({ id }) => id === pair?.localCandidateId)?.candidateType,
        all: reports.filter(({ type }) => type === "local-candidate").map(({ candidateType }) => candidateType),
    }
}"""


async def test_relay_only_viewer_watches_through_turn(chromium: Chromium, make_server, turn_server: TurnServer):
    turn_url = f"turn:127.0.0.1:{turn_server.port}?transport=udp"
    server = make_server(MEDIA_MODE="p2p", TURN_URLS=turn_url, TURN_SECRET=turn.SECRET)
    studio = await (await chromium.person()).stream(server.url, user_token("ada"))
    friend = await chromium.person()
    await friend.context.add_init_script(KEEP_CONNECTIONS)
    player = await friend.watch(with_query(await studio.watch_url(), ice="relay"))
    await player.expect_live()

    candidates = await player.evaluate(LOCAL_CANDIDATES)
    assert candidates["inUse"] == "relay", candidates
    assert set(candidates["all"]) == {"relay"}, "a relay-only browser gathers nothing else"
    # The relay's log names when a credential ends and nothing about the person.
    assert "ALLOCATE processed, success" in turn_server.text
    names = set(re.findall(r"username=<([^>]*)>", turn_server.text))
    assert names and all(re.fullmatch(r"\d+:[0-9a-f]+", name) for name in names), names


async def test_turn_credentials_are_for_those_who_may_watch(make_server, turn_server: TurnServer):
    server = make_server(TURN_URLS=f"turn:127.0.0.1:{turn_server.port}?transport=udp", TURN_SECRET=turn.SECRET)
    assert "iceServers" not in server.api().json("GET", "/config")
    child = server.as_child("ada")
    for servers in (child.start().answer["iceServers"], child.json("GET", "/config")["iceServers"]):
        (relay,) = [entry for entry in servers if entry["urls"][0].startswith("turn:")]
        assert relay["username"].split(":")[0].isdigit() and relay["credential"]
