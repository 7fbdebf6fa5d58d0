"""Mails of a server without a mail server: files in its data directory."""

import email
import email.policy
from email.message import EmailMessage

from .mail import Mail
from .server import Server


def outbox(server: Server) -> list[Mail]:
    mails = []
    for path in sorted((server.data / "outbox").rglob("*.eml")):
        message: EmailMessage = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        mails.append(Mail(str(message["From"]), str(message["To"]), message))
    return mails
