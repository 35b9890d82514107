package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"pollux/internal/cargo"
	"pollux/internal/fault"
)

// New returns the engine that faces use.
func New() *Engine {
	return &Engine{
		Locate:   locate,
		Build:    build,
		CacheDir: cacheDir(),
		Now:      time.Now,
	}
}

// Check checks the project that req names, with the engine that faces use.
func Check(ctx context.Context, req Request) (*Result, error) { return New().Check(ctx, req) }

func build(context.Context, cargo.Request) (*cargo.Capture, error) {
	return nil, errors.New("the capture of MIR is not part of this build yet")
}

// locate finds the directory of the nearest Cargo.toml upwards.
func locate(_ context.Context, req cargo.Request) (string, error) {
	dir, err := filepath.Abs(req.Dir)
	if err != nil {
		return "", err
	}
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "Cargo.toml")); err == nil {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", fault.Usagef("there is no Cargo.toml in %s or above", dir)
		}
	}
}

func cacheDir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "pollux")
}
