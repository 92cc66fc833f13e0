#!/usr/bin/env bash
# Checks the format of all sources, and the width of comments, which `swift format` does not wrap.
set -euo pipefail
cd "$(dirname "$0")/.."

swift format lint -r --strict Sources Tests Examples Package.swift
if LC_ALL=C.UTF-8 grep -rnE --include='*.swift' '^.{111,}$' Sources Tests Examples | grep -E '^[^:]+:[0-9]+: *//'; then
  echo 'These comments are longer than 110 columns.' >&2
  exit 1
fi
