// Package knowledge holds what pollux knows about libraries: which type is a guard, which call blocks its thread, who runs
// a closure and where, which future does nothing until it is polled.
//
// All of it is data: the TOML files in data/, one row per statement, each row with an id, an evidence code and a source.
// There is no `if` about a library in this package nor in a rule. A user adds rows in pollux.toml with the same shape.
//
// The package is not an analysis. It answers about names, not about places in a program: a row says what a call does, the
// caller decides whether the call is reachable from async code.
//
// How names match. rustc prints visible paths, which depend on the set of dependencies: the same type is
// `parking_lot::lock_api::MutexGuard` in one crate and `lock_api::MutexGuard` in another, and inside its own crate it shows
// private modules. A pattern therefore matches a path when
//   - the last segment is equal (for an inherent method: the last two, type and method),
//   - the pattern's other segments occur in the path in the same order, so private modules in between do not matter,
//   - the pattern's root is the path's root after the aliases of data/names.toml (core and alloc count as std,
//     futures_util as futures), or the path's second segment for the few crates listed there as often re-exported.
//
// Invariants: tables are immutable after construction and safe for concurrent use; every id is unique; no row that rests on
// common knowledge alone (evidence K) is at error level; what no row names is unknown, never safe.
//
// May miss a library that is only reachable through an unlisted re-export. May misjudge a user's own top-level module that
// has the name of a library if its paths are given without the prefix of the user's crate.
package knowledge
