package loom

import (
	"context"

	"pollux/internal/cargo"
)

// Has reports whether a package that is asked for depends on loom, so that there may be models to run.
func Has(ctx context.Context, req cargo.Request) (bool, error) {
	tests, err := cargo.OpenTestsIn(ctx, req, name)
	if err != nil {
		return false, err
	}
	defer tests.Close()
	needs, err := tests.Requires(ctx, "loom")
	return len(waysOf(needs, req.Packages)) > 0, err
}
