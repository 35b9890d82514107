// Package console is tokio-console without a screen: it records what a program's console-subscriber tells, judges
// tokio-console's five warnings at every update, and says when each held.
//
// [Attach] watches a program that has a console-subscriber. [Run] builds an unmodified workspace with one linked in, in a
// shadow of links beside it: the user's tree is not written, and a build in which a locked package would move is refused.
// Recordings end with what was lost: lost events, a program that was killed, or one that told nothing are never a pass.
//
// It sees tasks, not futures inside of them, and no task of another runtime than tokio.
package console

const name = "console"
