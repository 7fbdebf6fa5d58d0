"""nginx as an operator runs it: ends TLS in front of the server, and serves a studio's own sites."""

import os
import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import httpx

from .api import Api
from .mail import Authority
from .paths import LOGS
from .server import Server, free_port
from .waiting import wait_until

# Debian keeps it where only root looks.
PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])

CONFIGURATION = """
# One process, which needs no rights and changes none.
daemon off;
master_process off;
pid {directory}/nginx.pid;
# Its errors quote whole addresses, tokens and all.
error_log stderr crit;
events {{}}

http {{
    types {{ text/html html; text/javascript js; }}
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    scgi_temp_path {directory}/scgi;
    uwsgi_temp_path {directory}/uwsgi;

    # No queries, and no paths that are secrets.
    map $uri $is_logged {{
        default 1;
        ~^/(t|unsubscribe)/ 0;
    }}
    log_format plain '$remote_addr $request_method $uri $status';
    access_log {log} plain if=$is_logged;

    map $http_upgrade $upstream_connection {{
        default upgrade;
        "" "";
    }}
    upstream porthole {{
        server 127.0.0.1:{upstream};
        keepalive 16;
        keepalive_timeout 30s;
    }}

    ssl_certificate {certificate};
    ssl_certificate_key {certificate};

    server {{
        listen 127.0.0.1:{port} ssl http2;
        server_name localhost;
        client_max_body_size 17m;

        location / {{
            proxy_pass http://porthole;
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $upstream_connection;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_request_buffering off;
            proxy_buffering off;
        }}
    }}
{sites}}}
"""

SITE = """
    server {{
        listen 127.0.0.1:{port} ssl http2;
        root {folder};
    }}
"""


class HttpsApi(Api):
    """A caller by https who trusts the tests' authority, and may have an address of its own on loopback."""

    def __init__(self, base: str, trust: ssl.SSLContext, token: str | None = None, address: str | None = None):
        self.token = token
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        transport = httpx.HTTPTransport(verify=trust, local_address=address)
        self.http = httpx.Client(base_url=base, headers=headers, timeout=30, transport=transport)


class Proxy:
    """nginx with a certificate of the tests' authority; `url` is the server's public address."""

    def __init__(self, directory: Path, authority: Authority):
        self._directory = directory
        authority.server_context("localhost")
        self._certificate = authority.certificate.with_name("localhost.pem")
        self.trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.trust.load_verify_locations(authority.certificate)
        self._port = free_port()
        self.url = f"https://localhost:{self._port}"
        self.websocket_url = f"wss://localhost:{self._port}"
        self._sites: dict[int, Path] = {}
        self._process: subprocess.Popen | None = None

    def add_site(self, folder: Path) -> str:
        """Another web site, before the start; gives its origin, which no browser takes for the same site."""
        port = free_port()
        self._sites[port] = folder
        return f"https://127.0.0.1:{port}"

    def start(self, server: Server) -> "Proxy":
        program = shutil.which("nginx", path=PATH)
        assert program, "nginx is not installed (script/lib/packages.sh)"
        configuration = self._directory / "nginx.conf"
        configuration.write_text(
            CONFIGURATION.format(
                directory=self._directory,
                log=LOGS / f"{server.name}-nginx.log",
                upstream=server.port,
                certificate=self._certificate,
                port=self._port,
                sites="".join(SITE.format(port=port, folder=folder) for port, folder in self._sites.items()),
            )
        )
        output = self._directory / "nginx.output"
        with open(output, "ab") as log:
            self._process = subprocess.Popen(
                [program, "-p", self._directory, "-c", configuration, "-e", "stderr"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

        def listens() -> bool:
            assert self._process.poll() is None, f"nginx ended:\n{output.read_text(errors='replace')}"
            with socket.socket() as client:
                return client.connect_ex(("127.0.0.1", self._port)) == 0

        wait_until("nginx listens", listens)
        return self

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(10)

    def api(self, token: str | None = None, address: str | None = None) -> HttpsApi:
        return HttpsApi(self.url, self.trust, token, address)
