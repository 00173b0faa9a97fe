"""Panels of curves over logarithmic axes as one SVG file: measured points joined by lines, predictions dashed."""

import math
from html import escape

COLOURS = ["#2563a8", "#c2571a", "#3f8f4f", "#8a4fa3"]
WIDTH, HEIGHT, COLUMNS = 400, 330, 3
LEFT, RIGHT, TOP, BOTTOM = 58, 92, 46, 50


class Series:
    def __init__(self, name, measured, predicted=()):
        self.name = name
        self.measured, self.predicted = (sorted(p for p in points if p[1] > 0) for points in (measured, predicted))


class Panel:
    def __init__(self, title, x, y, series, ticks=None):
        self.title, self.x, self.y, self.series, self.ticks = title, x, y, series, ticks


def number(value: float) -> str:
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:g}"


def scale(low, high, start, end):
    spread = math.log(high / low) or 1
    return lambda value: start + (end - start) * math.log(value / low) / spread


def decades(low, high):
    return [10.0**e for e in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]


def text(x, y, content, anchor="middle", **attributes) -> str:
    extra = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{extra}>{escape(content)}</text>\n'


def apart(places: list[float], least: float) -> list[float]:
    """Moves labels down until none covers another."""
    result = dict()
    last = -math.inf
    for index in sorted(range(len(places)), key=places.__getitem__):
        last = max(places[index], last + least)
        result[index] = last
    return [result[index] for index in range(len(places))]


def draw(panel: Panel, left: float, top: float) -> str:
    points = [p for s in panel.series for p in [*s.measured, *s.predicted]]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    rows = decades(min(ys), max(ys))
    x = scale(min(xs), max(xs), left + LEFT, left + WIDTH - RIGHT)
    y = scale(rows[0], rows[-1], top + HEIGHT - BOTTOM, top + TOP)
    out = text(left + LEFT, top + 20, panel.title, "start", font_weight="600", font_size="14", fill="#1d2733")
    out += text(left + LEFT, top + 36, panel.y, "start", fill="#66717d")
    for value in rows:
        out += f'<path d="M{left + LEFT:.1f} {y(value):.1f}H{left + WIDTH - RIGHT:.1f}" stroke="#e3e7ec"/>\n'
        out += text(left + LEFT - 8, y(value) + 4, number(value), "end", fill="#66717d")
    for value in panel.ticks or sorted({p[0] for s in panel.series for p in s.measured}):
        out += f'<path d="M{x(value):.1f} {top + HEIGHT - BOTTOM:.1f}v5" stroke="#9aa4af"/>\n'
        out += text(x(value), top + HEIGHT - BOTTOM + 19, number(value), fill="#66717d")
    out += text((2 * left + LEFT + WIDTH - RIGHT) / 2, top + HEIGHT - 10, panel.x, fill="#66717d")
    ends = apart([y(s.measured[-1][1]) for s in panel.series], 15)
    for colour, series, end in zip(COLOURS, panel.series, ends):
        out += curve(series, colour, x, y)
        out += text(left + WIDTH - RIGHT + 10, end + 4, series.name, "start", fill=colour, font_weight="600")
    return out


def curve(series: Series, colour: str, x, y) -> str:
    out = ""
    for points, style in ((series.predicted, ' stroke-dasharray="4 4" stroke-width="1.5" opacity="0.75"'),
                          (series.measured, ' stroke-width="2"')):
        if points:
            path = "L".join(f"{x(a):.1f} {y(b):.1f}" for a, b in points)
            out += f'<path d="M{path}" fill="none" stroke="{colour}"{style}/>\n'
    for a, b in series.measured:
        out += f'<circle cx="{x(a):.1f}" cy="{y(b):.1f}" r="3.2" fill="{colour}" stroke="#fff"/>\n'
    return out


def key(left: float, top: float, lines: list[str]) -> str:
    out = text(left + LEFT, top + 20, "How to read", "start", font_weight="600", font_size="14", fill="#1d2733")
    for row, (name, style) in enumerate((("measured", 'stroke-width="2"'),
                                         ("predicted by the cost model", 'stroke-width="1.5" stroke-dasharray="4 4"'))):
        at = top + 52 + 22 * row
        out += f'<path d="M{left + LEFT} {at}h34" stroke="{COLOURS[0]}" {style}/>\n'
        out += f'<circle cx="{left + LEFT + 17}" cy="{at}" r="3.2" fill="{COLOURS[0]}" stroke="#fff"/>\n' if row == 0 else ""
        out += text(left + LEFT + 44, at + 4, name, "start", fill="#1d2733")
    for row, line in enumerate(lines):
        out += text(left + LEFT, top + 112 + 19 * row, line, "start", fill="#66717d")
    return out


def page(title: str, panels: list[Panel], lines: list[str]) -> str:
    rows = math.ceil((len(panels) + 1) / COLUMNS)
    width, height = WIDTH * COLUMNS, HEIGHT * rows + 46
    out = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
           ' font-family="system-ui, sans-serif" font-size="12">\n'
           f'<title>{escape(title)}</title>\n<rect width="{width}" height="{height}" rx="8" fill="#fff"/>\n')
    out += text(LEFT, 30, title, "start", font_size="18", font_weight="600", fill="#1d2733")
    for index, panel in enumerate(panels):
        out += draw(panel, WIDTH * (index % COLUMNS), 46 + HEIGHT * (index // COLUMNS))
    out += key(WIDTH * (len(panels) % COLUMNS), 46 + HEIGHT * (len(panels) // COLUMNS), lines)
    return out + "</svg>\n"
