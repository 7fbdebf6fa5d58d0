"""Chunks of browser recordings: in any order, more than once, late, too many."""

import random
import time
import uuid

import pytest
from support.api import Api
from support.media import chunks, probe, webm
from support.server import Server

COMBINE_GRACE = 1
PIECES = 9


@pytest.fixture(scope="module")
def server(make_module_server) -> Server:
    return make_module_server(COMBINE_GRACE_SECONDS=COMBINE_GRACE)


@pytest.fixture
def player(server: Server) -> Api:
    return server.as_child(f"player-{uuid.uuid4()}")


def upload(player: Api, session: str, run: str, number: int, pieces: list[bytes]) -> dict:
    response = player.upload(session, pieces[number], number, run=run, final=number == len(pieces) - 1)
    assert response.status_code == 200, response.text
    return response.json()


def orderly_file(player: Api, pieces: list[bytes]) -> bytes:
    """The file of chunks that come one after the other."""
    session, run = player.start().id, str(uuid.uuid4())
    for number in range(len(pieces)):
        assert upload(player, session, run, number, pieces)["received"] == number + 1
    player.end(session)
    return player.file(player.ready_recording(session)["id"])


def test_shuffled_doubled_and_interrupted_chunks_make_the_same_file(player: Api):
    pieces = chunks(webm(), PIECES)
    expected = orderly_file(player, pieces)
    assert probe(expected)["duration"] == pytest.approx(4, abs=0.3)

    session, run = player.start().id, str(uuid.uuid4())
    order = [*range(PIECES), *range(PIECES)]
    random.Random(1).shuffle(order)
    first, late = [number for number in order if number % 3 != 1], [number for number in order if number % 3 == 1]
    for number in first:
        upload(player, session, run, number, pieces)
    player.end(session)
    # The pause is what is tested: the recording is combined without the chunks that are missing.
    time.sleep(3 * COMBINE_GRACE)
    early = player.ready_recording(session)
    assert early["missing_chunks"] == 3
    for number in late:
        upload(player, session, run, number, pieces)
    recording = player.ready_recording(session, missing_chunks=0)
    assert recording["id"] == early["id"]
    assert player.file(recording["id"]) == expected


def test_same_chunk_again_is_welcome_and_another_in_its_place_is_not(player: Api):
    session, run = player.start().id, str(uuid.uuid4())
    first = player.upload(session, b"one", 0, run=run)
    again = player.upload(session, b"one", 0, run=run)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert player.upload(session, b"two", 0, run=run).status_code == 409
    assert player.upload(session, b"one", 0, run=run).status_code == 200


def test_empty_chunks_are_fine(player: Api):
    pieces = [*chunks(webm(), 3), b""]
    session, run = player.start().id, str(uuid.uuid4())
    for number in range(4):
        upload(player, session, run, number, pieces)
    player.end(session)
    assert player.ready_recording(session)["missing_chunks"] == 0


def test_clients_without_run_ids_open_a_run_with_another_first_chunk(player: Api):
    session = player.start().id
    for number, piece in enumerate(chunks(webm(3), 3)):
        assert player.upload(session, piece, number).status_code == 200
    for number, piece in enumerate(chunks(webm(4), 3)):
        assert player.upload(session, piece, number).status_code == 200
    player.end(session)
    recording = player.ready_recording(session)
    assert recording["duration"] == pytest.approx(7, abs=0.5)
    assert probe(player.file(recording["id"]))["duration"] == pytest.approx(recording["duration"], abs=0.1)


def test_whole_recording_in_one_upload(player: Api):
    session = player.start().id
    answer = player.upload(session, webm(), number=None).json()
    assert answer["url"] and answer["fileSize"] == len(webm())
    player.end(session)
    assert player.ready_recording(session)["id"] == answer["id"]


def test_full_recording_refuses_the_chunk_and_keeps_what_it_has(make_server):
    pieces = chunks(webm(), 4)
    limit = sum(map(len, pieces[:3])) + 10
    server = make_server(COMBINE_GRACE_SECONDS=COMBINE_GRACE, MAX_RECORDING_BYTES=limit, MAX_CHUNK_BYTES=limit)
    player = server.as_child("ada")
    session, run = player.start().id, str(uuid.uuid4())
    for number in range(3):
        assert player.upload(session, pieces[number], number, run=run).status_code == 200
    refused = player.upload(session, pieces[3], 3, run=run)
    assert refused.status_code == 413
    recording = player.recordings(session)[0]
    assert recording["truncated"] and recording["file_size"] == sum(map(len, pieces[:3]))
    player.end(session)
    recording = player.ready_recording(session)
    assert recording["truncated"] and 0 < recording["duration"] < 4


def test_another_codec_starts_a_second_recording(player: Api):
    session = player.start().id
    for codecs in ("vp8,opus", "vp9,opus"):
        run = str(uuid.uuid4())
        player.upload(session, webm(), 0, run=run, final=True, media_type=f"video/webm;codecs={codecs}").raise_for_status()
    assert len(player.recordings(session)) == 2


def test_deleted_recording_leaves_nothing(server: Server, player: Api):
    session, run = player.start().id, str(uuid.uuid4())
    upload(player, session, run, 0, [webm()])
    player.end(session)
    recording = player.ready_recording(session)["id"]
    url = player.signed_url(recording)
    assert player.get(url).status_code == 200
    assert player.delete(f"/api/recordings/{recording}").json() == {"success": True}
    assert player.get(f"/api/recordings/{recording}").status_code == 404
    assert player.get(url).status_code == 404
    assert not [path for path in server.data.rglob("*") if session in str(path) and path.is_file()]


def test_signed_url_serves_ranges_and_expires_unsigned(player: Api):
    session, run = player.start().id, str(uuid.uuid4())
    upload(player, session, run, 0, [webm()])
    player.end(session)
    recording = player.ready_recording(session)["id"]
    url, whole = player.signed_url(recording), player.file(recording)
    part = player.get(url, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole)}"
    tail = player.get(url, headers={"Range": "bytes=-10"})
    assert (tail.status_code, tail.content) == (206, whole[-10:])
    assert player.get(url, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
    assert player.get(url.replace("signature=", "signature=x")).status_code == 403
