#!/bin/sh
# Feeds the golden files to the programs that read such reports in the field:
#   sarif  Microsoft's SARIF Multitool, every rule of its validator that is an error
#   cargo  the crate cargo_metadata, whose types rust-analyzer parses messages with
#   junit  junitparser
# Needs npm, python3 and cargo, and their registries once. Everything is installed below a temporary directory, which
# goes away at the end. The quick checks that need none of these are part of `go test`.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
golden=$here/../testdata
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

echo "== sarif"
npm install --silent --no-audit --no-fund --prefix "$work/npm" @microsoft/sarif-multitool-linux@5.7.0
tool=$work/npm/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool
chmod u+x "$tool"
for f in full clean broken; do
	cp "$golden/$f.sarif.golden" "$work/$f.sarif"
	DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 "$tool" validate "$work/$f.sarif" --rule-kind 'Sarif;Ghas' --level 'Error;Warning' \
		--output "$work/$f.validation.sarif" --log ForceOverwrite || { cat "$work/$f.validation.sarif"; exit 1; }
done

echo "== cargo"
cp -r "$here/cargo-messages" "$work/cargo-messages"
for f in full clean broken; do
	CARGO_TARGET_DIR=$work/target cargo run --quiet --manifest-path "$work/cargo-messages/Cargo.toml" <"$golden/$f.cargo.golden"
done

echo "== junit"
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet junitparser==5.0.3
"$work/venv/bin/python" "$here/junit.py" "$golden/full.junit.golden" "$golden/clean.junit.golden" "$golden/broken.junit.golden"
echo "all consumers read the reports"
