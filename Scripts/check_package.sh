#!/usr/bin/env bash
# Uses the package as another one does: Examples/OutsideOperation, outside this repository, depends on a tagged clone of
# the last commit by its version, with the trait AVX2. Its tests must pass here and on an emulated processor with AVX2
# (Haswell); on an emulated one without (Nehalem) the same program must end with a sentence and status 72.
#
# Needs `qemu-x86_64` (Debian's package qemu-user) on an x86-64 machine.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(sed -nE 's/.*version = "([0-9.]+)".*/\1/p' Sources/Recipes/Version.swift)
place=$PWD/.build/consumer
rm -rf "$place"
mkdir -p "$place"
git clone --quiet . "$place/Loupe"
git -C "$place/Loupe" tag --force "$version" >/dev/null
cp -R Examples/OutsideOperation "$place/OutsideOperation"
rm -rf "$place/OutsideOperation/.build"
cd "$place/OutsideOperation"

dependency=".package(url: \"file://$place/Loupe\", from: \"$version\", traits: [\"AVX2\"])"
sed -i "s|\.package(name: \"Loupe\", path: \"../..\")|$dependency|" Package.swift
grep -F "$dependency" Package.swift >/dev/null || {
  echo 'Examples/OutsideOperation/Package.swift names its dependency otherwise than this script expects.' >&2
  exit 1
}

# Nothing is debugged here; without debug information the build takes a tenth less time.
swift build --build-tests -Xswiftc -gnone
tests=$(find .build/debug/ -maxdepth 1 -name '*PackageTests.xctest' | head -1)
run() { "$@" "$tests" --testing-library swift-testing; }

echo 'Tests on this processor:'
run env

echo 'Tests on an emulated Haswell:'
run env OPENBLAS_CORETYPE=Haswell qemu-x86_64 -cpu Haswell 2>&1 | grep -v "TCG doesn't support"

echo 'The same program on an emulated Nehalem:'
status=0
said=$(run qemu-x86_64 -cpu Nehalem 2>&1) || status=$?
echo "$said"
if [ "$status" != 72 ] || ! grep 'This program was built for another processor; this one lacks .*AVX2' <<<"$said" >/dev/null; then
  echo "Expected a sentence on the processor and status 72; the status is $status." >&2
  exit 1
fi
