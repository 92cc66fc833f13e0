#!/usr/bin/env bash
# Makes pictures of a report with Chromium: narrow, wide and dark from top to bottom, and the pages of a printout; or
# of some of its sections alone, named by their anchors, or of their upper part of so many pixels.
#
#     Scripts/screenshots.sh runs/skin/report.html pictures
#     Scripts/screenshots.sh runs/skin/report.html pictures results-metrics looks:840
#
# Needs chromium; pictures are cropped to the page where Python with Pillow is installed.
set -euo pipefail
if [ $# -lt 2 ]; then
  echo "usage: $0 REPORT FOLDER [SECTION[:HEIGHT]...]" >&2
  exit 64
fi
report=$(realpath "$1")
mkdir -p "$2"
folder=$(realpath "$2")
sections=("${@:3}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
browser=${LOUPE_BROWSER:-chromium}

run() {
  "$browser" --headless=new --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$work/profile" \
    --virtual-time-budget=4000 "$@" 2>/dev/null
}

# A window has a least width, so the page is shown in a frame, which also tells how high it is.
picture() { # NAME WIDTH [dark|section [HEIGHT]]
  local page="$work/$1-page.html" frame="$work/$1.html" theme="${3:-light}"
  local script="if ('$theme' === 'dark') { document.getElementById('theme').click(); }"
  if [ "$theme" = section ]; then
    local others="header.page, nav, footer, main > section:not(#$1)"
    script="document.querySelectorAll('$others').forEach((part) => part.remove())"
  fi
  local tell="parent.postMessage(document.documentElement.scrollHeight, '*')"
  sed -e 's/<meta http-equiv="Content-Security-Policy"[^>]*>//' \
    -e "s|</body>|<script>$script; $tell</script></body>|" "$report" >"$page"
  cat >"$frame" <<HTML
<!DOCTYPE html><body style="margin: 0"><pre hidden id="height"></pre>
<script>addEventListener("message", (event) => {
  document.getElementById("height").textContent = event.data;
});</script>
<iframe id="page" src="$(basename "$page")" style="width: $2px; height: ${height:-1000}px; border: 0"></iframe>
HTML
  if [ -z "${height:-}" ]; then
    local height
    height=$(run --window-size="$2,1000" --dump-dom "file://$frame" | sed -n 's/.*id="height">\([0-9]*\)<.*/\1/p')
    picture "$@"
    return
  fi
  run --window-size="$(($2 < 500 ? 500 : $2)),$height" --screenshot="$folder/$1.png" "file://$frame"
  python3 - "$folder/$1.png" "$2" "${4:-$height}" <<'PYTHON' || true
import sys
from PIL import Image
file, width, height = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
picture = Image.open(file)
picture.crop((0, 0, min(width, picture.width), min(height, picture.height))).save(file, optimize=True)
PYTHON
}

if [ ${#sections[@]} -gt 0 ]; then
  for section in "${sections[@]}"; do
    IFS=: read -r name kept <<<"$section"
    height='' picture "$name" 860 section ${kept:+"$kept"}
    echo "$folder/$name.png"
  done
  exit
fi
picture narrow 360
picture wide 1440
picture dark 1440 dark
run --no-pdf-header-footer --print-to-pdf="$folder/print.pdf" "file://$report"
echo "$folder: narrow.png, wide.png, dark.png, print.pdf"
