"""The pages of the metrics listener, as values."""

import math
import re
import urllib.error
import urllib.request

LINE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$")
LABEL = re.compile(r'([a-zA-Z_]+)="((?:[^"\\]|\\.)*)"')


def read(port, path):
    """Status and text of a page."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def sample(name, **labels):
    """What identifies a sample: its name and labels, as the page writes them."""
    inner = ",".join(f'{label}="{value}"' for label, value in sorted(labels.items()))
    return f"{name}{{{inner}}}" if inner else name


class Page:
    """The page /metrics: values by sample, and the families with their type."""

    def __init__(self, text):
        self.values, self.types = {}, {}
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ")
                self.types[name] = kind
            elif line and not line.startswith("#"):
                name, labels, value = LINE.match(line).groups()
                self.values[sample(name, **dict(LABEL.findall(labels or "")))] = float(value)

    def family(self, name):
        """The samples of a name, without those that are zero: a counter appears with its first event."""
        return {key: value for key, value in self.values.items() if key.split("{")[0] == name and value != 0}

    def get(self, name, **labels):
        return self.values.get(sample(name, **labels), math.nan)

    def broken_histograms(self):
        """Histograms whose buckets are not cumulative, or whose last bucket is not their count."""
        series = {}
        for key, value in self.values.items():
            name, _, rest = key.partition("{")
            if name.endswith("_bucket"):
                labels = dict(LABEL.findall(rest))
                bound = float(labels.pop("le").replace("+Inf", "inf"))
                series.setdefault((name[:-len("_bucket")], tuple(sorted(labels.items()))), []).append((bound, value))
        for (name, labels), buckets in series.items():
            counts = [count for _, count in sorted(buckets)]
            if counts != sorted(counts) or counts[-1] != self.get(name + "_count", **dict(labels)):
                yield f"{sample(name, **dict(labels))}: its buckets are {counts}"
