"""What lies ahead of a case: run forward on a copy, under stated assumptions."""

from server.studio.simulation.assumptions import ORDINARY
from server.studio.simulation.copying import find
from server.studio.simulation.duties import Dated, Duty, Forecast
from server.studio.simulation.export import as_calendar, as_csv, as_json, from_json, lines
from server.studio.simulation.forecast import PACE, forecast

__all__ = [
    "ORDINARY",
    "PACE",
    "Dated",
    "Duty",
    "Forecast",
    "as_calendar",
    "as_csv",
    "as_json",
    "find",
    "forecast",
    "from_json",
    "lines",
]
