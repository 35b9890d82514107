package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"pollux/internal/rung"
	"pollux/internal/rung/console/wire"
)

// messageLimit bounds one update, in bytes. The server keeps its first below 4 MiB.
const messageLimit = 64 << 20

// passthrough keeps gRPC from looking an address up by its own rules.
const passthrough = "passthrough:///"

// raw hands messages on as bytes.
type raw struct{}

func (raw) Name() string { return "proto" }

func (raw) Marshal(v any) ([]byte, error) { return *v.(*[]byte), nil }

func (raw) Unmarshal(data []byte, v any) error {
	*v.(*[]byte) = append([]byte(nil), data...)
	return nil
}

// errEnded is that the program closed the connection.
var errEnded = errors.New("the connection ended")

// watch calls on for every update of the server at target, until ctx ends or the connection does. The error is [errEnded] when the
// other side went away after at least one update, ctx's when that ended, and says what is wrong otherwise.
func watch(ctx context.Context, target string, on func(*wire.Update)) error {
	conn, err := grpc.NewClient(target, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(messageLimit), grpc.ForceCodec(raw{})))
	if err != nil {
		return fmt.Errorf("connect to %s: %w", target, err)
	}
	defer conn.Close()
	stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, wire.Method)
	if err != nil {
		return refused(ctx, target, err)
	}
	if err := stream.SendMsg(&[]byte{}); err != nil && !errors.Is(err, io.EOF) {
		return refused(ctx, target, err)
	}
	if err := stream.CloseSend(); err != nil {
		return refused(ctx, target, err)
	}
	for n := 0; ; n++ {
		var message []byte
		if err := stream.RecvMsg(&message); err != nil {
			if overdue(ctx, err) {
				return ctx.Err()
			}
			if n > 0 && ctx.Err() == nil && gone(err) {
				return errEnded
			}
			return refused(ctx, target, err)
		}
		update, err := wire.Parse(message)
		if err != nil {
			return err
		}
		on(update)
	}
}

// deadlineRace is how much earlier than we the other side may see the end of our time, which it is told.
const deadlineRace = 200 * time.Millisecond

// overdue tells whether the stream ended because our time is over; the other side may say so a moment before our own clock does.
func overdue(ctx context.Context, err error) bool {
	if c := status.Code(err); c != codes.Canceled && c != codes.DeadlineExceeded && ctx.Err() == nil {
		return false
	}
	select {
	case <-ctx.Done():
		return true
	case <-time.After(deadlineRace):
		return false
	}
}

// gone tells whether the other side went away.
func gone(err error) bool { return errors.Is(err, io.EOF) || status.Code(err) == codes.Unavailable }

func refused(ctx context.Context, target string, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%s closed the stream without an update", target)
	case status.Code(err) == codes.Unimplemented:
		return fmt.Errorf("%s is no tokio-console server", target)
	}
	return fmt.Errorf("%s: %s", strings.TrimPrefix(target, passthrough), rung.Shorten(strings.ReplaceAll(status.Convert(err).Message(), passthrough, "")))
}
