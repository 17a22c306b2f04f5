"""Decision models for tests, written short."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def model(*elements: str, namespace: str = "urn:test", version: str = NAMESPACE) -> bytes:
    """A whole file of the given elements."""
    head = f'<definitions xmlns="{version}" id="m" name="m" namespace="{namespace}">'
    return (head + "".join(elements) + "</definitions>").encode()


def input_data(name: str, type_ref: str = "") -> str:
    """An input whose id is its name with underscores."""
    head = f"<inputData id={quoteattr(ident(name))} name={quoteattr(name)}>"
    return f"{head}{variable(name, type_ref)}</inputData>"


def decision(name: str, logic: str, needs: Sequence[str] = (), type_ref: str = "") -> str:
    """A decision; ``needs`` are names of inputs, ``!name`` of decisions, ``?name`` of knowledge."""
    required = "".join(map(requirement, needs))
    body = variable(name, type_ref) + required + logic
    return f"<decision id={quoteattr(ident(name))} name={quoteattr(name)}>{body}</decision>"


def knowledge(name: str, parameters: Sequence[str], logic: str, needs: Sequence[str] = ()) -> str:
    """A business knowledge model."""
    formal = "".join(f"<formalParameter name={quoteattr(each)}/>" for each in parameters)
    required = "".join(map(requirement, needs))
    return (
        f"<businessKnowledgeModel id={quoteattr(ident(name))} name={quoteattr(name)}>"
        f"{required}<encapsulatedLogic>{formal}{logic}</encapsulatedLogic>"
        "</businessKnowledgeModel>"
    )


def requirement(need: str) -> str:
    """The requirement of an input, a ``!decision`` or ``?knowledge``."""
    kind = {"!": "requiredDecision", "?": "requiredKnowledge"}.get(need[0], "requiredInput")
    around = "knowledgeRequirement" if need[0] == "?" else "informationRequirement"
    target = need if "#" in need else f"#{ident(need.lstrip('!?'))}"
    return f"<{around}><{kind} href={quoteattr(target.lstrip('!?'))}/></{around}>"


def literal(text: str, type_ref: str = "") -> str:
    """A literal expression."""
    typed = f" typeRef={quoteattr(type_ref)}" if type_ref else ""
    return f"<literalExpression{typed}><text>{escape(text)}</text></literalExpression>"


def table(
    policy: str,
    inputs: Sequence[str],
    outputs: Sequence[str],
    rules: Sequence[str],
    extra: str = "",
) -> str:
    """A decision table.

    The cells of a rule are parted by ``|``; an output reads ``name: values = default``.
    """
    columns = "".join(
        f"<input><inputExpression><text>{escape(each)}</text></inputExpression></input>"
        for each in inputs
    )
    columns += "".join(map(_output, outputs))
    rows = "".join(_rule(at, each, len(inputs)) for at, each in enumerate(rules, 1))
    return f'<decisionTable id="t" hitPolicy="{policy}"{extra}>{columns}{rows}</decisionTable>'


def variable(name: str, type_ref: str) -> str:
    """The variable of an element."""
    typed = f" typeRef={quoteattr(type_ref)}" if type_ref else ""
    return f"<variable name={quoteattr(name)}{typed}/>"


def ident(name: str) -> str:
    """The id that these models give to a name."""
    return name.replace(" ", "_")


def _output(text: str) -> str:
    head, _, default = text.partition(" = ")
    name, _, values = head.partition(": ")
    inner = f"<outputValues><text>{escape(values)}</text></outputValues>" if values else ""
    if default:
        inner += f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>"
    return f"<output name={quoteattr(name)}>{inner}</output>"


def _rule(at: int, text: str, inputs: int) -> str:
    cells = [escape(cell.strip()) for cell in text.split("|")]
    entries = "".join(f"<inputEntry><text>{cell}</text></inputEntry>" for cell in cells[:inputs])
    entries += "".join(f"<outputEntry><text>{cell}</text></outputEntry>" for cell in cells[inputs:])
    return f'<rule id="r{at}">{entries}</rule>'
