"""Official papers: numbered and written down with the act that issues them, drawn by a job."""

from server.work.papers.issuing import issue, of_case
from server.work.papers.rendering import draw, keep

__all__ = ["draw", "issue", "keep", "of_case"]
