"""From the experts' single opinions to the panel's one, with its arithmetic (D-47 to D-49).

No regime says how a panel votes.  The reading: verdicts are ranked from the most favourable;
the panel's verdict is the best one that more than half of the valid opinions reach or surpass.
Exactly half is not enough.  With pass, pass after modification, not passed: unreserved passes
must be a majority for a pass, both passes together for a pass after modification.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fraction:
    """A share that must be exceeded, in integers: no rounding decides a vote (D-07)."""

    numerator: int
    denominator: int

    @classmethod
    def parse(cls, text: str) -> "Fraction":
        """Read `1/2`."""
        numerator, denominator = text.split("/")
        return cls(int(numerator), int(denominator))

    def exceeded_by(self, part: int, whole: int) -> bool:
        """Whether part/whole is more than the fraction."""
        return part * self.denominator > whole * self.numerator

    def reached_by(self, part: int, whole: int) -> bool:
        """Whether part/whole is at least the fraction (JC-22.1, JC-22.2, JC-23.1)."""
        return part * self.denominator >= whole * self.numerator


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The panel's verdict, the counts behind it and the steps of the arithmetic in words."""

    verdict: str
    valid: int
    void: int
    counts: Mapping[str, int]
    arithmetic: tuple[str, ...]


class TooFew(ValueError):
    """Fewer valid opinions than the minimum (D-47)."""


class UnknownVerdict(ValueError):
    """A verdict that the regime does not know at this stage."""


def conclude(
    opinions: Sequence[Mapping[str, object]],
    verdicts: Sequence[Mapping[str, Any]],
    minimum: int,
    majority: Fraction,
) -> Conclusion:
    """Aggregate opinions `{"verdict": id, "void": bool}`.

    `verdicts` are the regime's rows of the table `verdicts` for the stage: verdict, title, rank.
    Raises TooFew and UnknownVerdict.
    """
    ranked = sorted(verdicts, key=lambda row: row["rank"])
    titles = {str(row["verdict"]): str(row["title"]) for row in ranked}
    valid = [str(each["verdict"]) for each in opinions if not each.get("void")]
    _check(valid, titles, minimum)
    counts = {verdict: valid.count(verdict) for verdict in titles}
    verdict, steps = _best(counts, titles, len(valid), majority)
    return Conclusion(verdict, len(valid), len(opinions) - len(valid), counts, steps)


def _check(valid: Sequence[str], titles: Mapping[str, str], minimum: int) -> None:
    if unknown := set(valid) - set(titles):
        raise UnknownVerdict(f"本规程没有这样的评审结论：{'、'.join(sorted(unknown))}。")
    if len(valid) < minimum:
        raise TooFew(f"有效意见 {len(valid)} 份，少于 {minimum} 份，不能形成评审意见。")


def _best(
    counts: Mapping[str, int], titles: Mapping[str, str], whole: int, majority: Fraction
) -> tuple[str, tuple[str, ...]]:
    reached, steps, named = 0, [], []
    verdict = ""
    for verdict, count in counts.items():
        reached += count
        named.append(titles[verdict])
        enough = majority.exceeded_by(reached, whole)
        steps.append(_step(named, reached, whole, majority, enough))
        if enough:
            break
    return verdict, (*steps, f"专家组意见：{titles[verdict]}。")


def _step(named: Sequence[str], part: int, whole: int, majority: Fraction, enough: bool) -> str:
    left, right = part * majority.denominator, whole * majority.numerator
    share = f"{majority.numerator}/{majority.denominator}"
    return (
        f"“{'”“'.join(named)}”共 {part} 份，有效意见 {whole} 份："
        f"{part}×{majority.denominator}＝{left} {'＞' if enough else '≤'} "
        f"{whole}×{majority.numerator}＝{right}，{'超过' if enough else '未超过'} {share}。"
    )
