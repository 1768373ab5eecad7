"""Plots as inline SVG in the page's own colours: with a name for screen readers, told apart without colour too."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

WIDTH = 640
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 10, 26
HEIGHT = 220
BAR, LABEL = 24, 190

# A texture for each action, so that nobody has to tell colours apart; the colours come from the style sheet.
PATTERNS = Markup(
    '<svg class="patterns" aria-hidden="true" focusable="false" width="0" height="0"><defs>'
    '<pattern id="fill-nudge" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect class="tint nudge" width="6" height="6"/><circle class="tone nudge" cx="3" cy="3" r="1.3"/></pattern>'
    '<pattern id="fill-hold" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="tint hold" width="6" height="6"/><rect class="tone hold" width="2.5" height="6"/></pattern>'
    "</defs></svg>"
)
_FILLS = {"nudge": ' fill="url(#fill-nudge)"', "hold": ' fill="url(#fill-hold)"'}


def columns(name: str, rows: Sequence[tuple[str, Mapping[str, int]]], parts: Sequence[str]) -> Markup:
    """One stacked column for each row, such as a day; `parts` from the bottom up."""
    top = _ceiling(max((sum(counts.values()) for _, counts in rows), default=0))
    scale = (HEIGHT - TOP - BOTTOM) / top
    step = (WIDTH - LEFT - RIGHT) / max(len(rows), 1)
    drawn = [_open(name, HEIGHT)]
    for tick in range(0, top + 1, max(top // 4, 1)):
        y = round(HEIGHT - BOTTOM - tick * scale, 1)
        drawn.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>')
        drawn.append(f'<text x="{LEFT - 6}" y="{y + 4}" text-anchor="end">{tick:,}</text>')
    for place, (label, counts) in enumerate(rows):
        x, y = LEFT + place * step, float(HEIGHT - BOTTOM)
        for part in parts:
            high = counts.get(part, 0) * scale
            if high:
                y -= high
                drawn.append(_block(part, x + step * 0.12, y, step * 0.76, high))
        if place % max(math.ceil(len(rows) / 8), 1) == 0:
            drawn.append(
                f'<text x="{round(x + step / 2, 1)}" y="{HEIGHT - 8}" text-anchor="middle">{escape(label)}</text>'
            )
    return _closed(drawn)


def bars(
    name: str,
    rows: Sequence[tuple[str, float, str]],
    highest: float | None = None,
    intervals: Sequence[tuple[float, float]] = (),
) -> Markup:
    """Horizontal bars: label, value, and the value as it is written behind the bar; with the intervals given."""
    longest = highest or max((value for _, value, _ in rows), default=0) or 1
    scale = (WIDTH - LABEL - 90) / longest
    height = TOP + BAR * len(rows) + 4
    drawn = [_open(name, height)]
    for place, (label, value, written) in enumerate(rows):
        y = TOP + BAR * place
        end = LABEL + max(value, 0.0) * scale
        drawn.append(f'<text x="{LABEL - 8}" y="{y + 15}" text-anchor="end">{escape(_short(label))}</text>')
        drawn.append(_block("bar", LABEL, y + 4, max(end - LABEL, 1), BAR - 10))
        if place < len(intervals):
            low, high = (round(LABEL + edge * scale, 1) for edge in intervals[place])
            middle = y + 4 + (BAR - 10) / 2
            drawn.append(
                f'<path class="whisker" d="M{low} {middle}H{high}M{low} {y + 5}v12M{high} {y + 5}v12"/>'
            )
            end = max(end, high)
        drawn.append(f'<text class="value" x="{round(end + 8, 1)}" y="{y + 15}">{escape(written)}</text>')
    return _closed(drawn)


def key(part: str) -> Markup:
    """The sample of a part for a legend."""
    return Markup(  # noqa: S704 - the part is one of ours
        f'<svg class="key" viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">{_block(part, 1, 1, 12, 12)}</svg>'
    )


def _block(part: str, x: float, y: float, width: float, height: float) -> str:
    place = f'x="{round(x, 1)}" y="{round(y, 1)}" width="{round(width, 1)}" height="{round(height, 1)}"'
    return f'<rect class="part {part}" {place}{_FILLS.get(part, "")}/>'


def _open(name: str, height: int) -> str:
    return (
        f'<svg class="plot" role="img" viewBox="0 0 {WIDTH} {height}" aria-label="{escape(name)}" '
        'xmlns="http://www.w3.org/2000/svg">'
    )


def _closed(drawn: list[str]) -> Markup:
    return Markup("".join([*drawn, "</svg>"]))  # noqa: S704 - numbers and escaped text only


def _ceiling(value: int) -> int:
    """A round number from there on that can be quartered."""
    if value <= 4:
        return 4
    step = int(10 ** (len(str(value)) - 1))
    return next(ceiling for ceiling in (step, 2 * step, 4 * step, 8 * step, 12 * step) if ceiling >= value)


def _short(label: str) -> str:
    return label if len(label) <= 26 else label[:25] + "…"
