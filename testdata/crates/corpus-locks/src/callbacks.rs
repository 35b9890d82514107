//! L14, L34, and the shape of L25 by other ways: code that runs under a lock and comes back for it.

pub mod l14 {
    //! A delegate is told under the read guard of where it is kept, and detaches itself.
    use std::sync::{Arc, RwLock};

    pub trait Delegate: Send + Sync {
        fn did_finish(&self);
    }

    #[derive(Default)]
    pub struct Verification {
        delegate: RwLock<Option<Box<dyn Delegate>>>,
        shared: RwLock<Option<Arc<dyn Delegate>>>,
    }

    impl Verification {
        pub fn set_delegate(&self, delegate: Option<Box<dyn Delegate>>) {
            *self.delegate.write().unwrap() = delegate;
        }

        pub fn set_shared(&self, delegate: Option<Arc<dyn Delegate>>) {
            *self.shared.write().unwrap() = delegate;
        }

        pub fn finish_buggy(&self) {
            if let Some(delegate) = &*self.delegate.read().unwrap() {
                delegate.did_finish(); //~ async-relock
            }
        }

        pub fn finish_fixed(&self) {
            let delegate = self.shared.read().unwrap().clone();
            if let Some(delegate) = delegate {
                delegate.did_finish();
            }
        }
    }

    pub struct Screen {
        of: Arc<Verification>,
    }

    impl Delegate for Screen {
        fn did_finish(&self) {
            self.of.set_delegate(None);
            self.of.set_shared(None);
        }
    }

    pub struct Silent;

    impl Delegate for Silent {
        fn did_finish(&self) {}
    }
}

pub mod l34 {
    //! A waker is cloned under the mutex of the list of waiters, and the clone of an instrumented waker comes back to the list.
    use std::sync::{Arc, Mutex};
    use std::task::{RawWaker, RawWakerVTable, Waker};

    #[derive(Default)]
    pub struct List {
        buggy: Mutex<Vec<Waker>>,
        fixed: Mutex<Vec<Waker>>,
    }

    impl List {
        fn count(&self) -> usize {
            self.buggy.lock().unwrap().len() + self.fixed.lock().unwrap().len()
        }

        pub fn register_buggy(&self, waker: &Waker) {
            let mut waiters = self.buggy.lock().unwrap();
            waiters.push(waker.clone()); //~ async-relock
        }

        pub fn register_fixed(&self, waker: &Waker) {
            let waker = waker.clone();
            let mut waiters = self.fixed.lock().unwrap();
            waiters.push(waker);
        }
    }

    static COUNTING: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, forget);

    unsafe fn clone(list: *const ()) -> RawWaker {
        let of = unsafe { &*list.cast::<List>() };
        println!("{} waiters", of.count());
        unsafe { Arc::increment_strong_count(list.cast::<List>()) };
        RawWaker::new(list, &COUNTING)
    }

    unsafe fn wake(list: *const ()) {
        unsafe { forget(list) }
    }

    unsafe fn wake_by_ref(_: *const ()) {}

    unsafe fn forget(list: *const ()) {
        drop(unsafe { Arc::from_raw(list.cast::<List>()) });
    }

    pub fn waker(list: Arc<List>) -> Waker {
        unsafe { Waker::from_raw(RawWaker::new(Arc::into_raw(list).cast(), &COUNTING)) }
    }
}

pub mod l25_awaited {
    //! The callback gives a future, which is awaited under the lock.
    use tokio::sync::Mutex;

    #[derive(Default)]
    pub struct Session {
        rows: Mutex<Vec<u32>>,
    }

    impl Session {
        async fn count(&self) -> usize {
            self.rows.lock().await.len()
        }

        async fn under<F: Future<Output = usize>>(&self, then: impl FnOnce() -> F) -> usize {
            let rows = self.rows.lock().await;
            let n = then().await;
            n + rows.len()
        }

        async fn beside<F: Future<Output = usize>>(&self, then: impl FnOnce() -> F) -> usize {
            let n = then().await;
            let rows = self.rows.lock().await;
            n + rows.len()
        }

        pub async fn twice_buggy(&self) -> usize {
            self.under(|| async { self.count().await }).await //~ async-relock
        }

        pub async fn twice_fixed(&self) -> usize {
            self.beside(|| async { self.count().await }).await
        }
    }
}

pub mod an_executor {
    //! A task is woken under the lock of the queue that waking it needs.
    use std::collections::VecDeque;
    use std::sync::{Arc, Mutex};
    use std::task::{Wake, Waker};

    #[derive(Default)]
    pub struct Queue {
        ready: Mutex<VecDeque<u32>>,
        sleeping: Mutex<Vec<Waker>>,
    }

    pub struct Task {
        queue: Arc<Queue>,
        id: u32,
    }

    impl Wake for Task {
        fn wake(self: Arc<Self>) {
            self.queue.ready.lock().unwrap().push_back(self.id);
        }
    }

    impl Queue {
        pub fn run_buggy(&self) {
            let all = std::mem::take(&mut *self.sleeping.lock().unwrap());
            let ready = self.ready.lock().unwrap();
            for waker in all {
                waker.wake(); //~ async-relock
            }
            println!("{}", ready.len());
        }

        pub fn run_fixed(&self) {
            let all = std::mem::take(&mut *self.sleeping.lock().unwrap());
            all.into_iter().for_each(Waker::wake);
            println!("{}", self.ready.lock().unwrap().len());
        }
    }
}
