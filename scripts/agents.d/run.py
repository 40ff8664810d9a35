#!/usr/bin/env python3
"""The parts of scripts/agents, against a gateway that runs."""
import argparse
import sys

sys.dont_write_bytecode = True
import agents  # noqa: E402
import answers  # noqa: E402
import inbox  # noqa: E402
import place  # noqa: E402
import races  # noqa: E402
import resumes  # noqa: E402
import states  # noqa: E402

PARTS = ("states", "sends", "races", "answers", "resumes", "inbox")


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ssh-config", required=True)
    parser.add_argument("--prefix", required=True, help="what the names of the sheds begin with")
    parser.add_argument("--gateway-config", required=True)
    parser.add_argument("--gateway-state", required=True)
    parser.add_argument("--agents", default=" ".join(agents.ALL))
    parser.add_argument("--parts", default=" ".join(PARTS))
    parser.add_argument("--states", default=" ".join(states.STATES))
    parser.add_argument("--attached", default="no yes", help="only while nobody is attached, or somebody")
    parser.add_argument("--tries", type=int, default=200, help="of each race, over all agents")
    parser.add_argument("--within", type=float, default=1.0)
    return parser.parse_args()


def each(agents_, part):
    """Whether the part is good for each of the agents."""
    good = True
    for agent in agents_:
        try:
            good &= part(agent)
        except (RuntimeError, TimeoutError) as error:
            print(f"{agent.word}: {error}", flush=True)
            good = False
    return good


def main():
    options = parse()
    chosen = [agents.ALL[word] for word in options.agents.split()]
    gateway, process = place.Gateway(options.ssh_config), place.Process(options.gateway_config, options.gateway_state)
    files = {name: text for agent in chosen for name, text in agent.files.items()}
    shed = gateway.create(f"{options.prefix}-agents", files)
    answered, resumed = ([agent for agent in chosen if getattr(agent, what)] for what in ("answers", "resumes"))
    tries = max(1, options.tries // len(chosen))
    parts = {
        "states": lambda: states.table(shed, chosen, options),
        "sends": lambda: each(chosen, lambda agent: races.sends(shed, agent, tries)),
        "races": lambda: each(answered, lambda agent: races.answers(shed, agent, tries)),
        "answers": lambda: each(answered, lambda agent: answers.run(shed, agent)),
        "resumes": lambda: all([
            each(resumed, lambda agent: resumes.run(shed, agent, process)),
            each(resumed, lambda agent: resumes.options(gateway, options.prefix, agent))]),
        "inbox": lambda: inbox.run(gateway, options.prefix, process.number()),
    }
    try:
        print("versions: " + ", ".join(f"{agent.word} {shed.run(agent.version).strip()}" for agent in chosen), flush=True)
        return 0 if all([parts[part]() for part in options.parts.split()]) else 1
    finally:
        shed.delete()


sys.exit(main())
