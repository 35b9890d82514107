package cargo

import (
	"context"
	"fmt"
	"path/filepath"
)

// Root gives the absolute path of the root of the workspace that req is about, without building anything. An error is a
// *UserError as of [Check].
func Root(ctx context.Context, req Request) (string, error) {
	s := &session{req: req}
	var err error
	if s.dir, err = filepath.Abs(req.Dir); err != nil {
		return "", fmt.Errorf("find the crate: %w", err)
	}
	if s.cargo, err = findCargo(req.Toolchain); err != nil {
		return "", err
	}
	if s.cacheDir, err = cacheDir(req.CacheDir); err != nil {
		return "", err
	}
	if err := s.locate(ctx); err != nil {
		return "", err
	}
	return s.workspace.Root, nil
}
