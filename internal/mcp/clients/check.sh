#!/bin/sh
# Tries `pollux mcp` with real clients, those that are on the PATH: sh internal/mcp/clients/check.sh
# Each runs with a home of its own and needs no model, key or login. INSPECTOR names the MCP Inspector if it is no `mcp-inspector`.
set -eu
cd "$(dirname "$0")/../../.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
go build -o "$tmp/bin/pollux" ./cmd/pollux
mkdir -p "$tmp/home" "$tmp/crate"
# Clients hand few variables on to a server: HOME and PATH must be enough to find Rust.
ln -s "${CARGO_HOME:-$HOME/.cargo}" "$tmp/home/.cargo"
ln -s "${RUSTUP_HOME:-$HOME/.rustup}" "$tmp/home/.rustup"
export HOME="$tmp/home" PATH="$tmp/bin:$PATH"
cp -r examples/chat-relay/. "$tmp/crate"
rm -rf "$tmp/crate/target"
cd "$tmp/crate"
failed=0

# expect NAME WORD COMMAND...: the command's output must hold the word.
expect() {
  name=$1 word=$2
  shift 2
  if out=$("$@" 2>&1) && printf '%s\n' "$out" | grep -q -- "$word"; then
    echo "ok      $name"
  else
    echo "FAILED  $name: no \"$word\" in:"
    printf '%s\n' "$out" | tail -5
    failed=1
  fi
}

inspector=${INSPECTOR:-mcp-inspector}
if command -v "${inspector%% *}" > /dev/null; then
  expect "inspector lists the tools, strict" '"verify"' $inspector --cli pollux mcp --method tools/list --strict --format json
  expect "inspector calls check" 'sync-guard-across-await' $inspector --cli pollux mcp --method tools/call --tool-name check --tool-arg path=.
  expect "inspector calls context" 'runs under' $inspector --cli pollux mcp --method tools/call --tool-name context
  expect "inspector calls explain" 'What it reports' $inspector --cli pollux mcp --method tools/call --tool-name explain --tool-arg what=dropped-future
  expect "inspector lists resources" 'pollux://report' $inspector --cli pollux mcp --method resources/list
else
  echo "absent  inspector"
fi
if command -v claude > /dev/null; then
  claude mcp add -s user pollux -- pollux mcp > /dev/null
  expect "claude connects" 'Connected' claude mcp list
else
  echo "absent  claude"
fi
if command -v gemini > /dev/null; then
  mkdir -p "$HOME/.gemini"
  printf '{"%s": "TRUST_FOLDER"}\n' "$tmp/crate" > "$HOME/.gemini/trustedFolders.json"
  pollux init --agent gemini --yes > /dev/null 2>&1
  expect "gemini connects" 'Connected' gemini mcp list
else
  echo "absent  gemini"
fi
if command -v opencode > /dev/null; then
  pollux init --agent opencode --yes > /dev/null 2>&1
  expect "opencode connects" 'connected' opencode mcp list
else
  echo "absent  opencode"
fi
if command -v codex > /dev/null; then
  mkdir -p "$HOME/.codex"
  printf '[mcp_servers.pollux]\ncommand = "pollux"\nargs = ["mcp"]\n' > "$HOME/.codex/config.toml"
  expect "codex reads its configuration" 'pollux' codex mcp list
else
  echo "absent  codex"
fi
exit $failed
