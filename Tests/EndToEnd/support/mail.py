"""A real mail server that keeps what it is sent."""

import datetime
import email
import email.policy
import re
import ssl
import threading
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from .waiting import eventually, wait_until

USER, PASSWORD = "porthole", "a mail password"


class Authority:
    """A certificate authority made for one test run, which the server is told to trust."""

    def __init__(self, directory: Path):
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "End-to-end tests")])
        certificate = self._sign(self._name, self._key.public_key(), is_authority=True)
        self.certificate = directory / "authority.pem"
        self.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        self._directory = directory

    def server_context(self, host: str) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        certificate = self._sign(name, key.public_key(), host=host)
        path = self._directory / f"{host}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _sign(self, subject: x509.Name, key, is_authority: bool = False, host: str | None = None) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        )
        if host:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        return builder.sign(self._key, hashes.SHA256())


class Mail:
    """One mail as its reader sees it."""

    def __init__(self, sender: str, recipient: str, message: EmailMessage):
        self.sender = sender
        self.recipient = recipient
        self.message = message

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        return self.message.get_body(("plain",)).get_content()

    @property
    def html(self) -> str:
        return self.message.get_body(("html",)).get_content()

    def link(self, part: str) -> str:
        """The link with this in its path, as the text part spells it."""
        links = [link for link in re.findall(r"https?://[^\s<>\"]+", self.text) if part in link]
        assert links, f"no link with {part} in:\n{self.text}"
        return links[0]


class MailServer:
    """An SMTP server (`smtps` or STARTTLS, with a login) and its mailboxes."""

    def __init__(self, authority: Authority, port: int, implicit_tls: bool):
        self._mails: list[Mail] = []
        self._lock = threading.Lock()
        self._implicit_tls = implicit_tls
        context = authority.server_context("localhost")
        tls = {"ssl_context": context} if implicit_tls else {"tls_context": context, "require_starttls": True}
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=port,
            authenticator=self._authenticate,
            auth_required=True,
            auth_require_tls=not implicit_tls,
            **tls,
        )
        self.port = port

    @property
    def url(self) -> str:
        scheme = "smtps" if self._implicit_tls else "smtp"
        return f"{scheme}://{USER}:{PASSWORD.replace(' ', '%20')}@localhost:{self.port}"

    def start(self) -> "MailServer":
        self._controller.start()
        return self

    def stop(self) -> None:
        self._controller.stop()

    @staticmethod
    def _authenticate(server, session, envelope, mechanism, data) -> AuthResult:
        is_known = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=is_known)

    async def handle_DATA(self, server, session, envelope) -> str:
        message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        with self._lock:
            for recipient in envelope.rcpt_tos:
                self._mails.append(Mail(envelope.mail_from, recipient, message))
        return "250 Kept"

    def mails(self, recipient: str) -> list[Mail]:
        with self._lock:
            return [mail for mail in self._mails if mail.recipient == recipient]

    async def mail(self, recipient: str, path: str, nth: int = 0, timeout: float = 20) -> Mail:
        """The mail to somebody whose link leads to this path."""
        found = await eventually(
            f"{recipient} has mail {nth + 1} about {path}", lambda: self._about(recipient, path)[nth:], timeout
        )
        return found[0]

    def wait_for(self, recipient: str, count: int, timeout: float = 20) -> list[Mail]:
        wait_until(f"{recipient} has {count} mails", lambda: len(self.mails(recipient)) >= count, timeout)
        return self.mails(recipient)

    def _about(self, recipient: str, path: str) -> list[Mail]:
        return [mail for mail in self.mails(recipient) if path in mail.text]
