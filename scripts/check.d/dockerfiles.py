"""dockerfiles.py FILE…: what is wrong with Dockerfiles; nothing is printed if they are right. With --self-test instead of
files it makes faults, and fails if one is not found. `# hadolint ignore=RULE,RULE` above an instruction permits something.

The rules are those of hadolint that matter here, with its numbers, since hadolint itself is in no Debian package. The shell of
RUN is left to shellcheck.
"""
import pathlib
import re
import subprocess
import sys

KNOWN = set("ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split())


def instructions(text):
    """Line, name, arguments and permitted rules of each instruction; continued lines are joined, and comments left out."""
    parts, begin, permitted = [], 0, []
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("#"):
            permitted = re.findall(r"\b[A-Z]+[0-9]+\b", line) if "hadolint ignore=" in line else permitted
            continue
        if not parts:
            begin = number
        whole = not line.rstrip().endswith("\\")
        parts.append(line.rstrip().rstrip("\\"))
        if whole:
            name, _, rest = " ".join(parts).strip().partition(" ")
            if name:
                yield begin, name, rest.strip(), permitted
            parts, permitted = [], []
    if parts:
        yield begin, "", "the last line is continued", []


def shell(script):
    """What shellcheck says of the script of RUN."""
    found = subprocess.run(["shellcheck", "--shell=sh", "--format=gcc", "--exclude=SC2154", "-"], input=script + "\n", text=True, capture_output=True)
    return [re.sub(r"^-:\d+:\d+: ", "", line) for line in found.stdout.splitlines()]


def run(script):
    if script.startswith("["):
        return
    for install in re.finditer(r"apt-get install((?:\s+[^&;|]+)?)", script):
        options = install.group(1)
        if not re.search(r"\s(-y|--yes|-qy|-yq)\b", options):
            yield "DL3014: apt-get install without -y waits for an answer"
        if "--no-install-recommends" not in options:
            yield "DL3015: apt-get install without --no-install-recommends"
        if "apt-get update" not in script[: install.start()]:
            yield "DL3027: apt-get install without apt-get update in the same RUN takes an old list from the cache"
        if "/var/lib/apt/lists" not in script[install.end() :]:
            yield "DL3009: the lists of apt are not removed"
    if re.search(r"(^|[;&|]\s*)sudo\s", script):
        yield "DL3004: sudo"
    yield from shell(script)


def problems(text):
    seen, variables = set(), set()
    for line, name, rest, permitted in instructions(text):
        found = []
        if name not in KNOWN:
            found.append(f"no instruction: {name or rest}")
        elif not seen and name not in ("FROM", "ARG"):
            found.append("DL3061: the first instruction is neither ARG nor FROM")
        elif name == "ARG":
            variables.add(rest.partition("=")[0])
        elif name == "FROM":
            image = rest.split()[0]
            if image.strip("${}") not in variables and (":" not in image.split("/")[-1] or image.endswith(":latest")) and image != "scratch":
                found.append(f"DL3006: {image} has no version")
        elif name == "ADD" and not re.search(r"https?://|\.tar", rest):
            found.append("DL3020: COPY instead of ADD")
        elif name in ("CMD", "ENTRYPOINT"):
            if not rest.startswith("["):
                found.append(f"DL3025: {name} without JSON starts a shell, which takes no signals")
            if name in seen:
                found.append(f"DL4003: {name} a second time")
        elif name == "WORKDIR" and not rest.startswith(("/", "$")):
            found.append("DL3000: WORKDIR is relative")
        elif name == "RUN":
            found.extend(run(rest))
        seen.add(name)
        for problem in found:
            if not any(rule in problem for rule in permitted):
                yield line, problem


FAULTS = {
    "FORM debian:12": "no instruction",
    "RUN true": "DL3061",
    "FROM debian": "DL3006",
    "FROM debian:latest": "DL3006",
    "FROM ${IMAGE}": "DL3006",
    "FROM debian:12\nADD a b": "DL3020",
    "FROM debian:12\nCMD sleep 1": "DL3025",
    'FROM debian:12\nCMD ["a"]\nCMD ["b"]': "DL4003",
    "FROM debian:12\nWORKDIR a": "DL3000",
    "FROM debian:12\nRUN apt-get update && apt-get install --no-install-recommends a && rm -r /var/lib/apt/lists/*": "DL3014",
    "FROM debian:12\nRUN apt-get update && apt-get install -y a && rm -r /var/lib/apt/lists/*": "DL3015",
    "FROM debian:12\nRUN apt-get install -y --no-install-recommends a && rm -r /var/lib/apt/lists/*": "DL3027",
    "FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends a": "DL3009",
    "FROM debian:12\nRUN true && sudo id": "DL3004",
    "FROM debian:12\nRUN cd $HOME && echo \\\n # a comment\n x": "SC2086",
    "FROM debian:12\nRUN true \\": "continued",
}
RIGHT = [
    "FROM debian:12\n# hadolint ignore=SC2086,DL3004\nRUN sudo echo $HOME",
    "# a comment\nARG BASE=debian:12\nFROM ${BASE}\n",
    'FROM localhost:5000/debian:12\nRUN apt-get update \\\n && apt-get install -y --no-install-recommends a \\\n && rm -rf /var/lib/apt/lists/*\nCMD ["a"]',
]


def self_test():
    for text, wanted in FAULTS.items():
        found = [problem for _, problem in problems(text)]
        if not any(wanted in problem for problem in found):
            sys.exit(f"{wanted} is not found in:\n{text}\nbut {found}")
    for text in RIGHT:
        if found := list(problems(text)):
            sys.exit(f"nothing is wrong with:\n{text}\nbut {found}")


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    wrong = [f"{file}:{line}: {problem}" for file in sys.argv[1:] for line, problem in problems(pathlib.Path(file).read_text())]
    print("".join(f"{line}\n" for line in wrong), end="")
    sys.exit(bool(wrong))


main()
