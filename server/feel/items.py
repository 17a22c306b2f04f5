"""Item definitions: the types a model declares (DMN 1.3 clause 7.3.2)."""

from collections.abc import Mapping

from lxml import etree

from server.feel.cells import Cells, text_of
from server.feel.errors import FeelError
from server.feel.runtime import Run
from server.feel.sentence import told
from server.feel.type_parser import parse_type
from server.feel.types import ALIASES, ANY, Constrained, ContextType, FunctionType, ListType, Type
from server.feel.xml import child, child_text, children


def read_type_ref(text: str | None) -> Type:
    """The type that a ``typeRef`` names, its namespace prefix dropped; Any for none."""
    name = (text or "").strip()
    if "<" in name:
        return parse_type(name)
    name = name.rpartition("}")[2].rpartition(":")[2]
    return Type(ALIASES.get(name, name)) if name else ANY


def read_item_definitions(
    definitions: etree._Element, cells: Cells, imported: Mapping[str, Type]
) -> dict[str, Type]:
    """Every item definition by name, next to the ``imported`` ones.

    Raises FeelError (``model``) for a definition that is nothing but itself.
    """
    types = dict(imported)
    for item in children(definitions, "itemDefinition"):
        types[item.get("name", "")] = _read_item(item, cells, types)
    for name in types:
        _refuse_circle(name, types)
    return types


def _read_item(item: etree._Element, cells: Cells, types: Mapping[str, Type]) -> Type:
    type_ = _constrained(_read_base(item, cells, types), "allowedValues", item, cells, types)
    if item.get("isCollection") == "true":
        type_ = ListType("list", type_)
    return _constrained(type_, "typeConstraint", item, cells, types)


def _constrained(
    type_: Type, name: str, item: etree._Element, cells: Cells, types: Mapping[str, Type]
) -> Type:
    constraint = child(item, name)
    text = text_of(constraint)
    if constraint is None or text is None:
        return type_
    test = cells.tests(text, constraint)
    return Constrained("", type_, lambda value: test(Run({}, {}, None, types), value) is True)


def _read_base(item: etree._Element, cells: Cells, types: Mapping[str, Type]) -> Type:
    components = list(children(item, "itemComponent"))
    if components:
        fields = ((each.get("name", ""), _read_item(each, cells, types)) for each in components)
        return ContextType("context", tuple(fields))
    function = child(item, "functionItem")
    if function is not None:
        parameters = (read_type_ref(each.get("typeRef")) for each in children(function))
        result = read_type_ref(function.get("outputTypeRef"))
        return FunctionType("function", tuple(parameters), result)
    return read_type_ref(child_text(item, "typeRef"))


def _refuse_circle(name: str, types: Mapping[str, Type]) -> None:
    seen = {name}
    type_ = types[name]
    while isinstance(type_, Constrained) or type_.name in types:
        if isinstance(type_, Constrained):
            type_ = type_.base
            continue
        if type_.name in seen:
            raise FeelError("model", told("数据类型“%(name)s”只由它自己定义。", name=name))
        seen.add(type_.name)
        type_ = types[type_.name]
