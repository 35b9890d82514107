package explore

// The files of tokio that are changed, under the names they have had.
var (
	currentThread = []string{"src/runtime/scheduler/current_thread/mod.rs", "src/runtime/scheduler/current_thread.rs"}
	coopFile      = []string{"src/task/coop/mod.rs", "src/runtime/coop.rs"}
	driverFile    = []string{"src/runtime/driver.rs"}
	harnessFile   = []string{"src/runtime/task/harness.rs"}
	builderFile   = []string{"src/runtime/builder.rs"}
	localFile     = []string{"src/task/local.rs"}
	semaphoreFile = []string{"src/sync/batch_semaphore.rs"}
	ioFile        = []string{"src/runtime/io/driver.rs", "src/runtime/io/mod.rs"}
)

// tokioEdits put the questions of the module `pollux` into tokio. Each anchor was seen in 1.28, 1.38, 1.44, 1.46 and 1.54;
// that a question still bites is the business of the canaries, not of the anchor.
var tokioEdits = []edit{
	{why: "add the module", files: []string{"src/lib.rs"}, forms: []form{
		{anchor: "#[macro_use]\nmod macros;", text: "#[doc(hidden)]\npub mod pollux;\n#[macro_use]\nmod macros;"},
		{anchor: `(?m)^mod util;`, text: "#[doc(hidden)]\npub mod pollux;\nmod util;", pattern: true},
	}},
	{why: "choose the task that runs next", files: currentThread, forms: []form{{
		anchor: "let ret = self.tasks.pop_front();",
		text: `let ret = if crate::pollux::shuffled() {
            while let Some(task) = handle.pollux_remote() { self.tasks.push_back(task); }
            let ready = self.tasks.len();
            if ready == 0 { None } else { self.tasks.remove(crate::pollux::pick_task(&self.tasks)) }
        } else {
            self.tasks.pop_front()
        };`,
	}}},
	{why: "choose it in old releases, whose loop takes tasks from the queue itself", optional: true, files: currentThread, forms: []form{{
		anchor: "let entry = if tick % handle.shared.config.global_queue_interval == 0 {",
		text:   "let entry = if crate::pollux::shuffled() { core.pop_task(handle) } else if tick % handle.shared.config.global_queue_interval == 0 {",
	}}},
	{why: "see tasks woken from elsewhere", files: currentThread, forms: []form{
		{anchor: "    fn next_remote_task(&self) -> Option<Notified> {", text: remote("Option<Notified>", "next_remote_task", "self.shared.inject.push(task)")},
		{anchor: "    fn pop(&self) -> Option<Notified> {", text: remoteQueue("Option<Notified>")},
		{anchor: "    fn pop(&self) -> Option<task::Notified<Arc<Handle>>> {", text: remoteQueue("Option<task::Notified<Arc<Handle>>>")},
	}},
	{why: "choose how many tasks run between two looks at the test body", files: currentThread, forms: []form{
		{
			anchor: `(?s)for _ in 0\.\.handle\.shared\.config\.event_interval \{(.*?did_defer_tasks\(\))`, pattern: true,
			text: lookEarly("did_defer_tasks()") + "${1}",
		},
		{anchor: "for _ in 0..handle.shared.config.event_interval {", text: lookEarly("!context.defer.is_empty()")},
	}},
	{why: "see the test body polled", files: currentThread, forms: []form{{
		anchor:  `(crate::(?:runtime|task)::coop)::budget\(\|\| future\.as_mut\(\)\.poll\(&mut cx\)\)`,
		text:    `crate::pollux::poll_root(&waker, |cx| ${1}::budget(|| future.as_mut().poll(cx)))`,
		pattern: true,
	}}},
	{why: "drop what the edit before left unused", optional: true, files: currentThread, forms: []form{
		{anchor: "let mut cx = std::task::Context::from_waker(&waker);", text: ""},
	}},
	{why: "notice that nothing can run", files: currentThread, forms: []form{{
		anchor: "driver.park(&handle.driver)",
		text: `if crate::pollux::virtual_time() {
                let runnable = || {
                    self.core.borrow().as_ref().map_or(false, |core| !core.tasks.is_empty())
                        || handle.shared.woken.load(std::sync::atomic::Ordering::Acquire)
                        || !handle.pollux_nothing_remote()
                };
                driver.pollux_park(&handle.driver, &runnable, &|| handle.shared.woken.store(true, std::sync::atomic::Ordering::Release))
            } else {
                driver.park(&handle.driver)
            }`,
	}}},
	{why: "tell waiting for ever from waiting for a timer", files: driverFile, forms: []form{
		{anchor: `(?m)^    pub\(crate\) fn park_timeout\(&mut self,`, text: parkDriver, pattern: true},
	}},
	{why: "notice that a task is polled with a budget of its own", files: coopFile, forms: []form{{
		anchor: `const fn initial\(\) -> Budget \{\n(\s*)Budget\(Some\(128\)\)`,
		text: `fn pollux_interrupt(&mut self) {
        if let Some(left) = &mut self.0 {
            if *left > 0 && crate::pollux::interrupt(*left) {
                *left = 0;
                // Others look at what is left, too: a timeout polls its deadline without a budget when its future used all.
                let _ = context::budget(|cell| cell.set(Budget(Some(0))));
            }
        }
    }

    fn initial() -> Budget {
${1}Budget(Some(crate::pollux::budget()))`,
		pattern: true,
	}}},
	{why: "choose when a task is interrupted", files: coopFile, forms: []form{{
		anchor:  `(fn decrement\(&mut self\) -> \w+ \{\n)`,
		text:    "${1}            self.pollux_interrupt();\n",
		pattern: true,
	}}},
	{why: "see whose waker a use comes with", files: coopFile, forms: []form{{
		anchor:  `(fn poll_proceed\(cx: &mut Context<'_>\)[^{]*\{\n)`,
		text:    "${1}        crate::pollux::comes_with(cx.waker());\n",
		pattern: true,
	}}},
	{why: "see the waker of a task kept", files: []string{"src/runtime/task/waker.rs"}, forms: []form{{
		anchor:  `(unsafe fn clone_waker\([^{]*\{\n)`,
		text:    "${1}    crate::pollux::keeps_waker();\n",
		pattern: true,
	}}},
	{why: "see the waker of the test body kept", files: []string{"src/util/wake.rs"}, forms: []form{{
		anchor:  `(unsafe fn clone_arc_raw<[^{]*\{\n)`,
		text:    "${1}    crate::pollux::keeps_waker();\n",
		pattern: true,
	}}},
	{why: "interrupt a task before a select!", files: coopFile, optional: true, forms: []form{{
		anchor:  `(fn poll_budget_available\([^{]*\{\n)`,
		text:    "${1}        crate::pollux::comes_with(cx.waker());\n        let _ = context::budget(|cell| { let mut budget = cell.get(); budget.pollux_interrupt(); cell.set(budget); });\n",
		pattern: true,
	}}},
	{why: "choose the branch of select!", files: []string{"src/runtime/context.rs"}, forms: []form{{
		anchor: "pub(crate) fn thread_rng_n(n: u32) -> u32 {",
		text:   "pub(crate) fn thread_rng_n(n: u32) -> u32 {\n    if let Some(branch) = crate::pollux::pick_branch(n) { return branch; }",
	}}},
	{why: "see tasks polled", files: harnessFile, forms: []form{{
		anchor:  `let cx = Context::from_waker\(&waker_ref\);\n\s*let res = poll_future\(self\.core\(\), cx\);`,
		text:    "let res = crate::pollux::poll_task(self.core().task_id, &waker_ref, |cx| poll_future(self.core(), Context::from_waker(cx.waker())));",
		pattern: true,
	}}},
	{why: "cancel a task where it suspends", files: harnessFile, optional: true, forms: []form{{
		anchor:  `(return PollFuture::Complete;\n\s*\}\n)`,
		text:    "${1}                if crate::pollux::cancels() { self.state().transition_to_notified_and_cancel(); }\n",
		pattern: true,
	}}},
	{why: "know who is dropped", files: harnessFile, optional: true, forms: []form{{
		anchor:  `(fn cancel_task<T: Future, S: Schedule>\(core: &Core<T, S>\) \{\n)`,
		text:    "${1}    let _dropping = crate::pollux::dropping(core.task_id);\n",
		pattern: true,
	}}},
	{why: "see tasks end", files: harnessFile, optional: true, forms: []form{{
		anchor: "    fn complete(self) {\n",
		text:   "    fn complete(self) {\n        crate::pollux::ended(self.core().task_id);\n",
	}}},
	{why: "see tasks spawned", files: []string{"src/runtime/task/mod.rs"}, optional: true, forms: []form{{
		anchor:  `(fn new_task<T, S>\((?s:[^{]*?)id: Id(?s:[^{]*?)\{\n)`,
		text:    "${1}        crate::pollux::spawned(id);\n",
		pattern: true,
	}}},
	{why: "tell queued tasks apart", files: []string{"src/runtime/task/mod.rs"}, forms: []form{{
		anchor: "cfg_rt! {\n    /// This is the constructor for a new task. ",
		text: `cfg_rt! {
    /// The id of the task that a notification stands for: it is nothing but the address of the task's header.
    pub(crate) unsafe fn pollux_id(header: usize) -> Id {
        unsafe { Header::get_id(NonNull::new_unchecked(header as *mut Header)) }
    }

    /// This is the constructor for a new task. `,
	}}},
	{why: "choose among the tasks of a LocalSet", optional: true, files: localFile, forms: []form{{
		anchor: `\.with_mut\(\|ptr\| (?:unsafe \{ )?\(\*ptr\)\.pop_front\(\)(?: \})?\)`,
		text: `.with_mut(|ptr| {
                let queue = unsafe { &mut *ptr };
                if crate::pollux::shuffled() && !queue.is_empty() { queue.remove(crate::pollux::pick_task(queue)) } else { queue.pop_front() }
            })`,
		pattern: true,
	}}},
	{why: "interrupt the tasks of a LocalSet", optional: true, files: localFile, forms: []form{{
		anchor:  `(crate::(?:runtime|task)::coop)::budget\(\|\| task\.run\(\)\)`,
		text:    "crate::pollux::not_root(|| ${1}::budget(|| task.run()))",
		pattern: true,
	}}},
	{why: "run a runtime of several threads on one", files: builderFile, forms: []form{{
		anchor:  `(pub fn build\(&mut self\) -> io::Result<Runtime> \{\n)`,
		text:    "${1}        if crate::pollux::building(!matches!(self.kind, Kind::CurrentThread)) { self.kind = Kind::CurrentThread; }\n",
		pattern: true,
	}}},
	{why: "see a local runtime built", optional: true, files: builderFile, forms: []form{{
		anchor:  `(pub fn build_local\(&mut self, _?options: LocalOptions\) -> io::Result<LocalRuntime> \{\n)`,
		text:    "${1}        let _ = crate::pollux::building(false);\n",
		pattern: true,
	}}},
	{why: "start with virtual time", files: builderFile, forms: []form{{
		anchor: "            start_paused: self.start_paused,",
		text:   "            start_paused: self.start_paused || (crate::pollux::virtual_time() && matches!(self.kind, Kind::CurrentThread)),",
	}}},
	{why: "leave out the driver of sockets where nobody uses it", optional: true, files: builderFile, forms: []form{{
		anchor: "            enable_io: self.enable_io,",
		text:   "            enable_io: self.enable_io && !crate::pollux::spares_io(),",
	}}},
	{why: "notice that the driver of sockets is missed", optional: true, files: driverFile, forms: []form{{
		anchor: `(pub\(crate\) fn io\(&self\) -> &crate::runtime::io::Handle \{\n)`, pattern: true,
		text: "${1}            if self.io.as_ref().is_none() { crate::pollux::misses_io(); }\n",
	}}},
	{why: "notice that the driver of signals is missed", optional: true, files: driverFile, forms: []form{{
		anchor: `(pub\(crate\) fn signal\(&self\) -> &crate::runtime::signal::Handle \{\n)`, pattern: true,
		text: "${1}            if self.signal.as_ref().is_none() { crate::pollux::misses_io(); }\n",
	}}},
	{why: "let a test pause time that is virtual already", optional: true, files: []string{"src/time/clock.rs"}, forms: []form{{
		anchor: `None => return Err("time is already frozen")`,
		text:   `None => return if crate::pollux::virtual_time() { Ok(()) } else { Err("time is already frozen") }`,
	}}},
	{why: "let virtual time follow real time while something outside is awaited", files: []string{"src/runtime/time/mod.rs"}, forms: []form{{
		anchor: "if clock.can_auto_advance() {",
		text: `if crate::pollux::virtual_time() && clock.can_auto_advance() && duration > Duration::from_secs(0) && crate::pollux::follows_real_time() {
                let start = std::time::Instant::now();
                self.park.park_timeout(rt_handle, duration);
                let passed = std::cmp::min(start.elapsed(), duration);
                if clock.can_auto_advance() { let _ = clock.advance(passed); }
            } else if clock.can_auto_advance() {
                if duration > Duration::from_secs(0) { crate::pollux::advanced(duration); }`,
	}}},
	{why: "let a timer fire before tasks that can run", files: []string{"src/runtime/time/mod.rs"}, forms: []form{{
		anchor: `if let Some\(limit\) = limit \{\s*duration = std::cmp::min\(limit, duration\);`, pattern: true,
		text: `if let Some(limit) = limit {
                        let early = limit == Duration::from_millis(0) && rt_handle.clock().can_auto_advance() && crate::pollux::fires_early();
                        if !early { duration = std::cmp::min(limit, duration); }`,
	}}},
	{why: "let time go on although a task was woken", files: []string{"src/runtime/time/mod.rs"}, forms: []form{
		{anchor: "if !handle.did_wake() {", text: "if !handle.did_wake() || crate::pollux::firing() {"},
	}},
	{why: "go on until a timer has fired", files: []string{"src/runtime/time/mod.rs"}, forms: []form{{
		// The wheel cascades: timers that are far away are sorted again a few times before they fire.
		anchor: `self\.park_internal\((\w+), Some\((\w+)\)\);?`, pattern: true,
		text: `self.park_internal(${1}, Some(${2}));
        for _ in 0..8 {
            if !crate::pollux::firing() { break; }
            self.park_internal(${1}, Some(${2}));
        }
        crate::pollux::looked(${2} == Duration::from_millis(0));`,
	}}},
	{why: "see timers fire", files: []string{"src/runtime/time/mod.rs"}, forms: []form{{
		anchor: `(while let Some\(entry\) = lock\.(?:wheel\.)?poll\(now\) \{\n)`, pattern: true,
		text: "${1}            crate::pollux::timer_fired();\n",
	}}},
	{why: "see timers set", files: []string{"src/runtime/time/mod.rs"}, forms: []form{{
		anchor: `(unsafe fn reregister\([^{]*\{\n)`, pattern: true,
		text: "${1}        crate::pollux::timer_set();\n",
	}}},
	{why: "count what the operating system may report", files: ioFile, forms: []form{{
		anchor: `(pub\(super\) fn add_source\((?s:.*?)\{\n)`, pattern: true,
		text: "${1}        crate::pollux::io_added();\n",
	}}},
	{why: "forget what it reports no more", files: ioFile, forms: []form{{
		anchor: `(pub\(super\) fn deregister_source\((?s:.*?)\{\n)`, pattern: true,
		text: "${1}        crate::pollux::IO.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);\n",
	}}},
	{why: "know that a signal may come", files: []string{"src/signal/unix.rs"}, forms: []form{{
		// Never taken back: from then on nothing of this process is called stuck.
		anchor: `(fn signal_enable\([^{]*\{\n)`, pattern: true,
		text: "${1}    crate::pollux::io_added();\n",
	}}},
	{why: "see permits asked for", files: semaphoreFile, optional: true, forms: []form{{
		anchor: `(impl Future for Acquire<'_> \{\n\s*type Output = Result<\(\), AcquireError>;\n\n\s*)fn poll\(self: Pin<&mut Self>, cx: &mut Context<'_>\) -> Poll<Self::Output> \{`,
		text: `${1}fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        crate::pollux::waits_on("permit", self.semaphore);
        let (semaphore, future) = (self.semaphore as *const Semaphore as usize, &*self as *const Self as usize);
        let result = self.pollux_poll(cx);
        crate::pollux::requested(semaphore, future, match &result { Poll::Ready(r) => Some(r.is_ok()), Poll::Pending => None });
        result
    }
}

impl Acquire<'_> {
    fn pollux_poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), AcquireError>> {`,
		pattern: true,
	}}},
	{why: "see requests for permits dropped", files: semaphoreFile, optional: true, forms: []form{{
		anchor: "impl Drop for Acquire<'_> {\n    fn drop(&mut self) {\n",
		text:   "impl Drop for Acquire<'_> {\n    fn drop(&mut self) {\n        crate::pollux::request_dropped(self as *const Self as usize);\n",
	}}},
	{why: "see permits taken at once", files: semaphoreFile, optional: true, forms: []form{{
		anchor: `pub\(crate\) fn try_acquire\(&self, num_permits: (\w+)\) -> Result<\(\), TryAcquireError> \{`,
		text: `pub(crate) fn try_acquire(&self, num_permits: ${1}) -> Result<(), TryAcquireError> {
        let result = self.pollux_try_acquire(num_permits);
        if result.is_ok() { crate::pollux::granted_to_current(self as *const Self as usize); }
        result
    }

    fn pollux_try_acquire(&self, num_permits: ${1}) -> Result<(), TryAcquireError> {`,
		pattern: true,
	}}},
	{why: "see permits given back", files: semaphoreFile, optional: true, forms: []form{{
		anchor: "pub(crate) fn release(&self, added: usize) {\n",
		text:   "pub(crate) fn release(&self, added: usize) {\n        if added > 0 { crate::pollux::released(self as *const Self as usize); }\n",
	}}},
	{why: "see tasks wake one another", files: currentThread, forms: []form{{
		anchor: "    fn schedule(&self, task: task::Notified<Self>) {\n",
		text:   "    fn schedule(&self, task: task::Notified<Self>) {\n        crate::pollux::wakes();\n",
	}}},
	{why: "see the tasks of a LocalSet wake one another", files: localFile, forms: []form{{
		anchor: "    fn schedule(&self, task: task::Notified<Self>) {\n",
		text:   "    fn schedule(&self, task: task::Notified<Self>) {\n        crate::pollux::wakes();\n",
	}}},
	{why: "see a task woken", files: harnessFile, optional: true, forms: []form{{
		anchor: "    pub(super) fn wake_by_ref(&self) {\n",
		text:   "    pub(super) fn wake_by_ref(&self) {\n        crate::pollux::woken(unsafe { Header::get_id(self.header_ptr()) });\n",
	}}},
	{why: "see a task woken by a waker that goes", files: harnessFile, optional: true, forms: []form{{
		anchor: "    pub(super) fn wake_by_val(&self) {\n",
		text:   "    pub(super) fn wake_by_val(&self) {\n        crate::pollux::woken(unsafe { Header::get_id(self.header_ptr()) });\n",
	}}},
	{why: "see the test body woken", files: currentThread, forms: []form{{
		anchor: "    fn wake_by_ref(arc_self: &Arc<Self>) {\n",
		text:   "    fn wake_by_ref(arc_self: &Arc<Self>) {\n        crate::pollux::wakes_body();\n",
	}}},
	{why: "count blocking calls", files: []string{"src/time/clock.rs"}, forms: []form{{
		anchor: "        pub(crate) fn inhibit_auto_advance(&self) {\n",
		text:   "        pub(crate) fn inhibit_auto_advance(&self) {\n            crate::pollux::BLOCKING.fetch_add(1, std::sync::atomic::Ordering::SeqCst);\n",
	}}},
	{why: "forget blocking calls that end", files: []string{"src/time/clock.rs"}, forms: []form{{
		anchor: "        pub(crate) fn allow_auto_advance(&self) {\n",
		text:   "        pub(crate) fn allow_auto_advance(&self) {\n            crate::pollux::BLOCKING.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);\n",
	}}},
	{why: "notice blocking in place", files: []string{"src/task/blocking.rs"}, forms: []form{{
		anchor: `(pub fn block_in_place<F, R>\(f: F\) -> R\n\s*where\n\s*F: FnOnce\(\) -> R,\n\s*\{\n)`, pattern: true,
		text: "${1}        crate::pollux::block_in_place();\n",
	}}},
}

