//! What stands for `std` in a copy of a package that loom is to run: atomics, locks, threads and the spin hint are loom's, everything
//! else is std's own. `Arc` is std's, so that trait objects and weak references work; what its counters order is not modelled.
#![feature(core_intrinsics, const_eval_select)]
#![allow(internal_features, non_snake_case)]

pub use ::std::*;

pub mod hint {
    pub use ::loom::hint::spin_loop;
    pub use ::std::hint::*;
}

pub mod thread {
    pub use ::loom::thread::{current, park, spawn, yield_now, Builder, JoinHandle, Thread, ThreadId};
    pub use ::std::thread::*;
}

pub mod sync {
    pub use ::loom::sync::{Condvar, Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard, WaitTimeoutResult};
    pub use ::std::sync::*;

    pub mod atomic {
        pub use ::loom::sync::atomic::fence;
        pub use ::std::sync::atomic::*;

        /// How the message begins with which a model ends that comes to something that is not modelled.
        fn refuse(what: &str) -> ! {
            panic!("not modelled: {what}")
        }

        macro_rules! atomic {
            ($name:ident, $value:ty, |$this:ident| $get_mut:expr $(, $generic:ident)?) => {
                /// It belongs to the run of the model that makes it. One that a const expression makes, for a static, would outlive
                /// the run, and is refused when it is used.
                pub struct $name$(<$generic>)?(::std::sync::OnceLock<::loom::sync::atomic::$name$(<$generic>)?>);

                impl$(<$generic>)? $name$(<$generic>)? {
                    #[track_caller]
                    pub const fn new(value: $value) -> Self {
                        const fn early$(<$generic>)?(_: $value) -> $name$(<$generic>)? {
                            $name(::std::sync::OnceLock::new())
                        }
                        #[track_caller]
                        fn now$(<$generic>)?(value: $value) -> $name$(<$generic>)? {
                            $name(::std::sync::OnceLock::from(::loom::sync::atomic::$name::new(value)))
                        }
                        ::core::intrinsics::const_eval_select((value,), early, now)
                    }

                    #[track_caller]
                    pub fn get_mut(&mut self) -> &mut $value {
                        let $this = match self.0.get_mut() {
                            Some(inner) => inner,
                            None => refuse("an atomic of a static or of a const expression"),
                        };
                        $get_mut
                    }

                    #[track_caller]
                    pub fn into_inner(self) -> $value {
                        match self.0.into_inner() {
                            Some(inner) => inner.into_inner(),
                            None => refuse("an atomic of a static or of a const expression"),
                        }
                    }
                }

                impl$(<$generic>)? ::std::ops::Deref for $name$(<$generic>)? {
                    type Target = ::loom::sync::atomic::$name$(<$generic>)?;

                    fn deref(&self) -> &Self::Target {
                        match self.0.get() {
                            Some(inner) => inner,
                            None => refuse("an atomic of a static or of a const expression"),
                        }
                    }
                }

                impl$(<$generic>)? ::std::fmt::Debug for $name$(<$generic>)? {
                    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                        f.write_str(stringify!($name))
                    }
                }

                impl$(<$generic>)? From<$value> for $name$(<$generic>)? {
                    #[track_caller]
                    fn from(value: $value) -> Self {
                        Self::new(value)
                    }
                }
            };
        }

        macro_rules! number {
            ($($name:ident $value:ty),*) => {$(
                // SAFETY: the place lies in the atomic, which is borrowed for as long as the reference lives.
                atomic!($name, $value, |inner| { let place = inner.with_mut(|v| v as *mut $value); unsafe { &mut *place } });

                impl Default for $name {
                    #[track_caller]
                    fn default() -> Self {
                        Self::new(0)
                    }
                }
            )*};
        }

        number!(AtomicU8 u8, AtomicU16 u16, AtomicU32 u32, AtomicU64 u64, AtomicUsize usize);
        number!(AtomicI8 i8, AtomicI16 i16, AtomicI32 i32, AtomicI64 i64, AtomicIsize isize);
        // SAFETY: as above.
        atomic!(AtomicPtr, *mut T, |inner| { let place = inner.with_mut(|v| v as *mut *mut T); unsafe { &mut *place } }, T);
        atomic!(AtomicBool, bool, |_inner| refuse("`AtomicBool::get_mut`"));

        impl Default for AtomicBool {
            #[track_caller]
            fn default() -> Self {
                Self::new(false)
            }
        }

        impl<T> Default for AtomicPtr<T> {
            #[track_caller]
            fn default() -> Self {
                Self::new(::std::ptr::null_mut())
            }
        }
    }
}
