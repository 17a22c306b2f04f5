"""Quorums and majorities in whole numbers (D-07): a share is two integers, nothing is rounded.

The shares are rows of the table `ballots`, with what they are a share of: `present` (members
present when the vote is taken, D-30) or `all` (members in office).
"""

from collections.abc import Mapping
from dataclasses import dataclass

ADOPTED, REJECTED, INQUORATE = "adopted", "rejected", "inquorate"

MAJOR, ORDINARY = "major", "ordinary"

ALL = "all"


@dataclass(frozen=True, slots=True)
class Share:
    """At least `numerator`/`denominator` of something; `words` name it, `clause` demands it."""

    numerator: int
    denominator: int
    of: str = ALL
    words: str = ""
    clause: str = ""

    @classmethod
    def of_row(cls, row: Mapping[str, object]) -> "Share":
        """The share that a row of the table `ballots` states."""
        numerator, denominator = int(str(row["numerator"])), int(str(row["denominator"]))
        words = str(row["title"])
        return cls(numerator, denominator, str(row["of"]), words, str(row["clause"]))

    def reached_by(self, part: int, whole: int) -> bool:
        """Whether part/whole is at least the share; the figure itself suffices (D-07)."""
        return part * self.denominator >= whole * self.numerator

    def least(self, whole: int) -> int:
        """The smallest part that reaches the share."""
        return -(-whole * self.numerator // self.denominator)

    def told(self, part: int, whole: int, parts: str, wholes: str) -> str:
        """The comparison in words: `到会 18 人，在任 27 人：18×3＝54 ≥ 27×2＝54，达到 2/3`."""
        enough = self.reached_by(part, whole)
        return (
            f"{self.words}：{parts} {part}，{wholes} {whole}："
            f"{part}×{self.denominator}＝{part * self.denominator} {'≥' if enough else '＜'} "
            f"{whole}×{self.numerator}＝{whole * self.numerator}，"
            f"{'达到' if enough else '不足'} {self.numerator}/{self.denominator}（{self.clause}）。"
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """How a body votes: its quorum, the vice-chairs who have to be there, its two majorities."""

    quorum: Share
    vice_chairs: int
    vice_chairs_clause: str
    ordinary: Share
    major: Share

    def majority(self, weight: str) -> Share:
        """The share of yes votes that a matter of this weight needs."""
        return self.major if weight == MAJOR else self.ordinary


@dataclass(frozen=True, slots=True)
class Attendance:
    """Members in office, members present (or with a valid ballot), vice-chairs among them.

    A vice-chair who sends a delegate is a member present and no vice-chair present (D-29).
    """

    members: int
    present: int
    vice_chairs: int

    def quorate(self, rules: Rules) -> bool:
        """Both conditions; neither is ever waived (JC-22.1)."""
        enough = rules.quorum.reached_by(self.present, self.members)
        return enough and self.vice_chairs >= rules.vice_chairs

    def told(self, rules: Rules) -> list[str]:
        """The two comparisons in words."""
        enough = self.vice_chairs >= rules.vice_chairs
        sign, word = ("≥", "达到") if enough else ("＜", "不足")
        return [
            rules.quorum.told(self.present, self.members, "到会理事", "在任理事"),
            f"出席的副理事长：{self.vice_chairs} {sign} {rules.vice_chairs}，"
            f"{word} {rules.vice_chairs} 人（{rules.vice_chairs_clause}）。",
        ]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a vote decided, and the arithmetic that decided it."""

    result: str
    arithmetic: tuple[str, ...]


def decide(rules: Rules, attendance: Attendance, yes: int, weight: str) -> Decision:
    """Adopted, rejected or inquorate; abstentions stay in the denominator (D-30)."""
    told = attendance.told(rules)
    if not attendance.quorate(rules):
        return Decision(INQUORATE, (*told, "法定人数不足，不能表决。"))
    share = rules.majority(weight)
    whole = attendance.members if share.of == ALL else attendance.present
    adopted = share.reached_by(yes, whole)
    wholes = "在任理事" if share.of == ALL else "到会理事"
    counted = share.told(yes, whole, "赞成票", wholes)
    closing = "通过。" if adopted else f"未通过：至少须 {share.least(whole)} 票赞成。"
    return Decision(ADOPTED if adopted else REJECTED, (*told, counted, closing))
