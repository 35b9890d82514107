//! Reads the lines of `cargo check --message-format=json` from standard input with the types that rust-analyzer uses,
//! and fails when a line is not a message or a diagnostic has no primary span (rust-analyzer drops such ones).

use cargo_metadata::Message;
use std::io::BufRead;

fn main() {
    let (mut diagnostics, mut last) = (0, "nothing");
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("read a line");
        let message: Message = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"));
        last = match message {
            Message::CompilerMessage(m) => {
                assert!(m.message.spans.iter().any(|s| s.is_primary), "no primary span: {line}");
                assert!(!m.package_id.repr.is_empty() && !m.target.name.is_empty(), "no package or target: {line}");
                diagnostics += 1;
                "compiler-message"
            }
            Message::CompilerArtifact(_) => "compiler-artifact",
            Message::BuildFinished(_) => "build-finished",
            other => panic!("unexpected message {other:?}"),
        };
    }
    assert_eq!(last, "build-finished", "the last line");
    println!("{diagnostics} diagnostics");
}
