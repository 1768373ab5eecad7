"""Small plots as inline SVG: readable by screen readers, in the page's own colours, told apart without colour too."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT = 360, 260
LEFT, RIGHT, TOP, BOTTOM = 56, 20, 12, 42
DASHES = ("", "7 4", "2 3", "9 3 2 3")
TICKS = 5


@dataclass(frozen=True, slots=True)
class Both:
    """One text for readers of Korean and of English."""

    ko: str
    en: str

    def __html__(self) -> str:
        return (
            f'<span class="ko" lang="ko">{escape(self.ko)}</span>'
            f'<span class="en" lang="en">{escape(self.en)}</span>'
        )

    @property
    def plain(self) -> str:
        """Both at once, where there can be no markup."""
        return self.ko if self.ko == self.en else f"{self.ko} / {self.en}"


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name and its points, from left to right."""

    name: Both
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis shows and how far it goes."""

    name: Both
    low: float = 0.0
    high: float = 1.0
    percent: bool = True

    def written(self, value: float) -> str:
        """A value as its tick says it."""
        return f"{value:.0%}" if self.percent else f"{value:g}"

    def ticks(self) -> list[float]:
        """Round values within the axis."""
        span = self.high - self.low
        step = 10 ** math.floor(math.log10(span / TICKS)) if span > 0 else 1.0
        step *= next(factor for factor in (1, 2, 2.5, 5, 10) if span / (step * factor) <= TICKS)
        first = math.ceil(self.low / step - 1e-9)
        return [round(step * n, 10) for n in range(first, math.floor(self.high / step + 1e-9) + 1)]


def lines(
    name: Both, about: Both, x: Axis, y: Axis, series: Sequence[Series], *, diagonal: bool = False
) -> Markup:
    """A line chart with its legend.

    name, about : title and description for those who do not see it.
    diagonal : draw the line from corner to corner that a perfect calibration follows.
    """
    parts = [_open(name, about), _grid(x, y)]
    if diagonal:
        parts.append(
            f'<line class="diagonal" x1="{_x(x, x.low)}" y1="{_y(y, y.low)}" x2="{_x(x, x.high)}" y2="{_y(y, y.high)}"/>'
        )
    for place, line in enumerate(series):
        at = " ".join(f"{_x(x, px)},{_y(y, py)}" for px, py in line.points)
        parts.append(
            f'<polyline class="line s{place % len(DASHES)}" points="{at}" stroke-dasharray="{DASHES[place % len(DASHES)]}"/>'
        )
    parts.append("</svg>")
    return Markup("".join(parts)) + _legend(series)  # noqa: S704 - numbers and escaped text only


def bars(name: Both, about: Both, x: Axis, rows: Sequence[tuple[str, float]]) -> Markup:
    """Horizontal bars from zero, one for each named row; negative ones go to the left."""
    height = TOP + 20 * len(rows) + BOTTOM
    left = 132
    scale = (WIDTH - left - RIGHT) / (x.high - x.low or 1)

    def at(value: float) -> float:
        return round(left + (min(max(value, x.low), x.high) - x.low) * scale, 1)

    parts = [_open(name, about, height)]
    parts += [_upright(at(tick), x.written(tick), height - BOTTOM) for tick in x.ticks()]
    for place, (label, value) in enumerate(rows):
        top = TOP + 20 * place
        begin, end = sorted((at(0.0), at(value)))
        parts.append(
            f'<text x="{left - 6}" y="{top + 14}" text-anchor="end">{escape(label)}</text>'
            f'<rect class="bar s{int(value < 0)}" x="{begin}" y="{top + 4}" '
            f'width="{max(round(end - begin, 1), 1)}" height="12"/>'
        )
    parts.append(_axis_name(x.name, (left + WIDTH - RIGHT) / 2, height - 8) + "</svg>")
    return Markup("".join(parts))  # noqa: S704 - numbers and escaped text only


def _open(name: Both, about: Both, height: int = HEIGHT) -> str:
    return (
        f'<svg class="plot" role="img" viewBox="0 0 {WIDTH} {height}" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(name.plain)}</title><desc>{escape(about.plain)}</desc>"
    )


def _grid(x: Axis, y: Axis) -> str:
    parts = [_upright(_x(x, tick), x.written(tick), HEIGHT - BOTTOM) for tick in x.ticks()]
    parts += [
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{_y(y, tick)}" y2="{_y(y, tick)}"/>'
        f'<text x="{LEFT - 5}" y="{_y(y, tick) + 4}" text-anchor="end">{y.written(tick)}</text>'
        for tick in y.ticks()
    ]
    middle = (TOP + HEIGHT - BOTTOM) / 2
    parts.append(_axis_name(x.name, (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8))
    parts.append(f'<g transform="rotate(-90 16 {middle})">{_axis_name(y.name, 16, middle)}</g>')
    return "".join(parts)


def _upright(x: float, written: str, bottom: int) -> str:
    return (
        f'<line class="grid" x1="{x}" x2="{x}" y1="{TOP}" y2="{bottom}"/>'
        f'<text x="{x}" y="{bottom + 15}" text-anchor="middle">{written}</text>'
    )


def _axis_name(name: Both, x: float, y: float) -> str:
    return "".join(
        f'<text class="name {language}" lang="{language}" x="{x}" y="{y}" text-anchor="middle">{escape(text)}</text>'
        for language, text in (("ko", name.ko), ("en", name.en))
    )


def _legend(series: Sequence[Series]) -> Markup:
    entries = "".join(
        f'<li><svg class="key" viewBox="0 0 30 8" aria-hidden="true"><line class="line s{place % len(DASHES)}" '
        f'x1="0" y1="4" x2="30" y2="4" stroke-dasharray="{DASHES[place % len(DASHES)]}"/></svg> {escape(line.name)}</li>'
        for place, line in enumerate(series)
    )
    return Markup(f'<ul class="legend">{entries}</ul>')  # noqa: S704 - escaped above


def _x(axis: Axis, value: float) -> float:
    share = (min(max(value, axis.low), axis.high) - axis.low) / (axis.high - axis.low or 1)
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _y(axis: Axis, value: float) -> float:
    share = (min(max(value, axis.low), axis.high) - axis.low) / (axis.high - axis.low or 1)
    return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)
