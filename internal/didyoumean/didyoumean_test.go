package didyoumean

import "testing"

func TestOnlyNearMissesAreProposed(t *testing.T) {
	known := []string{"sync-guard-across-await", "dropped-future", "json", "text", "allow", "check"}
	check := func(word, want string) {
		t.Helper()
		if got, _ := Among(word, known); got != want {
			t.Errorf("Among(%q) = %q, want %q", word, got, want)
		}
	}
	check("jsno", "json")
	check("jso", "json")
	check("chekc", "check")
	check("JSON", "json")
	check("droped-future", "dropped-future")
	check("sync-guard", "sync-guard-across-await")
	check("xyz", "")
	check("zzzzzz", "")
	check("", "")
}

func TestAHintListsAShortChoiceWhenNothingIsNear(t *testing.T) {
	if got, want := Hint("zzzzzz", []string{"a1", "b2"}), "one of: a1, b2"; got != want {
		t.Errorf("Hint = %q, want %q", got, want)
	}
	if got, want := Hint("tezt", []string{"text", "json"}), "did you mean `text`?"; got != want {
		t.Errorf("Hint = %q, want %q", got, want)
	}
}
