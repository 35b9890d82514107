package explore

import "slices"

// The files of tokio in which something waits for somebody else.
var (
	notifyFile    = []string{"src/sync/notify.rs"}
	oneshotFile   = []string{"src/sync/oneshot.rs"}
	channelFile   = []string{"src/sync/mpsc/chan.rs"}
	broadcastFile = []string{"src/sync/broadcast.rs"}
	watchFile     = []string{"src/sync/watch.rs"}
	barrierFile   = []string{"src/sync/barrier.rs"}
	joinFile      = []string{"src/runtime/task/join.rs"}
)

// wakerEdits tell who should have woken a task that waits for ever: what it waits for, and who has the other end. Without one of
// them a report says less.
var wakerEdits = []edit{
	{why: "drop tasks one by one to see what each holds", files: currentThread, optional: true, forms: []form{{
		anchor: `(?s)(handle\.shared\.owned\.close_and_shutdown_all\((0?)\);.*)(&\|\| )(handle\.shared\.woken\.store\(true, std::sync::atomic::Ordering::Release\))\)`,
		text: `${1}${3}if crate::pollux::dissecting() {
                    handle.shared.owned.close_and_shutdown_all(${2})
                } else {
                    ${4}
                })`,
		pattern: true,
	}}},
	{why: "see a notification awaited", files: notifyFile, optional: true, forms: []form{
		{
			anchor: "let (notify, state, notify_waiters_calls, waiter) = self.project();\n",
			text:   "let (notify, state, notify_waiters_calls, waiter) = self.project();\n" + awaitsNotify,
		},
		{
			anchor: `(            notify_waiters_calls,\n            waiter,\n        \} = self;\n)(\n        'outer_loop: loop)`,
			text:   "${1}" + awaitsNotify + "${2}", pattern: true,
		},
	}},
	{why: "see one task notified", files: notifyFile, optional: true, forms: []form{{
		anchor: "    pub fn notify_one(&self) {\n",
		text:   "    pub fn notify_one(&self) {\n        crate::pollux::notifies(self as *const Notify as usize, \"notify_one\");\n",
	}}},
	{why: "see the last task notified", files: notifyFile, optional: true, forms: []form{{
		anchor: "    pub fn notify_last(&self) {\n",
		text:   "    pub fn notify_last(&self) {\n        crate::pollux::notifies(self as *const Notify as usize, \"notify_last\");\n",
	}}},
	{why: "see all tasks notified", files: notifyFile, optional: true, forms: []form{{
		anchor: "    pub fn notify_waiters(&self) {\n",
		text:   "    pub fn notify_waiters(&self) {\n        crate::pollux::notifies(self as *const Notify as usize, \"notify_waiters\");\n",
	}}},
	{why: "see a oneshot awaited", files: oneshotFile, optional: true, forms: []form{{
		anchor:  `(impl<T> Future for Receiver<T> \{\n    type Output = [^\n]*\n\n    fn poll\((?:mut )?self: [^{]*\{\n)`,
		text:    "${1}        if let Some(inner) = self.inner.as_ref() { crate::pollux::waits_on(\"oneshot\", &**inner); }\n",
		pattern: true,
	}}},
	{why: "see the sender of a oneshot go", files: oneshotFile, optional: true, forms: []form{{
		anchor: "impl<T> Drop for Sender<T> {\n    fn drop(&mut self) {\n        if let Some(inner) = self.inner.as_ref() {\n",
		text:   "impl<T> Drop for Sender<T> {\n    fn drop(&mut self) {\n        if let Some(inner) = self.inner.as_ref() {\n            crate::pollux::gives(\"sender\", &**inner);\n",
	}}},
	{why: "see a message awaited", files: channelFile, optional: true, forms: []form{{
		anchor:  `(pub\(crate\) fn recv\(&mut self, cx: [^{]*\{\n)`,
		text:    "${1}        crate::pollux::waits_on(\"mpsc\", &*self.inner);\n",
		pattern: true,
	}}},
	{why: "see messages awaited", files: channelFile, optional: true, forms: []form{{
		anchor:  `(pub\(crate\) fn recv_many\([^{]*\{\n)`,
		text:    "${1}        crate::pollux::waits_on(\"mpsc\", &*self.inner);\n",
		pattern: true,
	}}},
	{why: "see a sender of a channel go", files: channelFile, optional: true, forms: []form{{
		anchor: "impl<T, S> Drop for Tx<T, S> {\n    fn drop(&mut self) {\n",
		text:   "impl<T, S> Drop for Tx<T, S> {\n    fn drop(&mut self) {\n        crate::pollux::gives(\"sender\", &*self.inner);\n",
	}}},
	{why: "see the receiver of a channel go", files: channelFile, optional: true, forms: []form{{
		anchor: "impl<T, S: Semaphore> Drop for Rx<T, S> {\n    fn drop(&mut self) {\n",
		text:   "impl<T, S: Semaphore> Drop for Rx<T, S> {\n    fn drop(&mut self) {\n        crate::pollux::gives(\"receiver\", &*self.inner);\n",
	}}},
	{why: "see a broadcast awaited", files: broadcastFile, optional: true, forms: []form{{
		anchor: "        let guard = match receiver.recv_ref(Some((waiter, cx.waker()))) {\n",
		text:   "        crate::pollux::waits_on(\"broadcast\", &*receiver.shared);\n        let guard = match receiver.recv_ref(Some((waiter, cx.waker()))) {\n",
	}}},
	{why: "see the sender of a broadcast go", files: broadcastFile, optional: true, forms: []form{{
		anchor: "impl<T> Drop for Sender<T> {\n    fn drop(&mut self) {\n",
		text:   "impl<T> Drop for Sender<T> {\n    fn drop(&mut self) {\n        crate::pollux::gives(\"sender\", &*self.shared);\n",
	}}},
	{why: "see the sender of a watch go", files: watchFile, optional: true, forms: []form{{
		anchor: "impl<T> Drop for Sender<T> {\n    fn drop(&mut self) {\n",
		text:   "impl<T> Drop for Sender<T> {\n    fn drop(&mut self) {\n        crate::pollux::gives(\"sender\", &*self.shared);\n",
	}}},
	{why: "see tasks arrive at a barrier", files: barrierFile, optional: true, forms: []form{{
		anchor: "            state.arrived += 1;\n",
		text:   "            state.arrived += 1;\n            crate::pollux::arrives(self as *const Barrier as usize, state.arrived, self.n);\n",
	}}},
	{why: "see a task aborted", files: harnessFile, optional: true, forms: []form{{
		anchor: "    pub(super) fn remote_abort(&self) {\n",
		text:   "    pub(super) fn remote_abort(&self) {\n        crate::pollux::aborts(unsafe { Header::get_id(self.header_ptr()) });\n",
	}}},
	{why: "see a task end with a panic", files: []string{"src/runtime/task/error.rs"}, optional: true, forms: []form{{
		anchor: "    pub(crate) fn panic(id: Id, err: Box<dyn Any + Send + 'static>) -> JoinError {\n",
		text:   "    pub(crate) fn panic(id: Id, err: Box<dyn Any + Send + 'static>) -> JoinError {\n        crate::pollux::fell(id);\n",
	}}},
	{why: "see a task awaited", files: joinFile, optional: true, forms: []form{{
		anchor: "        let mut ret = Poll::Pending;\n",
		text:   "        let mut ret = Poll::Pending;\n        crate::pollux::joins(unsafe { Header::get_id(self.raw.header_ptr()) });\n",
	}}},
}

// allEdits are those of tokio.
func allEdits() []edit { return append(slices.Clone(tokioEdits), wakerEdits...) }

const awaitsNotify = "        crate::pollux::waits_on(\"notify\", notify);\n"