// macroEdits let #[tokio::test] run its body many times in one process. Without them every schedule gets a process: slower,
// and just as good.
var macroEdits = []edit{{
	why: "run the body of a test many times", optional: true, files: []string{"src/entry.rs"}, forms: []form{{
		anchor: "    input.into_tokens(generated_attrs, body, last_block)",
		text: `    let (body, last_block) = if is_test && input.sig.inputs.is_empty() {
        let output = &input.sig.output;
        (quote! { let pollux_body = || #output { #body #last_block }; }, quote! { #crate_path::pollux::test(pollux_body) })
    } else {
        (quote! { #body }, quote! { #last_block })
    };
    input.into_tokens(generated_attrs, body, last_block)`,
	}},
}}

// lookEarly ends a round of the scheduler before its time. An empty queue ends it anyway.
func lookEarly(deferred string) string {
	return `crate::pollux::begin_round();
                for pollux_turn in 0..handle.shared.config.event_interval {
                    if pollux_turn > 0 && !core.tasks.is_empty()
                        && crate::pollux::ends_round(pollux_turn, handle.shared.woken.load(std::sync::atomic::Ordering::Acquire), ` + deferred + `)
                    { break; }`
}

func remote(result, next, push string) string {
	return "    fn pollux_remote(&self) -> " + result + " { self." + next + `() }
    fn pollux_nothing_remote(&self) -> bool {
        match self.` + next + `() {
            Some(task) => { ` + push + `; false }
            None => true,
        }
    }
    fn ` + next + `(&self) -> ` + result + ` {`
}

