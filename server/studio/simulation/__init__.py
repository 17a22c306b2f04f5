"""What lies ahead of a case: run forward on a copy, under stated assumptions."""

from server.studio.simulation.copying import find
from server.studio.simulation.duties import Dated, Duty, Forecast
from server.studio.simulation.export import as_calendar, as_csv, lines
from server.studio.simulation.forecast import PACE, forecast

__all__ = [
    "PACE",
    "Dated",
    "Duty",
    "Forecast",
    "as_calendar",
    "as_csv",
    "find",
    "forecast",
    "lines",
]
