# SPDX-License-Identifier: Apache-2.0
"""Requests over the uwsgi protocol, as a front end sends them: each header as HTTP_NAME, so that
'-' and '_' in names come to the same."""
import json
import re
import socket
import struct

from cloud import answer


def packet(variables):
    def text(value):
        encoded = value.encode()
        return struct.pack("<H", len(encoded)) + encoded
    body = b"".join(text(name) + text(value) for name, value in variables.items())
    return struct.pack("<BHB", 0, len(body), 0) + body


def asking(address):
    """A function that asks as image_service.ask does."""
    def ask(method, path, token=None, document=None, raw_headers=None):
        body = json.dumps(document).encode() if document is not None else b""
        variables = {"REQUEST_METHOD": method, "REQUEST_URI": path, "PATH_INFO": path,
                     "QUERY_STRING": "", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost",
                     "CONTENT_LENGTH": str(len(body)) if body else ""}
        for name, value in (raw_headers or {}).items():
            variables["HTTP_" + name.upper().replace("-", "_")] = value
        if token:
            variables["HTTP_X_AUTH_TOKEN"] = token
        with socket.create_connection(address, timeout=60) as connection:
            connection.sendall(packet(variables) + body)
            received = b""
            while some := connection.recv(65536):
                received += some
        head, _, rest = received.partition(b"\r\n\r\n")
        return answer(int(re.match(rb"HTTP/1\.\d (\d+)", head)[1]), {}, rest)
    return ask
