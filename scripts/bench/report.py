"""report.py SAMPLES [DOCS]: prints tables of the samples that suite.py has written.

With DOCS also writes the plots DOCS/benchmarks/*.svg, and the tables into DOCS/benchmarks.md, between its two marks.
"""

import json
import pathlib
import sys
from html import escape
from statistics import median

BEGIN, END = "<!-- written by scripts/bench/all -->", "<!-- end -->"
COLOURS = {"gateway": "#1f6feb", "sshd": "#d4863a", "docker exec": "#8b949e"}


def quantile(values, q):
    return sorted(values)[min(len(values) - 1, round(q * (len(values) - 1)))]


def number(value):
    if value is None:
        return ""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


class Samples:
    def __init__(self, file):
        whole = json.loads(pathlib.Path(file).read_text())
        self.about, self.all = whole["about"], whole["samples"]

    def values(self, part, unit, peer, x=None):
        keys = (part, unit, peer, x)
        return [s["value"] for s in self.all if (s["part"], s["unit"], s["peer"], s["x"]) == keys]

    def parts(self, *units, over=False):
        """The parts and units there are, in their order; `over` for those that depend on something."""
        found = [(s["part"], s["unit"]) for s in self.all if (s["x"] is not None) == over]
        return [key for key in dict.fromkeys(found) if not units or key[1] in units]

    def peers(self, part, unit):
        return list(dict.fromkeys(s["peer"] for s in self.all if (s["part"], s["unit"]) == (part, unit)))

    def xs(self, part, unit):
        return sorted({s["x"] for s in self.all if (s["part"], s["unit"]) == (part, unit) and s["x"] is not None})


def table(heads, rows):
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def with_p95(values, unit):
    if not values:
        return ""
    return number(median(values)) + (f" ({number(quantile(values, 0.95))})" if unit == "ms" else "")


def ratio(samples, part, unit):
    ours, theirs = (samples.values(part, unit, peer) for peer in ("gateway", "sshd"))
    return number(median(ours) / median(theirs)) if ours and theirs and median(theirs) else ""


def comparison(samples):
    """Of each part the medians of the peers; p95 in parentheses for times."""
    peers = ("gateway", "sshd", "docker exec")
    for part, unit in samples.parts():
        if unit in ("CPU s/GiB of each", "KiB", "threads", "descriptors"):
            continue
        cells = [with_p95(samples.values(part, unit, peer), unit) for peer in peers]
        yield [f"{part}, {unit}" if unit else part, *cells, ratio(samples, part, unit)]


def processes(samples):
    """Processor seconds for each GiB, of each process."""
    unit = "CPU s/GiB of each"
    names = ("porter", "client", "process")
    for part, _ in samples.parts(unit):
        for peer in ("gateway", "sshd"):
            server = samples.values(part, "CPU s/GiB", peer)
            each = [samples.values(part, unit, f"{peer}: {name}") for name in names]
            yield [f"{part}, {peer}", number(median(server)), *[number(median(v)) if v else "0.00" for v in each]]


def dependent(samples):
    for part, unit in samples.parts(over=True):
        for x in samples.xs(part, unit):
            for peer in samples.peers(part, unit):
                yield [f"{part}, {unit}", str(x), with_p95(samples.values(part, unit, peer, x), unit)]


def left_over(samples):
    for part, unit in samples.parts("KiB", "threads", "descriptors"):
        yield [part, unit, number(median(samples.values(part, unit, "gateway")))]


def words(value):
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def tables(samples):
    about = samples.about
    shown = {key: value for key, value in about.items() if key not in ("seconds",)}
    yield "; ".join(f"{key}: {words(value)}" for key, value in shown.items())
    yield ""
    yield from table(["median (p95)", "gateway", "sshd", "docker exec", "gateway / sshd"], comparison(samples))
    yield ""
    heads = ["CPU s/GiB", "server", "porter", "client", "the command"]
    yield from table(heads, processes(samples))
    yield ""
    yield from table(["gateway", "number", "median (p95)"], dependent(samples))
    yield ""
    yield from table(["afterwards, more than before", "", ""], left_over(samples))


