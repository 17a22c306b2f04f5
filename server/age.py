"""Encryption of backups in the format of age (age-encryption.org): to public keys, so the machine
that makes backups cannot read them. ``age --decrypt`` opens them without this software.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pyrage
from pyrage.x25519 import Identity, Recipient


class AgeError(ValueError):
    """A key that is none, or an archive that it does not open; a sentence for operators."""


def new_key(path: Path) -> str:
    """Write a new secret key, readable by its owner only; returns its public key."""
    identity = Identity.generate()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"# public key: {identity.to_public()}\n{identity}\n")
    return str(identity.to_public())


@contextmanager
def encrypting(target: IO[bytes], recipients: Sequence[str]) -> Iterator[IO[bytes]]:
    """What is written goes to ``target``, readable with the secret key of any recipient only."""
    keys = [_recipient(each) for each in recipients]
    reader, writer = os.pipe()

    def work() -> None:
        with os.fdopen(reader, "rb") as plain:
            pyrage.encrypt_io(plain, target, keys)

    with _beside(work), os.fdopen(writer, "wb") as plain:
        yield plain


@contextmanager
def decrypting(source: IO[bytes], key_file: Path) -> Iterator[IO[bytes]]:
    """What stands in ``source``, read with the secret key in a file; what was changed fails."""
    keys = _identities(key_file)
    reader, writer = os.pipe()

    def work() -> None:
        with os.fdopen(writer, "wb") as plain:
            _decrypt(source, plain, keys)

    with _beside(work), os.fdopen(reader, "rb") as plain:
        yield plain


def _decrypt(source: IO[bytes], plain: IO[bytes], keys: list[Identity]) -> None:
    try:
        pyrage.decrypt_io(source, plain, keys)
    except BrokenPipeError:
        raise
    except (pyrage.DecryptError, OSError) as error:
        raise AgeError(f"the archive cannot be decrypted with this key: {error}") from error


@contextmanager
def _beside(work: Callable[[], None]) -> Iterator[None]:
    """Do ``work`` in a thread meanwhile; what went wrong there is raised here in the place of what
    followed from it, unless this side was the first to leave."""
    failed: list[Exception] = []

    def guarded() -> None:
        try:
            work()
        except BrokenPipeError:
            return
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=guarded, name="age", daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join()
        if failed:
            raise failed[0]


def _recipient(text: str) -> Recipient:
    try:
        return Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        raise AgeError(f"{text[:80]!r} is no public key of age (age1…)") from error


def _identities(path: Path) -> list[Identity]:
    lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    kept = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    try:
        found = [Identity.from_str(line) for line in kept]
    except pyrage.IdentityError as error:
        raise AgeError(f"{path} holds no secret key of age (AGE-SECRET-KEY-…)") from error
    if not found:
        raise AgeError(f"{path} holds no secret key of age (AGE-SECRET-KEY-…)")
    return found
