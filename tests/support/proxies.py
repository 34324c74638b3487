"""Real proxies of others before a server: nginx, Apache and Caddy as Debian has them, configured as docs/operating.md says."""

from __future__ import annotations

import os
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from support.servers import free_port

GUIDE = Path(__file__).resolve().parents[2] / "docs/operating.md"
NAME = "example.org"


def read_example(language: str, guide: Path = GUIDE) -> str:
    """Read the one example of a guide that is written in this language."""
    (text,) = re.findall(rf"```{language}\n(.*?)```", guide.read_text("utf-8"), re.DOTALL)
    return str(text)


@contextmanager
def start_nginx(example: str, upstream: str, folder: Path) -> Iterator[httpx.Client]:
    """Run nginx with an example of the guide before ``upstream``; the client asks for https://example.org."""
    certificate, key = _certify(folder)
    port = free_port()
    site = example.replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl").replace("http://127.0.0.1:8000", upstream)
    site = re.sub(r"ssl_certificate .*", f"ssl_certificate {certificate};", site)
    site = re.sub(r"ssl_certificate_key .*", f"ssl_certificate_key {key};", site)
    with _run(write_nginx(folder, site), port, certificate) as client:
        yield client


@contextmanager
def start_apache(example: str, upstream: str, folder: Path) -> Iterator[httpx.Client]:
    """Run Apache with an example of the guide before ``upstream``; the client asks for https://example.org."""
    certificate, key = _certify(folder)
    port = free_port()
    site = example.replace("*:443", f"*:{port}").replace("http://127.0.0.1:8000", upstream)
    site = re.sub(r"SSLCertificateFile .*", f"SSLCertificateFile {certificate}", site)
    site = re.sub(r"SSLCertificateKeyFile .*", f"SSLCertificateKeyFile {key}", site)
    command = write_apache(folder, port, site, "ssl", "proxy", "proxy_http")
    with _run(command, port, certificate) as client:
        yield client


@contextmanager
def start_caddy(example: str, upstream: str, folder: Path) -> Iterator[httpx.Client]:
    """Run Caddy with an example of the guide before ``upstream``; the client asks for https://example.org."""
    program = _find("caddy", "/usr/bin/caddy")
    certificate, key = _certify(folder)
    port = free_port()
    site = example.replace("127.0.0.1:8000", upstream.removeprefix("http://"))
    site = site.replace(f"{NAME} {{", f"https://{NAME}:{port} {{\n    bind 127.0.0.1\n    tls {certificate} {key}", 1)
    config = folder / "Caddyfile"
    config.write_text(
        f"{{\n    admin off\n    auto_https disable_redirects\n    storage file_system {folder}\n}}\n{site}"
    )
    command = ["env", f"HOME={folder}", program, "run", "--config", str(config), "--adapter", "caddyfile"]
    with _run(command, port, certificate) as client:
        yield client


def write_nginx(folder: Path, site: str) -> list[str]:
    """Configure nginx with a site; returns the command that runs it."""
    program = _find("nginx", "/usr/sbin/nginx")
    config = folder / "nginx.conf"
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root; " if os.geteuid() == 0 else ""  # else its workers may not read what only root may
    config.write_text(
        f"{user}daemon off; pid {folder}/pid; error_log {folder}/error.log;\nevents {{}}\n"
        f"http {{ access_log off;\n{temporary}{site}}}\n"
    )
    return [program, "-p", str(folder), "-c", str(config)]


def write_apache(folder: Path, port: int, site: str, *modules: str) -> list[str]:
    """Configure Apache with a site and the modules that it needs; returns the command that runs it."""
    program = _find("apache2", "/usr/sbin/apache2")
    loaded = "".join(
        f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"
        for name in ("mpm_event", "authz_core", *modules)
    )
    config = folder / "apache.conf"
    config.write_text(
        f"ServerName localhost\nListen 127.0.0.1:{port}\nPidFile {folder}/pid\nErrorLog {folder}/error.log\n"
        f"DefaultRuntimeDir {folder}\nMutex file:{folder}\n{loaded}{site}"
    )
    return [program, "-D", "FOREGROUND", "-f", str(config)]


def _find(name: str, place: str) -> str:
    program = shutil.which(name) or (place if Path(place).is_file() else None)
    if program is None:
        pytest.skip(f"{name} is not installed (Debian: apt-get install {name})")
    return program


def _certify(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for the name, which the client of the test trusts."""
    certificate, key = folder / "site.pem", folder / "site.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}",
         "-addext", f"subjectAltName=DNS:{NAME}", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


class _Here(httpx.HTTPTransport):
    """Finds the name on this machine, whatever its port."""

    def __init__(self, port: int, certificate: Path) -> None:
        super().__init__(verify=ssl.create_default_context(cafile=str(certificate)))
        self._port = port

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert request.url.host == NAME, f"{request.url} is another host"
        request.extensions["sni_hostname"] = NAME
        request.url = request.url.copy_with(host="127.0.0.1", port=self._port)
        return super().handle_request(request)


@contextmanager
def _run(command: list[str], port: int, certificate: Path) -> Iterator[httpx.Client]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        with httpx.Client(base_url=f"https://{NAME}", transport=_Here(port, certificate), timeout=60) as client:
            deadline = time.monotonic() + 20
            while True:
                try:
                    client.get("/")
                    break
                except httpx.TransportError:
                    if process.poll() is not None or time.monotonic() > deadline:
                        raise RuntimeError(
                            f"{command[0]} did not start: {process.stdout and process.stdout.read()!r}"
                        ) from None
                    time.sleep(0.05)
            yield client
    finally:
        process.terminate()
        process.wait(20)