# Plots


def svg(width, height, body):
    style = "text{font:12px sans-serif;fill:#57606a}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}">'
        f"<style>{style}</style>" + "".join(body) + "</svg>\n"
    )


def text(x, y, what, anchor="start"):
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{escape(what)}</text>'


def bars(samples, title, keys):
    """Gateway and sshd side by side, each part relative to sshd."""
    body, y = [text(10, 20, title)], 44
    for part, unit in keys:
        theirs = samples.values(part, unit, "sshd")
        if not theirs or not median(theirs):
            continue
        body.append(text(200, y + 14, f"{part}, {unit}", "end"))
        for peer in ("gateway", "sshd"):
            value = median(samples.values(part, unit, peer))
            width = 200 * min(2.0, value / median(theirs))
            body.append(f'<rect x="210" y="{y}" width="{width:.0f}" height="11" fill="{COLOURS[peer]}"/>')
            body.append(text(215 + width, y + 10, f"{number(value)} {peer}"))
            y += 13
        y += 8
    return svg(720, y + 10, body)


def lines(samples, title, keys):
    """What depends on a number, from 0 on."""
    points = {}
    for part, unit in keys:
        line = [(x, median(samples.values(part, unit, "gateway", x))) for x in samples.xs(part, unit)]
        points[f"{part}, {unit}"] = line
    most = max((y for line in points.values() for _, y in line), default=1) or 1
    far = max((x for line in points.values() for x, _ in line), default=1)
    at = lambda x, y: (60 + 560 * x / far, 260 - 210 * y / most)
    body = [text(10, 20, title), '<path d="M60 40V260H640" fill="none" stroke="#8b949e"/>']
    body += [text(55, 54, number(most), "end"), text(55, 264, "0", "end")]
    for colour, (name, line) in zip(("#1f6feb", "#d4863a", "#2da44e"), points.items()):
        path = "L".join(f"{x:.0f} {y:.0f}" for x, y in (at(*point) for point in line))
        body.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for x, y in line:
            body.append(f'<circle cx="{at(x, y)[0]:.0f}" cy="{at(x, y)[1]:.0f}" r="3" fill="{colour}"/>')
            body.append(text(at(x, y)[0], 276, str(x), "middle"))
        body.append(text(at(*line[-1])[0], at(*line[-1])[1] - 8, name, "end"))
    return svg(660, 290, body)


def plots(samples):
    yield "rates", "Rates, relative to sshd's: more is better", bars(samples, "MiB/s", samples.parts("MiB/s"))
    yield "processors", "Processor seconds per GiB: less is better", bars(samples, "CPU s/GiB", samples.parts("CPU s/GiB"))
    yield "times", "Times: less is better", bars(samples, "ms", samples.parts("ms"))
    over = samples.parts(over=True)
    listing = [key for key in over if key[0].startswith("sessions")]
    memory = [key for key in over if key[1] == "KiB"]
    if listing:
        yield "sessions", "A listing over that many sheds, ms", lines(samples, "ms", listing)
    if memory:
        yield "memory", "Memory of the gateway for each of that many, KiB", lines(samples, "KiB", memory)


def write(samples, docs):
    directory = docs / "benchmarks"
    directory.mkdir(exist_ok=True)
    pictures = []
    for name, title, picture in plots(samples):
        (directory / f"{name}.svg").write_text(picture)
        pictures.append(f"![{title}](benchmarks/{name}.svg)")
    page = docs / "benchmarks.md"
    before, _, rest = page.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text("\n".join([before + BEGIN, *tables(samples), "", *pictures, END]) + after)


def main():
    samples = Samples(sys.argv[1])
    print("\n".join(tables(samples)))
    if len(sys.argv) > 2:
        write(samples, pathlib.Path(sys.argv[2]))


main()
