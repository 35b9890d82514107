package ladder

// Merge puts the evidence of several machines together. The order does not matter, and evidence that several of them gathered
// counts once. The whole is complete only when every part is, and there is one.
func Merge(parts []Evidence) Evidence {
	all := Evidence{Complete: len(parts) > 0}
	for _, p := range parts {
		all.Suspicions = append(all.Suspicions, p.Suspicions...)
		all.Shown = append(all.Shown, p.Shown...)
		all.Tests = append(all.Tests, p.Tests...)
		all.Looked += p.Looked
		all.Complete = all.Complete && p.Complete
	}
	return canonical(all)
}
