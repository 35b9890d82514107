package static

import "testing"

func TestAClaimIsReadFromItsSectionOrItsSentence(t *testing.T) {
	check := func(doc, want string) {
		t.Helper()
		if got, where := claimOf(doc); got != want {
			t.Errorf("%q claims %q (%s), want %q", doc, got, where, want)
		}
	}
	check("Reads.\n\n# Cancel safety\n\nThis method is cancel safe. If it is used in `select!`, nothing is lost.\n\n# Errors\n\nNot cancel safe.", claimSafe)
	check("# Cancellation safety\n\nThis method is *not* cancellation safe.", claimUnsafe)
	check("# Cancel safety\n\nThis method uses a queue. Cancelling a call to `lock` makes you lose your place in the queue.", claimQualified)
	check("# Cancel safety\n\nThis method is only cancel safe if `fut` is cancel safe.", claimQualified)
	check("Sends all.\n\nThis operation is *not* cancel-safe.", claimUnsafe)
	check("Sends all of it.", "")
	check("# Cancel safety\n\nSee the module.", "")
}

func TestOnlyWhatCannotBothBeRightContradicts(t *testing.T) {
	check := func(verdict, claim string, want bool) {
		t.Helper()
		if got := contradicts(verdict, claim); got != want {
			t.Errorf("%s against a claim of %q: %t, want %t", verdict, claim, got, want)
		}
	}
	check("lossy", claimSafe, true)
	check("state", claimSafe, true)
	check("safe", claimUnsafe, true)
	check("fairness", claimUnsafe, true)
	check("unknown", claimSafe, false)
	check("caller", claimUnsafe, false)
	check("lossy", claimQualified, false)
	check("lossy", "", false)
}
