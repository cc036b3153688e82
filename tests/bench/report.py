"""How a measurement is told."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Measure:
    """Ours beside the floor, and the ratio that is wanted."""

    name: str
    ours: float
    floor: float
    at_least: float | None = None
    at_most: float | None = None

    @property
    def ratio(self) -> float:
        """Ours divided by the floor."""
        return self.ours / self.floor

    @property
    def goal(self) -> str:
        """The wanted ratio in words."""
        if self.at_least is not None:
            return f"≥ {self.at_least:.2f}"
        return f"≤ {self.at_most:.2f}" if self.at_most is not None else ""

    @property
    def met(self) -> bool:
        """Whether the ratio is as wanted."""
        enough = self.at_least is None or self.ratio >= self.at_least
        return enough and (self.at_most is None or self.ratio <= self.at_most)


def show(measures: Sequence[Measure]) -> None:
    """Print the table."""
    table = Table("measured", "ours", "floor", "ratio", "goal", "")
    for measure in measures:
        table.add_row(
            measure.name,
            f"{measure.ours:,.1f}",
            f"{measure.floor:,.1f}",
            f"{measure.ratio:.2f}",
            measure.goal,
            "met" if measure.met else "MISSED",
        )
    Console(width=110).print(table)
