// Package rust reads Rust source text: a total lexer and the few facts that the MIR text of rustc does not carry.
//
// Facts are where an impl, function, type or module starts and ends, the texts of types in signatures and fields,
// attributes, use declarations, macro definitions and calls, and comments. They are found by shape: the package skips
// over expressions and never resolves a name, expands a macro or evaluates a cfg. It is not a Rust parser and does not
// judge whether a file is valid.
//
// Invariants:
//   - no input makes it fail: any bytes give tokens and a File;
//   - the tokens of [Lex] tile the input exactly, in order, none of them empty;
//   - time and memory are linear in the input, and nothing recurses with the depth of nesting, except use trees, which
//     are cut at a fixed depth;
//   - positions are 1-based lines and columns, columns count Unicode scalar values as rustc does, ends are exclusive.
//
// May miss items that only a macro expansion creates. May report items that a cfg removes, that stand in the argument
// of a macro which drops them (marked by Macro), or that are part of a macro definition (marked by Template).
package rust