func remoteQueue(result string) string {
	return "    fn pollux_remote(&self) -> " + result + ` { self.pop() }
    fn pollux_nothing_remote(&self) -> bool { self.shared.queue.lock().as_ref().map_or(true, |queue| queue.is_empty()) }
    fn pop(&self) -> ` + result + ` {`
}

// parkDriver waits as long as anything can still happen. The wheel of timers cascades, and a wake-up may swallow a round, so
// it asks again until a hundred virtual days are over; a sleep that is longer means never.
const parkDriver = `    pub(crate) fn pollux_park(&mut self, handle: &Handle, runnable: &dyn Fn() -> bool, wake_body: &dyn Fn()) {
        let _parking = crate::pollux::parking();
        crate::pollux::idle();
        if crate::pollux::external() || !handle.clock.can_auto_advance() { return self.park(handle); }
        self.park_timeout(handle, Duration::from_secs(0));
        if runnable() || crate::pollux::external_fast() { return; }
        if handle.time.is_some() {
            let limit = Duration::from_secs(100 * 86_400);
            let start = handle.clock.now();
            crate::pollux::probing();
            for _ in 0..1000 {
                let used = handle.clock.now() - start;
                if used >= limit { break; }
                self.park_timeout(handle, limit - used);
                if runnable() || crate::pollux::external_fast() || !handle.clock.can_auto_advance() { return; }
            }
        }
        crate::pollux::stuck(wake_body);
    }

    pub(crate) fn park_timeout(&mut self,`
