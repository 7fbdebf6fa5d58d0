"""A real SMTP server for the tests: aiosmtpd with certificates of its own.

Usage: smtp_peer.py DIRECTORY MODE [USER PASSWORD]

MODE is `open`, `starttls`, `tls`, or `wrong-name` (STARTTLS with a certificate for another host). Writes
DIRECTORY/ca.pem, each mail it takes to DIRECTORY/<n>.json, then prints its port. Ends when its standard input does.
Recipients named `code-550@...` are answered with that code, senders likewise, and messages whose subject holds
`code 554`.
"""

import asyncio
import datetime
import email
import email.policy
import ipaddress
import json
import ssl
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def certificate(directory: Path, names: list[x509.GeneralName]) -> ssl.SSLContext:
    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    def build(subject, issuer, public_key, signer, extension):
        now = datetime.datetime.now(datetime.timezone.utc)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(hours=1))
            .add_extension(extension, critical=True)
            .sign(signer, hashes.SHA256())
        )

    pem = serialization.Encoding.PEM
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority, subject = name("Test authority"), name("Test server")
    ca = build(authority, authority, ca_key.public_key(), ca_key, x509.BasicConstraints(True, None))
    own = build(subject, authority, key.public_key(), ca_key, x509.SubjectAlternativeName(names))
    (directory / "ca.pem").write_bytes(ca.public_bytes(pem))
    chain = directory / "server.pem"
    chain.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + own.public_bytes(pem)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context


class Handler:
    def __init__(self, directory: Path):
        self.directory = directory
        self.count = 0

    @staticmethod
    def refusal(address: str) -> str | None:
        local = address.split("@")[0]
        return f"{local[5:]} no" if local.startswith("code-") else None

    async def handle_MAIL(self, server, session, envelope, address, options):
        if answer := self.refusal(address):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if answer := self.refusal(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = envelope.original_content.decode("utf-8")
        if "code 554" in message:
            return "554 no"
        parsed = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        self.count += 1
        mail = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "message": message,
            "subject": parsed["subject"],
            "recipient": str(parsed["to"].addresses[0].display_name),
            "text": parsed.get_body(("plain",)).get_content().replace("\r\n", "\n"),
            "html": parsed.get_body(("html",)).get_content().replace("\r\n", "\n"),
            "tls": server.transport.get_extra_info("ssl_object") is not None,
            "authenticated": bool(session.authenticated),
            "client": session.host_name,
        }
        temporary = self.directory / "mail.tmp"
        temporary.write_text(json.dumps(mail))
        temporary.rename(self.directory / f"{self.count}.json")
        return "250 OK"


async def main() -> None:
    directory, mode, *login = Path(sys.argv[1]), sys.argv[2], *sys.argv[3:]
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    context = certificate(directory, [x509.DNSName("mail.example")] if mode == "wrong-name" else names)

    def authenticate(server, session, envelope, mechanism, data):
        granted = isinstance(data, LoginPassword) and [data.login.decode(), data.password.decode()] == login
        return AuthResult(success=granted, handled=granted)

    settings = {"hostname": "test", "enable_SMTPUTF8": False}
    if mode in ("starttls", "wrong-name"):
        settings |= {"tls_context": context, "require_starttls": True}
    if login:
        settings |= {"authenticator": authenticate, "auth_required": True}
        settings |= {"auth_require_tls": mode != "tls"}
    handler, loop = Handler(directory), asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(handler, loop=loop, **settings), "127.0.0.1", 0, ssl=context if mode == "tls" else None
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
