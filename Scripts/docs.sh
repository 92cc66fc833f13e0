#!/usr/bin/env bash
# Builds the documentation of all modules as one website, in .build/docs/site, from the comments and the catalogs in
# Sources. A warning of the documentation compiler is an error.
set -euo pipefail
cd "$(dirname "$0")/.."

docs=.build/docs
rm -rf "$docs"
swift build --target Recipes
modules=$(swift build --show-bin-path)/Modules
target=$(swiftc -print-target-info | sed -n 's/^ *"triple": "\(.*\)",$/\1/p' | head -n 1)

# Each module links to those before it, and the first page to all.
dependencies=()
for module in Graph Ops Autodiff Recipes Loupe; do
  symbols=()
  if [ "$module" != Loupe ]; then
    mkdir -p "$docs/$module"
    swift symbolgraph-extract -module-name "$module" -I "$modules" -I Sources/OpenBLAS -target "$target" \
      -output-dir "$docs/$module" -minimum-access-level public -emit-extension-block-symbols
    python3 Scripts/own_symbols.py "$module" "$docs/$module"/*.json
    symbols=(--additional-symbol-graph-dir "$docs/$module")
    catalog="Sources/$module/$module.docc"
  else
    catalog=Sources/Loupe.docc
  fi
  docc convert "$catalog" ${symbols[@]+"${symbols[@]}"} --output-path "$docs/$module.doccarchive" \
    --fallback-display-name "$module" --fallback-bundle-identifier "$module" --warnings-as-errors \
    --enable-experimental-external-link-support ${dependencies[@]+"${dependencies[@]}"}
  dependencies+=(--dependency "$docs/$module.doccarchive")
done
docc merge "$docs"/{Loupe,Recipes,Autodiff,Ops,Graph}.doccarchive --synthesized-landing-page-name Loupe \
  --output-path "$docs/site"

# The roots lead to the page that Sources/Loupe.docc has written.
redirect() {
  echo "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Loupe</title>" \
    "<meta http-equiv=\"refresh\" content=\"0; url=$1\"><a href=\"$1\">The documentation of Loupe</a></html>"
}
redirect documentation/loupe/ >"$docs/site/index.html"
redirect loupe/ >"$docs/site/documentation/index.html"
