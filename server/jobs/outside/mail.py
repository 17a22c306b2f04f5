"""Mail by SMTP, over TLS unless the operator's address says otherwise."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import SplitResult, unquote, urlsplit

from server import clock
from server.config import Config
from server.jobs.outside import compose
from server.jobs.outside.limits import CONNECT, limited
from server.jobs.outside.port import Parcel, Undelivered

PORTS = {"smtps": 465, "smtp+starttls": 587, "smtp": 25}


@dataclass(slots=True)
class _Rules:
    server: SplitResult = field(default_factory=lambda: urlsplit(""))
    password: str = ""
    sender: str = ""


_rules = _Rules()


def use(config: Config) -> None:
    """The server, our account there, and from whom mail comes."""
    _rules.server, _rules.password = urlsplit(config.smtp_url), config.smtp_password
    _rules.sender = config.mail_from


def send(parcel: Parcel) -> None:
    """Hand a mail to the server; without one, in the demonstration, it is only shown."""
    if not _rules.server.hostname:
        return
    try:
        _talk(written(parcel))
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise Undelivered("address", _told(code, said), is_final=code >= 500) from error
    except smtplib.SMTPAuthenticationError as error:
        raise Undelivered("login", _told(error.smtp_code, error.smtp_error)) from error
    except smtplib.SMTPResponseException as error:
        told, final = _told(error.smtp_code, error.smtp_error), error.smtp_code >= 500
        raise Undelivered("refused", told, is_final=final) from error
    except TimeoutError as error:
        raise Undelivered("timeout", str(error)) from error
    except (OSError, smtplib.SMTPException) as error:
        how = "timeout" if isinstance(error.__context__, TimeoutError) else "away"
        raise Undelivered(how, f"{type(error).__name__}: {error}") from error


def written(parcel: Parcel) -> EmailMessage:
    """The mail; its Message-ID is the same however often it is sent."""
    text, mail = compose.text(parcel.lines, parcel.locale), EmailMessage()
    mail["From"], mail["To"] = _rules.sender or "guicheng@localhost", parcel.address
    mail["Subject"] = " ".join(text.subject.split())
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = f"<{parcel.key}@{_rules.sender.rpartition('@')[2] or 'localhost'}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text.body)
    return mail


def _talk(mail: EmailMessage) -> None:
    client = _connected()
    with limited(lambda: client.sock), client:
        if _rules.server.scheme == "smtp+starttls":
            client.starttls(context=ssl.create_default_context())
        if _rules.server.username:
            client.login(unquote(_rules.server.username), _rules.password)
        client.send_message(mail)


def _connected() -> smtplib.SMTP:
    host = _rules.server.hostname or ""
    port = _rules.server.port or PORTS[_rules.server.scheme]
    if _rules.server.scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, port, timeout=CONNECT, context=context)
    return smtplib.SMTP(host, port, timeout=CONNECT)


def _told(code: int, said: bytes | str) -> str:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {words}"[:300]
