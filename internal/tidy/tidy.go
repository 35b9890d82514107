// Package tidy holds the policy of this repository as tests: who may import whom, how large things may grow, that documents
// and code agree, and what must not be in the tree. It is empty outside of its tests.
//
// Each test says the reason of its rule in words, so that who breaks it learns what the rule protects. A rule that turns
// out wrong is changed here, with its new reason, and not worked around.
package tidy
