package rung

import (
	"context"
	"fmt"
	"runtime"
	"sync"
)

// Each calls work for the numbers below n, several at a time, and gives the first error. jobs below 1 means one per core.
func Each(ctx context.Context, jobs, n int, work func(ctx context.Context, i int) error) error {
	if jobs < 1 {
		jobs = runtime.NumCPU()
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan int)
	var group sync.WaitGroup
	for range min(jobs, n) {
		group.Add(1)
		go func() {
			defer group.Done()
			defer func() {
				if p := recover(); p != nil {
					cancel(fmt.Errorf("panic: %v", p))
				}
			}()
			for i := range next {
				if err := work(ctx, i); err != nil {
					cancel(err)
				}
			}
		}()
	}
	for i := range n {
		select {
		case next <- i:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(next)
	group.Wait()
	return context.Cause(ctx)
}
