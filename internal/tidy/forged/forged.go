// Package forged holds no code: its tests try to make pollux call a crate clean that was not checked. They put other programs in the
// place of cargo and rustc, edit what a check has left, and change the settings together with what they are about.
package forged
