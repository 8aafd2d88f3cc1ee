# SPDX-License-Identifier: Apache-2.0
"""Plays cases against a server, and writes down what matters of its answers."""
import http.client
import json
import re
import tempfile

from script import HEADERS, NAMES, PEOPLE, STATUS

HEADERS_THAT_MATTER = (
    "content-type", "location", "allow", "accept-patch", "www-authenticate", "content-md5",
    "content-range", "openstack-image-import-methods", "openstack-image-store-ids",
    "x-openstack-request-id")
UUID = re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b")
TIME = re.compile(r"\b20[23]\d-\d\d-\d\dT\d\d:\d\d:\d\dZ")  # those of seed.py are older
# jsonschema renders schema and instance behind its message; nobody has to copy that.
RENDERING = re.compile(r"(\s+Failed validating .*?)(\n\n   $|<br />|$)", re.S)
FOLDER = re.compile(re.escape(tempfile.gettempdir()) + r"/tmp\w+")  # the server's own
TEXT_MAX = 1500
TIMEOUT = 120


class player:
    """One server and the variables of one case."""

    def __init__(self, address, data_address):
        self.address = address
        self.hosts = {"http://%s:%d" % address: "{host}", data_address: "{data}",
                      "%s:%d" % address: "{host}"}
        self.data_address = data_address

    def play(self, case):
        self.variables = {"data": self.data_address}
        self.names = {}
        return [self.answer(step) for step in case.steps]

    def fill(self, text):
        return re.sub(r"\{(\w+)\}", lambda m: self.variables.get(m[1], m[0]), text)

    def answer(self, step):
        status, headers, body = self.send(step)
        text = body.decode("utf-8", "backslashreplace")
        try:
            parsed = json.loads(text)
        except ValueError:
            parsed = None
        for variable, key in step.keep.items():
            self.variables[variable] = str((parsed or {}).get(key, "missing"))
        out = {"status": status}
        said = self.headers(headers, parsed, text)
        text = self.normal(text)  # in any case: the numbers of identifiers go by first sight
        if step.show == STATUS:
            return out
        if said:
            out["headers"] = said
        if step.show != HEADERS:
            out.update(self.body(step.show, text))
        return out

    def send(self, step):
        connection = http.client.HTTPConnection(*self.address, timeout=TIMEOUT)
        payload = step.payload()
        if payload is not None and b"{" in payload:
            payload = self.fill(payload.decode("latin-1")).encode("latin-1")
        headers = {k: self.fill(v) for k, v in step.headers.items()}
        if PEOPLE[step.who] is not None:
            headers.setdefault("X-Auth-Token", PEOPLE[step.who])
        if step.chunked:
            headers["Transfer-Encoding"] = "chunked"
            payload = b"%x\r\n%s\r\n0\r\n\r\n" % (len(payload), payload)
        elif payload is not None:
            headers.setdefault("Content-Length", str(len(payload)))
            headers.setdefault("Content-Type", "application/json")
        try:
            connection.putrequest(step.method, self.fill(step.path), skip_accept_encoding=True,
                                  skip_host="Host" in headers)
            for name, value in headers.items():
                connection.putheader(name, value.encode())
            try:
                connection.endheaders(payload)
            except (BrokenPipeError, ConnectionResetError):
                pass  # answered before it read everything
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        except (http.client.HTTPException, OSError) as broken:
            return 0, {}, type(broken).__name__.encode()
        finally:
            connection.close()

    def normal(self, text):
        for host, word in self.hosts.items():
            text = text.replace(host, word)

        def number(found):
            if found[0].startswith("00000000-"):
                return found[0]
            return self.names.setdefault(found[0], "{uuid-%d}" % (len(self.names) + 1))
        return FOLDER.sub("{folder}", TIME.sub("{time}", UUID.sub(number, text)))

    def headers(self, headers, parsed, text):
        """Those that matter, without what every such answer has."""
        out = {}
        for name in HEADERS_THAT_MATTER:
            value = headers.get(name)
            if name == "x-openstack-request-id":
                if value and re.fullmatch("req-" + UUID.pattern, value):
                    continue
                if value is None and not headers:
                    continue
                out[name] = value and self.normal(value)
            elif value is not None:
                out[name] = self.normal(value)
        usual = "application/json" if parsed is not None else "text/plain; charset=UTF-8"
        if out.get("content-type") == usual and text:
            del out["content-type"]
        # Where Glance says no type, its server adds a length of its own.
        if not text and "content-type" in out and "content-length" in headers:
            out["content-length"] = headers["content-length"]
        return out

    def body(self, show, text):
        if not text:
            return {}
        try:
            parsed = json.loads(text)
        except ValueError:
            parsed = None
        if isinstance(parsed, (dict, list)):
            if isinstance(show, tuple):
                return {"json": {k: parsed[k] for k in show if k in parsed}}
            if show == NAMES:
                parsed = only_names(parsed)
            elif json.dumps(parsed, ensure_ascii=False) != text:
                parsed = None  # other white space or escapes than Glance's
        if isinstance(parsed, (dict, list)) and len(text) < 40 * TEXT_MAX:
            return {"json": parsed}
        text = RENDERING.sub(r" {rendering}\2", text)
        if len(text) > TEXT_MAX:
            text = text[:TEXT_MAX // 5] + " {%d characters more}" % (len(text) - TEXT_MAX // 5)
        return {"text": text}


def only_names(listed):
    """A list page with the names of its elements in place of the elements."""
    def name(element):
        if not isinstance(element, dict):
            return element
        return next((element[k] for k in ("name", "namespace", "member_id") if k in element), None)
    if not isinstance(listed, dict):
        return listed
    return {k: [name(e) for e in v] if isinstance(v, list) else v for k, v in listed.items()}


# To its end, which is missing where an answer was too long to be written down.
SCHEMA_MESSAGE = re.compile(
    r"(Provided object does not match schema (?:'|&#x27;)\w+(?:'|&#x27;): ).*?"
    r"(?:\n\n   $|<br />|$)", re.S)


def with_sorted_tags(value):
    """Glance has the tags of an image in no order."""
    if isinstance(value, list):
        return [with_sorted_tags(v) for v in value]
    if not isinstance(value, dict):
        return value
    value = {k: with_sorted_tags(v) for k, v in value.items()}
    if all(isinstance(tag, str) for tag in value.get("tags", [1])):
        value["tags"] = sorted(value["tags"])
    return value


def comparable(answer):
    """An answer as text in which equal answers are equal: jsonschema's words and the order of tags
    are left out, the order of the members of objects is not."""
    def text(part):
        if part == "json" and isinstance(answer.get("json"), dict) and "message" in answer["json"]:
            return json.dumps(dict(answer["json"], message=SCHEMA_MESSAGE.sub(
                r"\1{message}", answer["json"]["message"])))
        if part == "text" and "text" in answer:
            return SCHEMA_MESSAGE.sub(r"\1{message}", answer["text"])
        return json.dumps(with_sorted_tags(answer.get(part)), ensure_ascii=False)
    return {part: text(part) for part in ("status", "headers", "json", "text")}
