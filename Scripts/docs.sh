#!/usr/bin/env bash
# Builds the documentation of all modules as one website, in .build/docs/Loupe.doccarchive.
set -euo pipefail
cd "$(dirname "$0")/.."

docs=.build/docs
rm -rf "$docs"
swift package dump-symbol-graph --emit-extension-block-symbols
for module in Graph Ops Autodiff Recipes; do
  mkdir -p "$docs/$module"
  find .build/*/symbolgraph \( -name "$module.symbols.json" -o -name "$module@*.symbols.json" \) \
    -exec cp {} "$docs/$module" \;
  docc convert "Sources/$module/$module.docc" --additional-symbol-graph-dir "$docs/$module" \
    --output-path "$docs/$module.doccarchive"
done
docc merge "$docs"/*.doccarchive --synthesized-landing-page-name Loupe --output-path "$docs/Loupe.doccarchive"
