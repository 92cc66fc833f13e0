"""Leaves out of a module's symbol graphs what the module only exports again: `own_symbols.py MODULE FILE...`.

A type of another module stays where the module extends it, so that the page of `Tensor` in Ops lists what Ops adds.
"""

import json
import sys

module, files = sys.argv[1], sys.argv[2:]
for file in files:
    with open(file, encoding="utf-8") as stream:
        graph = json.load(stream)
    here = f"/Sources/{module}/"
    own = {
        symbol["identifier"]["precise"]
        for symbol in graph["symbols"]
        if here in symbol.get("location", {}).get("uri", here)
    }
    members = [edge for edge in graph["relationships"] if edge["kind"] == "memberOf" and edge["source"] in own]
    kept = own | {edge["target"] for edge in members}
    graph["symbols"] = [symbol for symbol in graph["symbols"] if symbol["identifier"]["precise"] in kept]
    graph["relationships"] = [edge for edge in graph["relationships"] if edge["source"] in own]
    with open(file, "w", encoding="utf-8") as stream:
        json.dump(graph, stream)
