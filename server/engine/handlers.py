"""Finds the function that a service task names and gives it what its parameters ask for."""

import importlib
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Final

from handlers.sentence import Sentence
from server.engine.errors import StepFailed
from server.feel.sentence import told

_TYPE: Final = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Handler:
    """A rule: ``label`` is the first line of its docstring, ``text`` the rest.

    ``parameters`` are the names it asks for, ``optional`` those with a default.
    """

    type: str
    label: str
    text: str
    parameters: tuple[str, ...]
    optional: frozenset[str]
    function: Callable[..., Any]


@cache
def resolve(type_: str) -> Handler:
    """The handler of a type ``module.function`` in the package ``handlers``.

    Only public functions defined in that very module are found. Raises StepFailed.
    """
    if not _TYPE.fullmatch(type_):
        raise StepFailed(told("“%(type)s”不是“模块.函数”形式的办理函数名", type=type_))
    module_name, _, name = type_.partition(".")
    try:
        module = importlib.import_module(f"handlers.{module_name}")
    except ModuleNotFoundError as error:
        raise StepFailed(
            told("没有办理模块 handlers/%(module_name)s.py", module_name=module_name)
        ) from error
    function = vars(module).get(name)
    if not inspect.isfunction(function) or function.__module__ != module.__name__:
        raise StepFailed(
            told(
                "handlers/%(module_name)s.py 里没有函数“%(name)s”",
                module_name=module_name,
                name=name,
            )
        )
    return _describe(type_, function)


def caller(
    ports_by_name: Mapping[str, object],
) -> Callable[[str, Mapping[str, object]], Mapping[str, object] | None]:
    """The ``call`` of Ports: runs a handler with these ports and the process variables.

    A port wins over a variable of the same name, so case data cannot stand in for a port.
    """
    return partial(_call, ports_by_name)


def _call(
    ports: Mapping[str, object], type_: str, variables: Mapping[str, object]
) -> Mapping[str, object] | None:
    handler = resolve(type_)
    changed: Mapping[str, object] | None = handler.function(
        **dict(_arguments(handler, ports, variables))
    )
    return changed


def _arguments(
    handler: Handler, ports: Mapping[str, object], variables: Mapping[str, object]
) -> Any:
    for name in handler.parameters:
        if name in ports:
            yield name, ports[name]
        elif name in variables:
            yield name, variables[name]
        elif name not in handler.optional:
            raise StepFailed(
                told(
                    "办理函数“%(type)s”需要变量“%(name)s”，流程里没有", type=handler.type, name=name
                )
            )


def _describe(type_: str, function: Callable[..., Any]) -> Handler:
    parameters = inspect.signature(function).parameters.values()
    if any(p.kind not in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY) for p in parameters):
        raise StepFailed(told("办理函数“%(type)s”的参数必须逐个写出名字", type=type_))
    label, _, text = inspect.cleandoc(function.__doc__ or "").partition("\n")
    return Handler(
        type_,
        label.strip(),
        text.strip(),
        tuple(p.name for p in parameters),
        frozenset(p.name for p in parameters if p.default is not p.empty),
        function,
    )


def known(reason: str) -> str:
    """What a handler says, with what stands in it, as the sentences of the rooms here are kept."""
    if not isinstance(reason, Sentence):
        return reason
    return told(reason.pattern, **{name: _known(value) for name, value in reason.given.items()})


def _known(value: object) -> object:
    if isinstance(value, list):
        return [_known(each) for each in value]
    return known(value) if isinstance(value, str) else value
