//! The page's end of the protocol.
//!
//! One [`Client`] starts the worker, numbers requests, matches answers, resends a
//! command whose outcome is unknown, and turns notices into signals. Components
//! ask through it and never see the worker.

mod bench;
mod commands;
mod connection;
mod live;
mod status;
mod watch;

pub use bench::install as install_bench;
pub use status::Status;

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use futures::channel::oneshot;
use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use uuid::Uuid;

use crate::protocol::{Answer, ImportProgress, RequestId, WorkerError};

type Reply = Result<Answer, WorkerError>;

/// The page's end of the protocol; a handle that is copied freely.
#[derive(Clone, Copy)]
pub struct Client {
    link: StoredValue<Rc<RefCell<Link>>, LocalStorage>,
    status: RwSignal<Status>,
    pending: RwSignal<u64>,
    projected: RwSignal<u64>,
    import: RwSignal<Option<ImportProgress>>,
    trouble: RwSignal<Option<String>>,
    actor: StoredValue<String>,
}

/// What belongs to the worker that runs now, and who waits for what it says.
#[derive(Default)]
struct Link {
    worker: Option<connection::Connection>,
    /// Whether the worker has said what state it is in, so that it may be asked.
    open: bool,
    last_id: RequestId,
    /// Who waits for which answer; a handful at most.
    waiting: Vec<(RequestId, oneshot::Sender<Reply>)>,
    /// Messages that wait for the worker to open.
    queue: Vec<Vec<u8>>,
    /// Who waits for the views to come to a position.
    followers: Vec<(u64, oneshot::Sender<()>)>,
    /// Who is told what changed; those that are gone are forgotten then.
    live: Vec<Weak<live::Asking>>,
}

impl Client {
    /// Without a worker yet: see [`Client::start`].
    #[must_use]
    pub fn new() -> Self {
        Self {
            link: StoredValue::new_local(Rc::default()),
            status: RwSignal::new(Status::Starting),
            pending: RwSignal::new(0),
            projected: RwSignal::new(0),
            import: RwSignal::new(None),
            trouble: RwSignal::new(None),
            actor: StoredValue::new(String::new()),
        }
    }

    /// What the worker is doing.
    #[must_use]
    pub fn status(self) -> Signal<Status> {
        self.status.into()
    }

    /// How many commands are on their way.
    #[must_use]
    pub fn pending(self) -> Signal<u64> {
        self.pending.into()
    }

    /// The views contain all events up to here.
    #[must_use]
    pub fn projected_position(self) -> Signal<u64> {
        self.projected.into()
    }

    /// How far the running import is.
    #[must_use]
    pub fn import_progress(self) -> RwSignal<Option<ImportProgress>> {
        self.import
    }

    /// The last thing that went wrong without anybody asking for an answer.
    #[must_use]
    pub fn trouble(self) -> RwSignal<Option<String>> {
        self.trouble
    }

    /// Whose wishes the commands are from now on.
    pub fn set_actor(self, name: &str) {
        self.actor.set_value(name.to_owned());
    }

    fn link(self) -> Rc<RefCell<Link>> {
        self.link.get_value()
    }
}

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}

/// The client that the app provides.
#[must_use]
pub fn use_client() -> Client {
    expect_context()
}

/// In words: nothing is lost, but what the screens show is not new.
#[must_use]
pub fn standing_still(reason: &str) -> String {
    format!(
        "the screens cannot show what was recorded last ({reason}); nothing is lost: the journal \
         has all of it"
    )
}

/// Runs `task` by itself. Boxed, so that the page holds the machinery once.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    let task: LocalBoxFuture<'static, ()> = Box::pin(task);
    leptos::task::spawn_local(task);
}

/// A new identifier, ordered by time.
#[must_use]
pub fn new_id<T: From<Uuid>>() -> T {
    T::from(Uuid::now_v7())
}
