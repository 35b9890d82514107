package parse

import "testing"

func TestItemsOfCoreAndAllocGetTheirNamesInStd(t *testing.T) {
	check := func(text, want string) {
		t.Helper()
		if got := underStd(text); got != want {
			t.Errorf("underStd(%q) = %q, want %q", text, got, want)
		}
	}
	check("core::pin::Pin<&mut alloc::boxed::Box<core::cell::Cell<u8>>>", "std::pin::Pin<&mut std::boxed::Box<std::cell::Cell<u8>>>")
	check("tokio_core::a core::option::Option hard::core::x /core::y", "tokio_core::a std::option::Option hard::core::x /core::y")
	check("std::pin::Pin<core::num::niche_types::NonZeroU16Inner>", "std::pin::Pin<core::num::niche_types::NonZeroU16Inner>")
}
