"""Group robots of WeCom and DingTalk, and webhooks with a signature."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

from server import clock
from server.jobs.outside import compose, spread, web
from server.jobs.outside.endpoints import Endpoint
from server.jobs.outside.port import Parcel, Undelivered

LIMIT_TEXT = 2000
"""Bytes of text: WeCom takes 2048, DingTalk 20 000."""

JSON = {"Content-Type": "application/json; charset=utf-8"}


def wecom(parcel: Parcel) -> None:
    """https://developer.work.weixin.qq.com/document/path/91770"""
    endpoint = _endpoint(parcel)
    said = {"msgtype": "text", "text": {"content": _short(parcel)}}
    _check(_post(endpoint, endpoint.url, said, parcel.key))


def dingtalk(parcel: Parcel) -> None:
    """https://open.dingtalk.com/document/robots/custom-robot-access"""
    endpoint = _endpoint(parcel)
    said = {"msgtype": "text", "text": {"content": _short(parcel)}}
    address = f"{endpoint.url}&{urlencode(_sign(endpoint.secret))}"
    _check(_post(endpoint, address if endpoint.secret else endpoint.url, said, parcel.key))


def webhook(parcel: Parcel) -> None:
    """The things told as JSON. ``Guicheng-Signature`` is ``v1=`` and the HMAC-SHA256, in
    hexadecimal, of the timestamp's header, a full stop and the body."""
    endpoint = _endpoint(parcel)
    things = [_thing(line, parcel.locale) for line in parcel.lines]
    body = json.dumps({"key": parcel.key, "items": things}, ensure_ascii=False).encode()
    stamp = str(int(clock.machine().timestamp()))
    signed = hmac.new(endpoint.secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256)
    headers = JSON | {
        "Idempotency-Key": parcel.key,
        "Guicheng-Timestamp": stamp,
        "Guicheng-Signature": f"v1={signed.hexdigest()}",
    }
    web.post(endpoint.url, body, headers, private=endpoint.private)


def _thing(line: Any, locale: str) -> dict[str, Any]:
    said = compose.described(line, locale)
    return {"kind": line["event"], "case": line["case"], "task": line.get("item"), **said}


def _endpoint(parcel: Parcel) -> Endpoint:
    found = spread.endpoints().get(parcel.address)
    if found is None:
        raise Undelivered("gone", parcel.address, is_final=True)
    return found


def _short(parcel: Parcel) -> str:
    """The text within the limit of bytes, cut at a character."""
    body = compose.text(parcel.lines, parcel.locale).body.encode()
    return (
        body.decode()
        if len(body) <= LIMIT_TEXT
        else f"{body[:LIMIT_TEXT].decode('utf-8', 'ignore')}…"
    )


def _sign(secret: str) -> dict[str, str]:
    stamp = str(int(clock.machine().timestamp() * 1000))
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return {"timestamp": stamp, "sign": base64.b64encode(digest).decode()}


def _post(endpoint: Endpoint, url: str, said: dict[str, Any], key: str) -> web.Answer:
    body = json.dumps(said, ensure_ascii=False).encode()
    return web.post(url, body, JSON | {"Idempotency-Key": key}, private=endpoint.private)


def _check(answer: web.Answer) -> None:
    """Both say ``errcode`` 0 when they have taken it; anything else may pass later."""
    try:
        told = json.loads(answer.body)
        code = told["errcode"]
    except (ValueError, KeyError, TypeError) as error:
        raise Undelivered("refused", answer.body[:200].decode("utf-8", "replace")) from error
    if code != 0:
        raise Undelivered("refused", f"{code} {told.get('errmsg', '')}"[:300])
