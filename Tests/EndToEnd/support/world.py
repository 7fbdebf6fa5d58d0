"""A small world for tests that look at every route: a family, a stranger, and things of theirs."""

import functools
import re
import time
import uuid

import httpx

from .api import Started
from .media import webm
from .outbox import outbox
from .server import Server
from .simulated import SimulatedPublisher, wait_until_live
from .tokens import expired_token, user_token
from .waiting import wait_until

ADA = "ada"
CLEO = "cleo"
MUM = "mum@example.org"


class World:
    """Ada and Cleo play, Mum watches, Mallory is somebody else; things are made when a test asks for them."""

    def __init__(self, server: Server):
        self.server = server
        self.ada = server.as_child(ADA, name="Ada", guardians=[{"email": MUM, "name": "Mum", "id": "mum"}])
        self.studio = server.as_studio()

    claims = {
        "studio": {"role": "service"},
        "operator": {"role": "admin"},
    }

    def token(self, who: str) -> str:
        return user_token(who, **self.claims.get(who, {}))

    def expired_token(self, who: str) -> str:
        return expired_token(who, **self.claims.get(who, {}))

    # Things that may be used again

    @functools.cached_property
    def started(self) -> Started:
        """Ada's session, which is active; the one that was recorded came before it."""
        assert self.ready
        return self.ada.start("headset")

    @property
    def session(self) -> str:
        return self.started.id

    @functools.cached_property
    def ready(self) -> str:
        """A recording of Ada's that can be played."""
        session = self.ada.start().id
        self.ada.upload(session, webm(), 0, run=str(uuid.uuid4()), final=True).raise_for_status()
        self.ada.end(session)
        return self.ada.ready_recording(session)["id"]

    @functools.cached_property
    def server_recording(self) -> str:
        """One of Cleo's, which the server has made."""
        child = self.server.as_child(CLEO)
        started = child.start()
        with SimulatedPublisher(self.server, started):
            wait_until_live(child, started.id)
            time.sleep(3)
        child.end(started.id)
        return child.ready_recording(started.id, source="server")["id"]

    @functools.cached_property
    def guardian(self) -> str:
        assert self.session
        (guardian,) = self.studio.json("GET", f"/api/children/{ADA}/guardians")["guardians"]
        return guardian["id"]

    @functools.cached_property
    def unsubscribe_token(self) -> str:
        assert self.session
        mails = wait_until("a mail to Mum", lambda: [mail for mail in outbox(self.server) if MUM in mail.recipient])
        return re.search(r"/unsubscribe/([^\s<>]+)", str(mails[0].message["List-Unsubscribe"]))[1]

    @functools.cached_property
    def object_url(self) -> httpx.URL:
        return httpx.URL(self.ada.signed_url(self.ready))

    @functools.cached_property
    def ended_ticket(self) -> str:
        child = self.server.as_child("bob")
        started = child.start()
        child.end(started.id)
        return started.ticket

    # Things that are used up

    def fresh_child(self) -> str:
        child = f"child-{uuid.uuid4()}"
        self.server.as_child(child).start()
        return child

    def fresh_viewer(self) -> str:
        return self.ada.json("POST", f"/api/sessions/{self.session}/viewers")["id"]

    def fresh_link(self) -> str:
        return self.ada.make_link(self.session)["id"]

    def fresh_recording(self) -> str:
        """The one of the session that is still active."""
        answer = self.ada.upload(self.session, webm(), 0, run=str(uuid.uuid4()))
        assert answer.status_code == 200, answer.text
        return answer.json()["id"]

    def fresh_poller(self, who: str = ADA) -> str:
        """The `Session-Id` of somebody who polls in Ada's room."""
        query = {"session": self.session, "role": "viewer"}
        return self.server.api(self.token(who)).json("PUT", "/signaling", params=query)["sessionId"]

    def fresh_host_poller(self) -> str:
        return self.server.api().json("PUT", f"/t/{self.started.ticket}/signaling")["sessionId"]
