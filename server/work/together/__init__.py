"""Working together: acts on items and cases beside handing in, one module each.

Each act is one function of ``(person, item or case, …, key)``, one transaction, one entry in the
journal. Which acts a box offers: ``offers``; where work may go back to: ``ways``.
"""

from server.work.together.comments import comment
from server.work.together.consult import answer, ask
from server.work.together.copying import copy, mark_read
from server.work.together.correcting import send_back
from server.work.together.deputies import appoint_deputy, end_deputy
from server.work.together.handing_over import go_on, hand_over, progress
from server.work.together.transfer import transfer
from server.work.together.urge import urge
from server.work.together.withdrawing import withdraw

__all__ = [
    "answer",
    "appoint_deputy",
    "ask",
    "comment",
    "copy",
    "end_deputy",
    "go_on",
    "hand_over",
    "mark_read",
    "progress",
    "send_back",
    "transfer",
    "urge",
    "withdraw",
]
