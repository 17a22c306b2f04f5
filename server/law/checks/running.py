"""What keeps files from being run at all, apart from everything else that they ought to keep."""

from collections.abc import Iterable, Iterator

from server.engine.errors import Finding
from server.law.catalogue import Catalogue
from server.law.checks import diagrams, forms


def unfit(catalogue: Catalogue, paths: Iterable[str]) -> list[Finding]:
    """The errors of these diagrams and forms in themselves."""
    found = (each for path in paths for each in _of(catalogue, path))
    return [each for each in found if each.severity == "error"]


def _of(catalogue: Catalogue, path: str) -> Iterator[Finding]:
    if path not in catalogue.files:
        return
    if path.endswith(".bpmn"):
        yield from diagrams.engine(catalogue, path)
    if path.endswith(".form"):
        yield from forms.sound(path, catalogue.files[path])
