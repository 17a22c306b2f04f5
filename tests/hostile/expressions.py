"""Expressions that would escape, read, hang or fill the memory, were they more than FEEL."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

CANARY = "canary"

SECRETS = ("secret", "environment", "config", "g", "self", "db", "request", "case", "handlers")
"""Names that an expression is not given and must not find."""

ESCAPES = (
    '__import__("os").system("touch canary")',
    "().__class__.__bases__[0].__subclasses__()",
    '"".__class__.__mro__[1].__subclasses__()',
    "(lambda: 0).__globals__",
    "[x for x in ().__class__.__bases__]",
    "getattr(secret, '__class__')",
    'eval("1+1")',
    'exec("import os")',
    'compile("1", "", "eval")',
    "globals()",
    "locals()",
    "vars()",
    "dir()",
    "breakpoint()",
    "input()",
    "exit()",
    "help()",
    "license()",
    "memoryview()",
    "type(1)",
    "super()",
    "print(secret)",
    'open("/etc/passwd")',
    'open("canary", "w")',
    'f"{secret}"',
    '"{0.__class__}".format(secret)',
    '"%s" % secret',
    "secret.__dict__",
    "secret._private",
    "secret.func_globals",
    "1 if true else 2",
    "import os",
    "from os import system",
    "del secret",
    "x := 1",
    "x = 1; y = 2",
    "async def f(): pass",
    "yield 1",
    "await x",
    "@decorator",
    "`id`",
    "$(id)",
    "${7*7}",
    "{{7*7}}",
    "#{7*7}",
    "<%= 7*7 %>",
    "<script>alert(1)</script>",
    "'; DROP TABLE people; --",
    "1 UNION SELECT password_hash FROM people",
    "require('child_process')",
    "process.env",
    "this.constructor.constructor('return 1')()",
    'java.lang.Runtime.getRuntime().exec("id")',
    "T(java.lang.Runtime)",
    'function(x) external {java: {class: "java.lang.Runtime", "method signature": "exec(x)"}}',
    "\\u005f\\u005fimport\\u005f\\u005f",
    "＿＿import＿＿('os')",
    "\u202e)1+1(",
    "1\x00+1",
    "\ufeff1+",
    "a\u2028b",
)
"""What people write who believe that this is Python, JavaScript, SQL or a template."""

LARGE = (
    "for a in 1..1000000000 return a",
    "for a in 1..100000, b in 1..100000 return a*b",
    "for a in 1..10000 return for b in 1..10000 return b",
    "some a in 1..1000000000 satisfies a < 0",
    "every a in 1..1000000000 satisfies a > 0",
    "(1..1000000000)[item = 0]",
    "sum(for a in 1..10000000 return a)",
    "9**9**9**9",
    "10**1000000",
    "2**(2**40)",
    "1E999999",
    "1E9999 * 1E9999",
    "factorial(1000000)",
    'string join(for a in 1..1000000 return "xxxxxxxxxx")',
    'replace("' + "a" * 5000 + '", "(a*)*b", "c")',
    'matches("' + "a" * 5000 + 'b", "^(a+)+$")',
    'matches("x", "(' * 200 + 'a" ' + ")" * 200,
    'split("' + "," * 7000 + '", ",")',
    "concatenate(for a in 1..1000000 return [a])",
    "flatten(for a in 1..100000 return [[[a]]])",
    "sort(for a in 1..1000000 return a, function(x, y) x < y)",
    "(function(f) f(f))(function(f) f(f))",
    "{f: function(x) f(x), y: f(1)}.y",
    "{f: function(n) if n = 0 then 0 else f(n - 1), y: f(1000000)}.y",
    '@"P99999999999Y" + @"P99999999999Y"',
    'date("99999999999-01-01")',
    'duration("P99999999999999999999D")',
    'date("2026-01-01") + duration("P9999999Y")',
    "(" * 500 + "1" + ")" * 500,
    "[" * 500 + "]" * 500,
    "{a:" * 500 + "1" + "}" * 500,
    "-" * 5000 + "1",
    "not(" * 1000 + "true" + ")" * 1000,
    "if true then " * 500 + "1" + " else 2" * 500,
    "1" + "+1" * 4000,
    "a" + ".b" * 4000,
    "a" + "[1]" * 3000,
    "f" + "()" * 3000,
    "1 in (" + ",".join("1" * 4000) + ")",
    '"' + "x" * 9000 + '"',
    "x" * 9000,
    "1" * 9000,
    "/*" + "x" * 9000,
    "/*" * 2000 + "*/" * 2000,
    '"\\u{ffffffff}"',
    '"\\ud800"',
)
"""What costs more than it may."""

BROKEN = (
    "", " ", "1 +", "(", ")", "[", "]", "{", "}", '"', "'", "\\", "..", "->", "==", "!=!", "a b c",
    "if", "then", "for in", "some satisfies", "function()", "1..", "..1", "[1..", "{a}", "{a:}",
    "date(", "@", '@"', '@"x"', "null null", "true false", "and", "or or", "not", "between 1 and",
    "instance of", "a instance of b c", "1 < 2 < 3", "%", "^", "&", "|", "~", "?", ";", ":",
    "=", "= =", "<=>", "=>", "++", "--1--", "1e", "0x10", "1_000", "١٢٣", "½", "∞", "−1", "１＋１",
)  # fmt: skip
"""What is no expression at all."""


def attacks() -> list[str]:
    """All of them, and the escapes hidden at each place where an expression may stand."""
    return [*ESCAPES, *LARGE, *BROKEN, *_hidden(), *_stolen()]


def _hidden() -> Iterator[str]:
    places = (
        "if {} then 1 else 2",
        "[1, {}]",
        "{{a: {}}}",
        "for x in {} return x",
        "some x in [1] satisfies {}",
        "string({})",
        "function(x) {}",
    )
    for place, escape in product(places, ESCAPES[:18]):
        yield place.format(escape)


def _stolen() -> Iterator[str]:
    for name, way in product(SECRETS, ("{}", "{}.password", "{}[1]", 'get value({}, "x")')):
        yield way.format(name)
