# SPDX-License-Identifier: Apache-2.0
"""A Keystone behind nginx that speaks TLS, as clouds have it."""
import contextlib
import dataclasses
import pathlib
import socket
import subprocess
import tempfile
import time
import urllib.parse

import servers

NGINX = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {folder}/server.pem;
        ssl_certificate_key {folder}/server.key;
        {more}
        location / {{
            proxy_pass {keystone};
            proxy_redirect off;
            sub_filter {keystone} {url};
            sub_filter_once off;
            sub_filter_types application/json;
        }}
    }}
}}
"""


@dataclasses.dataclass
class tls_keystone:
    """As `keystone`, as far as a configuration needs it."""
    url: str
    authority: str  # paths of certificates
    stranger: str  # of an authority that has signed nothing
    client: tuple  # certificate and key


def make_authority(folder, name):
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=" + name, "-days", "2",
            "-keyout", folder / (name + ".key"), "-out", folder / (name + ".pem"))


def make_certificate(folder, name, more=""):
    """Signed by "authority"."""
    request, extensions = folder / (name + ".csr"), folder / (name + ".ext")
    extensions.write_text("basicConstraints = CA:FALSE\n" + more)
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=" + name,
            "-keyout", folder / (name + ".key"), "-out", request)
    openssl("x509", "-req", "-in", request, "-days", "2", "-CA", folder / "authority.pem",
            "-CAkey", folder / "authority.key", "-CAcreateserial", "-extfile", extensions,
            "-out", folder / (name + ".pem"))


def openssl(*arguments):
    servers.run(["openssl", *map(str, arguments)])


@contextlib.contextmanager
def in_front_of(identity, wants_certificate=False):
    with tempfile.TemporaryDirectory() as name:
        folder, port = pathlib.Path(name), servers.free_port()
        for each in ("authority", "stranger"):
            make_authority(folder, each)
        make_certificate(folder, "server", "subjectAltName = IP:127.0.0.1\n")
        make_certificate(folder, "client")
        url = "https://127.0.0.1:%d" % port
        more = "ssl_verify_client on; ssl_client_certificate %s/authority.pem;" % folder
        (folder / "nginx.conf").write_text(NGINX.format(
            folder=folder, port=port, keystone=identity.url, url=url,
            more=more if wants_certificate else ""))
        with subprocess.Popen(["nginx", "-e", folder / "error.log", "-c",
                               folder / "nginx.conf"]) as nginx:
            try:
                wait_until_it_listens(url, nginx)
                yield tls_keystone(url, *(str(folder / (each + ".pem"))
                                          for each in ("authority", "stranger")),
                                   (str(folder / "client.pem"), str(folder / "client.key")))
            finally:
                nginx.terminate()


def wait_until_it_listens(url, process):
    address = urllib.parse.urlsplit(url)
    end = time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError):
            socket.create_connection((address.hostname, address.port)).close()
            return
        time.sleep(0.05)
    raise RuntimeError("nginx does not listen")
