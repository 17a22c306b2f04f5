"""The law as runnable files: Given, When and Then in YAML, played on the real acts."""

from server.studio.scenarios.document import Unreadable
from server.studio.scenarios.report import closing, junit, lines
from server.studio.scenarios.run import Result, files, run
from server.studio.scenarios.stage import StageError
from server.studio.scenarios.vocabulary import vocabulary

__all__ = [
    "Result",
    "StageError",
    "Unreadable",
    "closing",
    "files",
    "junit",
    "lines",
    "run",
    "vocabulary",
]
