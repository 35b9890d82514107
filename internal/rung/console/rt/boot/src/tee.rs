//! Two subscribers in the place of one: the console's, and the one that the program installs as if it were the first.
use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{OnceLock, RwLock};

use tracing_core::span::{Attributes, Current, Id, Record};
use tracing_core::subscriber::Interest;
use tracing_core::{callsite, dispatcher, Dispatch, Event, LevelFilter, Metadata, Subscriber};

/// The program's own subscriber, once it has come.
static PROGRAM: OnceLock<Dispatch> = OnceLock::new();

struct Tee {
    console: Dispatch,
    /// Ids of the console to those of the program.
    ids: RwLock<HashMap<u64, Id>>,
}

pub fn install(console: Dispatch) {
    dispatcher::pollux_take_second(second);
    let _ = dispatcher::set_global_default(Dispatch::new(Tee { console, ids: RwLock::default() }));
}

/// Takes what the program wants to be its global default.
fn second(dispatch: Dispatch) -> bool {
    let first = PROGRAM.set(dispatch).is_ok();
    if first {
        callsite::rebuild_interest_cache();
    }
    first
}

impl Tee {
    fn theirs(&self, id: &Id) -> Option<(&'static Dispatch, Id)> {
        let program = PROGRAM.get()?;
        let ids = self.ids.read().unwrap_or_else(|e| e.into_inner());
        Some((program, ids.get(&id.into_u64())?.clone()))
    }

    fn open_theirs(&self, program: &Dispatch, span: &Attributes<'_>) -> Id {
        let parent = span.parent().and_then(|p| self.theirs(p)).map(|(_, id)| id);
        match parent {
            Some(parent) => program.new_span(&Attributes::child_of(parent, span.metadata(), span.values())),
            None if span.is_contextual() => program.new_span(&Attributes::new(span.metadata(), span.values())),
            None => program.new_span(&Attributes::new_root(span.metadata(), span.values())),
        }
    }
}

impl Subscriber for Tee {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        let console = self.console.register_callsite(metadata);
        let never = match PROGRAM.get() {
            Some(program) => program.register_callsite(metadata).is_never() && console.is_never(),
            None => console.is_never(), // rebuilt when the program's subscriber comes
        };
        if never {
            Interest::never()
        } else {
            Interest::sometimes()
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let console = self.console.enabled(metadata);
        PROGRAM.get().map_or(false, |p| p.enabled(metadata)) || console
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        None
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let id = self.console.new_span(span);
        if let Some(program) = PROGRAM.get().filter(|p| p.enabled(span.metadata())) {
            let theirs = self.open_theirs(program, span);
            self.ids.write().unwrap_or_else(|e| e.into_inner()).insert(id.into_u64(), theirs);
        }
        id
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        self.console.record(span, values);
        if let Some((program, id)) = self.theirs(span) {
            program.record(&id, values);
        }
    }

    fn record_follows_from(&self, span: &Id, follows: &Id) {
        self.console.record_follows_from(span, follows);
        if let (Some((program, span)), Some((_, follows))) = (self.theirs(span), self.theirs(follows)) {
            program.record_follows_from(&span, &follows);
        }
    }

    fn event(&self, event: &Event<'_>) {
        if self.console.enabled(event.metadata()) {
            self.console.event(event);
        }
        if let Some(program) = PROGRAM.get().filter(|p| p.enabled(event.metadata())) {
            program.event(event);
        }
    }

    fn enter(&self, span: &Id) {
        self.console.enter(span);
        if let Some((program, id)) = self.theirs(span) {
            program.enter(&id);
        }
    }

    fn exit(&self, span: &Id) {
        self.console.exit(span);
        if let Some((program, id)) = self.theirs(span) {
            program.exit(&id);
        }
    }

    fn clone_span(&self, span: &Id) -> Id {
        if let Some((program, id)) = self.theirs(span) {
            program.clone_span(&id);
        }
        self.console.clone_span(span)
    }

    fn try_close(&self, span: Id) -> bool {
        if let Some((program, id)) = self.theirs(&span) {
            if program.try_close(id) {
                self.ids.write().unwrap_or_else(|e| e.into_inner()).remove(&span.into_u64());
            }
        }
        self.console.try_close(span)
    }

    fn current_span(&self) -> Current {
        self.console.current_span()
    }

    unsafe fn downcast_raw(&self, id: TypeId) -> Option<*const ()> {
        if id == TypeId::of::<Self>() {
            return Some(self as *const Self as *const ());
        }
        if let Some(found) = PROGRAM.get().and_then(|p| unsafe { p.pollux_downcast_raw(id) }) {
            return Some(found);
        }
        unsafe { self.console.pollux_downcast_raw(id) }
    }
}
