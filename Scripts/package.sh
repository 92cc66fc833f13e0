#!/usr/bin/env bash
# Makes .build/SkinMICLe-VERSION-PROCESSOR.tar.gz: the program and the libraries that it uses, to be unpacked and run on
# another Linux machine, without Swift or OpenBLAS there.
#
#   Scripts/package.sh [AVX2|AVX512]   # the processors it is for; AVX2 unless named
#
# Needs the packages libopenblas-dev, libturbojpeg0 and libpng16-16. The other machine needs a C library at least as new
# as this one's.
set -euo pipefail
cd "$(dirname "$0")/.."

trait=${1:-AVX2}
case $trait in
AVX2 | AVX512) ;;
*)
  echo "There is no trait \"$trait\" for other machines: AVX2 or AVX512." >&2
  exit 64
  ;;
esac
version=$(sed -nE 's/.*version = "([0-9.]+)".*/\1/p' Sources/Recipes/Version.swift)
name=SkinMICLe-$version-$trait
build=.build/hand-over/$trait
place=.build/hand-over/$name

# An RPATH, unlike a RUNPATH, also counts for the libraries of libraries and for those opened at run time.
swift build -c release --traits "$trait" --static-swift-stdlib --product SkinMICLe --scratch-path "$build" \
  -Xlinker -rpath -Xlinker '$ORIGIN/../lib' -Xlinker --disable-new-dtags

rm -rf "$place"
mkdir -p "$place/bin" "$place/lib" "$place/licenses"
strip -o "$place/bin/SkinMICLe" "$build/release/SkinMICLe"

# Copies a shared library under the name by which it is looked for, with its license.
copy_library() {
  cp -L "$2" "$place/lib/$1"
  local owner
  # Where /lib is a link to /usr/lib, packages know their files by either.
  owner=$( (dpkg-query -S "$(realpath "$2")" || dpkg-query -S "$2") 2>/dev/null | cut -d: -f1 | head -1) || true
  if [ -n "$owner" ] && [ -e "/usr/share/doc/$owner/copyright" ]; then
    cp -L "/usr/share/doc/$owner/copyright" "$place/licenses/$owner"
  fi
}

# Those of the C library belong to the machine.
while read -r library path; do
  case $library in
  libc.so.* | libm.so.* | libdl.so.* | libpthread.so.* | librt.so.* | ld-linux* | linux-vdso*) ;;
  *) copy_library "$library" "$path" ;;
  esac
done < <(ldd "$place/bin/SkinMICLe" | sed -nE 's/^\s*(\S+) => (\/\S+) .*/\1 \2/p')
for library in libturbojpeg.so.0 libpng16.so.16; do
  path=$(/sbin/ldconfig -p | sed -nE "s/^\s*$library .* => (\S+)$/\1/p" | head -1)
  if [ -z "$path" ]; then
    echo "$library is not installed: apt-get install -y libturbojpeg0 libpng16-16" >&2
    exit 72
  fi
  copy_library "$library" "$path"
done

cp LICENSE "$place/licenses/Loupe"
cat >"$place/README" <<TEXT
SkinMICLe $version, from Loupe, for x86-64 processors with ${trait/AVX512/AVX-512}, and Linux with glibc $(ldd --version | sed -nE '1s/.* //p') or later.

    bin/SkinMICLe --help
    bin/SkinMICLe predict --run RUN photograph.jpg
TEXT
tar -C .build/hand-over -czf ".build/$name.tar.gz" "$name"
du -h ".build/$name.tar.gz"
