"""What makes the requests of `make api-fuzz` those of a phone that is enrolled and of a person who is signed in.

Without it every request would end at the door. `USRA_AS=stranger` leaves it out: then nothing may get through.
"""

import base64
import hashlib
import hmac
import json
import os
import struct
import time
import urllib.request

import requests
import schemathesis
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

URL = os.environ["USRA_URL"]
SYNC = os.environ["USRA_MEDIA_TYPE"]
COOKIE = "__Host-usra-session"


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def post(path: str, body: dict, headers: dict):
    request = urllib.request.Request(URL + path, json.dumps(body).encode(), {"content-type": "application/json", **headers})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer), answer.headers


class Phone(requests.auth.AuthBase):
    """Signs whatever is sent, and keeps the tokens that it is given."""

    def __init__(self, code: str):
        self.key = Ed25519PrivateKey.generate()
        self.public = text(self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
        body = {"code": code, "protocol_version": 1, "public_key": self.public}
        stamp = self.stamp("POST", "/v1/enrol", "", json.dumps(body).encode())
        answer, _ = post("/v1/enrol", body, {"usra-signature": stamp})
        self.token, self.refresh = answer["token"], answer["refresh_token"]

    def stamp(self, method: str, path: str, token: str, body: bytes) -> str:
        nonce = os.urandom(16)
        hashes = [text(hashlib.sha256(part).digest()) for part in (token.encode(), body)]
        said = "\n".join(["usra request 1", method, path, text(nonce), *hashes])
        return text(nonce) + "." + text(self.key.sign(said.encode()))

    def __call__(self, request):
        path = request.path_url.split("?")[0]
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        token = self.token if path == "/v1/sync" else ""
        if token:
            request.headers["authorization"] = "Bearer " + token
        else:
            request.headers.pop("authorization", None)
        request.headers["usra-signature"] = self.stamp(request.method, path, token, body)
        request.register_hook("response", self.heard)
        return request

    def heard(self, response, **_):
        if response.request.path_url == "/v1/token" and response.status_code == 200:
            tokens = response.json()
            self.token, self.refresh = tokens["token"], tokens["refresh_token"]


def one_time_code(secret: str) -> str:
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def sign_in() -> str:
    typed = {
        "login": os.environ["USRA_LOGIN"],
        "password": os.environ["USRA_PASSWORD"],
        "totp": one_time_code(os.environ["USRA_TOTP_SECRET"]),
    }
    _, headers = post("/v1/staff/session", typed, {})
    return headers["set-cookie"].split(";")[0].split("=", 1)[1]


@schemathesis.serializer(SYNC)
def frames(_context, value):
    """Whatever was thrown, as a plain body of the first version."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return b"\x01\x00" + raw


def make_fit(path: str, body: dict) -> None:
    """What a throw of dice never hits: the phone's own key and token, and in half of the cases a version and a number."""
    if "public_key" in body:
        body["public_key"] = PHONE.public
    if path == "/v1/token" and isinstance(body.get("refresh_token"), str):
        body["refresh_token"] = PHONE.refresh
    thrown = hashlib.sha256(repr(body).encode()).digest()
    if thrown[0] % 2 == 0:
        if isinstance(body.get("protocol_version"), int):
            body["protocol_version"] = 1
        if isinstance(body.get("mobile"), str):
            body["mobile"] = "05" + str(int.from_bytes(thrown[1:5], "big") % 10**8).zfill(8)


if os.environ["USRA_AS"] == "phone":
    PHONE, SESSION = Phone(os.environ["USRA_CODE"]), sign_in()

    @schemathesis.hook
    def before_call(_context, case, kwargs):
        if isinstance(case.body, dict):
            make_fit(case.path, case.body)
        if case.path == "/v1/staff/session":
            if case.method.upper() == "GET":
                case.cookies[COOKIE] = SESSION
        else:
            kwargs["auth"] = PHONE
