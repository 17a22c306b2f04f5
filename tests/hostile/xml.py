"""Tricks that XML allows, each beside the code with which the one reader of XML refuses it.

Harmless ones are among them: a reader that refuses everything would prove nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.server.engine.drawing import HEAD

BPMN = HEAD.removeprefix('<?xml version="1.0" encoding="UTF-8"?>').encode()
END = b"</bpmn:definitions>"
PROLOG = b'<?xml version="1.0" encoding="UTF-8"?>'


def around(inside: bytes = b"", doctype: bytes = b"") -> bytes:
    """A diagram's outermost element around something."""
    return PROLOG + doctype + BPMN + inside + END


def doctype(inside: bytes, use: bytes = b"") -> bytes:
    return around(use, b"<!DOCTYPE d [" + inside + b"]>")


def _laughs(levels: int, width: int) -> bytes:
    entities = [b'<!ENTITY l0 "ha">']
    for level in range(1, levels):
        inside = b"&l%d;" % (level - 1) * width
        entities.append(b'<!ENTITY l%d "%s">' % (level, inside))
    return doctype(b"".join(entities), b"<x>&l%d;</x>" % (levels - 1))


def _encoded(encoding: str) -> bytes:
    return PROLOG.decode().replace("UTF-8", encoding).encode("ascii") + BPMN + END


TRICKS: Mapping[str, tuple[bytes, str | None]] = {
    # entities and what they open
    "external file": (doctype(b'<!ENTITY e SYSTEM "file:///etc/passwd">', b"<x>&e;</x>"), "doctype"),
    "external address": (doctype(b'<!ENTITY e SYSTEM "http://127.0.0.1:9/">', b"<x>&e;</x>"), "doctype"),
    "relative file": (doctype(b'<!ENTITY e SYSTEM "../../etc/passwd">', b"<x>&e;</x>"), "doctype"),
    "public identifier": (doctype(b'<!ENTITY e PUBLIC "a" "http://x/">', b"<x>&e;</x>"), "doctype"),
    "unparsed entity": (doctype(b'<!NOTATION n SYSTEM "n"><!ENTITY e SYSTEM "x" NDATA n>'), "doctype"),
    "parameter entity": (doctype(b'<!ENTITY % p SYSTEM "http://127.0.0.1:9/x">%p;'), None),
    "parameter entity from a file": (doctype(b'<!ENTITY % p SYSTEM "file:///etc/hosts">%p;'), None),
    "internal entity": (doctype(b'<!ENTITY e "x">', b"<x>&e;</x>"), "doctype"),
    "entity in an attribute": (doctype(b'<!ENTITY e "x">', b'<x a="&e;"/>'), "doctype"),
    "nested parameter entities": (doctype(b'<!ENTITY % a "<!ENTITY b \'c\'>">%a;', b"<x>&b;</x>"), "doctype"),
    "recursive entity": (doctype(b'<!ENTITY a "&b;"><!ENTITY b "&a;">', b"<x>&a;</x>"), None),
    "unknown entity": (around(b"<x>&nothing;</x>"), "malformed"),
    # bombs
    "billion laughs": (_laughs(10, 10), None),
    "million laughs": (_laughs(7, 10), None),
    "quadratic": (doctype(b'<!ENTITY a "' + b"x" * 50_000 + b'">', b"<x>" + b"&a;" * 5_000 + b"</x>"), None),
    "attribute laughs": (doctype(b'<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">', b'<x y="&b;"/>'), "doctype"),
    "many elements": (around(b"<x/>" * 20_001), "elements"),
    "half a million elements": (around(b"<x/>" * 500_000), "elements"),
    "deep": (around(b"<x>" * 200 + b"</x>" * 200), "depth"),
    "very deep": (around(b"<x>" * 100_000 + b"</x>" * 100_000), None),
    "too large": (around(b"<x>" + b"a" * 2_200_000 + b"</x>"), "size"),
    "large comment": (around(b"<!--" + b"a" * 2_200_000 + b"-->"), "size"),
    "large attribute": (around(b'<x a="' + b"a" * 2_200_000 + b'"/>'), "size"),
    "many attributes": (around(b"<x " + b" ".join(b'a%d=""' % n for n in range(100_000)) + b"/>"), "attributes"),
    "many namespaces": (around(b"<x " + b" ".join(b'xmlns:n%d="u"' % n for n in range(50_000)) + b"/>"), "attributes"),
    # document types without entities
    "bare doctype": (around(b"", b"<!DOCTYPE d>"), "doctype"),
    "system doctype": (around(b"", b'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd">'), "doctype"),
    "public doctype": (around(b"", b'<!DOCTYPE html PUBLIC "-//W3C//DTD" "http://x/">'), "doctype"),
    "default attribute": (doctype(b'<!ATTLIST x a CDATA "b">', b"<x/>"), "doctype"),
    "element declaration": (doctype(b"<!ELEMENT x (#PCDATA)>"), "doctype"),
    # not XML
    "empty": (b"", "malformed"),
    "nothing but spaces": (b" \n\t", "malformed"),
    "text": (b"hello", "malformed"),
    "html": (b"<html><body><br></body></html>", "malformed"),
    "json": (b'{"a": 1}', "malformed"),
    "cut off": (around()[:-5], "malformed"),
    "two roots": (around() + b"<x/>", "malformed"),
    "text after the end": (around() + b"x", "malformed"),
    "wrong end": (PROLOG + b"<a></b>", "malformed"),
    "doubled attribute": (around(b'<x a="1" a="2"/>'), "malformed"),
    "undeclared prefix": (around(b"<evil:x/>"), "malformed"),
    "null byte": (around(b"<x>\0</x>"), "malformed"),
    "null in the name": (around(b"<x\0y/>"), "malformed"),
    "control character": (around(b"<x>\x08</x>"), "malformed"),
    "forbidden reference": (around(b"<x>&#0;</x>"), "malformed"),
    "surrogate reference": (around(b"<x>&#xD800;</x>"), "malformed"),
    "broken utf-8": (around(b"<x>\xff\xfe</x>"), "malformed"),
    "overlong utf-8": (around(b"<x>\xc0\x80</x>"), "malformed"),
    "unknown encoding": (_encoded("EBCDIC-XX-77"), "malformed"),
    "wrong encoding": (_encoded("UTF-16"), "malformed"),
    "utf-7": (_encoded("UTF-7"), "encoding"),
    "declaration in the middle": (around(PROLOG), "malformed"),
    "zip": (b"PK\x03\x04" + b"\0" * 100, "malformed"),
    "gzip": (b"\x1f\x8b\x08" + b"\0" * 100, "malformed"),
    # harmless
    "utf-16 with its mark": (around().decode().replace("UTF-8", "UTF-16").encode("utf-16"), ""),
    "comment": (around(b"<!-- ok -->"), ""),
    "stylesheet instruction": (around(b"", b'<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>'), ""),
    "include": (around(b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'), ""),
    "schema location": (around(b'<x xmlns:s="http://www.w3.org/2001/XMLSchema-instance" s:schemaLocation="a http://127.0.0.1:9/"/>'), ""),
    "character data": (around(b"<x><![CDATA[<script>]]></x>"), ""),
    "rare characters": (around("<x>𠀀𪜶</x>".encode()), ""),
}  # fmt: skip
"""Name -> document, and the code of its refusal: "" is taken, None is refused by any code."""
