package loom

import (
	_ "embed"

	"pollux/internal/rung/patch"
)

//go:embed rt/pollux.rs
var module string

// edits make a copy of loom write down when a search begins, where it is and why it ends. They fit 0.5.6 to 0.7.3; a release
// that they do not fit is not run, because without them a search that gave up cannot be told from one that came to its end.
var edits = []patch.Change{
	{Why: "add the module", File: "src/lib.rs", Append: true, Text: "\nmod pollux;\n"},
	{Why: "note the beginning of a search", File: "src/model.rs", Pattern: `( +)let mut i = 1;\n`,
		Text: "${1}let mut i = 1;\n${1}let pollux = crate::pollux::Search::new(self.preemption_bound, self.max_branches);\n"},
	{Why: "note the permutation", File: "src/model.rs", Pattern: `( +)let f = f\.clone\(\);\n`,
		Text: "${1}execution.location = pollux.permutation(i) || self.location;\n${1}let f = f.clone();\n"},
	{Why: "note that the permutations were capped", File: "src/model.rs", Pattern: `if i >= max_permutations \{\n`,
		Text: "if i >= max_permutations {\n                        pollux.end(\"permutations\", i - 1);\n"},
	{Why: "note that the time was capped", File: "src/model.rs", Pattern: `if start\.elapsed\(\) >= max_duration \{\n`,
		Text: "if start.elapsed() >= max_duration {\n                        pollux.end(\"duration\", i - 1);\n"},
	{Why: "note that the search came to its end", File: "src/model.rs", Pattern: `( +)info!\(parent: None, "Completed in \{\} iterations", i - 1\);\n`,
		Text: "${1}info!(parent: None, \"Completed in {} iterations\", i - 1);\n${1}pollux.end(\"completed\", i - 1);\n"},
	{Why: "note the steps", File: "src/rt/location.rs", Pattern: `( +)Location\(Some\(location\)\)\n`,
		Text: "${1}crate::rt::location::pollux_step(location);\n${1}Location(Some(location))\n"},
	{Why: "note the steps", File: "src/rt/location.rs", Append: true, Text: `
fn pollux_step(at: &'static std::panic::Location<'static>) {
    let active = crate::rt::execution(|e| if e.threads.is_active() { Some(e.threads.active_id().as_usize()) } else { None });
    if let Some(thread) = active {
        crate::pollux::step(thread, at);
    }
}
`},
}
