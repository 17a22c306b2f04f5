"""The archive package of a case: one ZIP that opens without this software."""

from server.work.archive.gather import Whole, find, whole
from server.work.archive.pack import pack

__all__ = ["Whole", "find", "pack", "whole"]
