"""graph.py NAME [LIMIT]: prints a graph, and fails at a cycle or at a package that is too large.

Reads lines `FROM TO` on stdin, and lines `NODE` for what may have no edge. A line `=NODE COUNT` says how many types a
package has: LIMIT of them are too many, but for the package `command`, whose verbs are one file each.
"""
import collections
import sys


def read(lines):
    edges, sizes = collections.defaultdict(set), {}
    for line in lines:
        first, *rest = line.split()
        if first.startswith("="):
            sizes[first[1:]] = int(rest[0])
        else:
            edges[first].update(node for node in rest if node != first)
            for node in rest:
                edges[node].update()
    return edges, sizes


def reachable(edges, start):
    found, waiting = set(), list(edges[start])
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(edges[node])
    return found


def cycles(edges):
    """The groups of nodes that each lead to each other."""
    reach = {node: reachable(edges, node) for node in list(edges)}
    groups = {frozenset(other for other in reach[node] if node in reach[other]) for node in reach if node in reach[node]}
    return sorted(map(sorted, groups))


def levels(edges, within):
    """How high a node stands above those that use nothing; what is in a cycle stands with the cycle."""
    level = {}

    def of(node):
        if node not in level:
            level[node] = 0
            level[node] = max([of(other) + 1 for other in edges[node] if other not in within.get(node, ())], default=0)
        return level[node]
    return {node: of(node) for node in edges}


def main():
    name, limit = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else None
    edges, sizes = read(filter(str.strip, sys.stdin))
    found = cycles(edges)
    level = levels(edges, {node: set(group) for group in found for node in group})
    width = max(map(len, edges), default=0)
    for node in sorted(edges, key=lambda one: (-level[one], one)):
        size = f"{sizes[node]:3} " if node in sizes else ""
        print(f"{name}  {level[node]:2}  {size}{node:{width}}  {' '.join(sorted(edges[node]))}".rstrip())
    faults = [f"a cycle of {len(group)}: {' '.join(group)}" for group in found]
    for group in found:
        faults += [f"    {node} -> {' '.join(sorted(edges[node] & set(group)))}" for node in group]
    faults += [f"{node} has {size} types, {limit} or more" for node, size in sorted(sizes.items())
               if limit is not None and size >= limit and node != "command"]
    for fault in faults:
        print(f"graph: {name}: {fault}", file=sys.stderr)
    sys.exit(1 if faults or not edges else 0)


main()
