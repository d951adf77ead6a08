//! What page and worker say to each other.
//!
//! Every message is one `Uint8Array` of postcard. The first bytes of a
//! [`Hello`] are plain, so that even a page and a worker of different builds
//! understand that they do not understand each other.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::application::{CommandEnvelope, CommandOutcome, OpenShop, Refusal};
use crate::domain::ids::{CommandId, OrderId, ProductId};
use crate::views::{
    DeadLetterPage, JournalPage, OpenOrder, OrderDetail, OrderFilter, OrderPage, ProductDetail,
    ProductFilter, ProductPage, ProjectionProgress, ShopOverview, StockFilter, StockPage,
};

/// Changes whenever a message changes its shape.
pub const PROTOCOL_VERSION: u16 = 2;

/// The build that this binary belongs to. Page and worker of one build carry the
/// same one, since it is a hash of the sources.
pub const BUILD_ID: &str = env!("DAYBOOK_BUILD_ID");

/// The longest message in either direction, in bytes; imports are sent whole.
pub const MAX_MESSAGE_BYTES: usize = 64 * 1024 * 1024;

/// The Web Lock that the worker holds as long as it lives.
pub const LOCK_NAME: &str = "daybook";

/// Numbers the requests of one page, from 1.
pub type RequestId = u32;

/// From the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToWorker {
    /// Comes back with the answer.
    pub id: RequestId,
    /// What is asked.
    pub request: Request,
}

/// From the worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FromWorker {
    /// To the request with this id.
    Answer(RequestId, Result<Answer, WorkerError>),
    /// Unasked.
    Notice(Notice),
}

/// What the page may ask.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Change something. Answered after COMMIT with [`Answer::Done`].
    Execute(Box<CommandEnvelope>),
    /// Fill an empty log with the demo shop, all of it or nothing.
    OpenDemoShop {
        /// The same again opens no second shop.
        command_id: CommandId,
        /// The shop as it shall be; its products follow.
        shop: Box<OpenShop>,
    },
    /// Read something.
    Query(Query),
    /// Look through a file of till tickets without recording anything.
    InspectSales(SalesFile),
    /// Record them. Progress comes as [`Notice::Import`], the end as the answer.
    ImportSales(SalesFile),
    /// Stop the import after the ticket at hand; what is recorded stays.
    CancelImport,
    /// Copy the journal aside; the answer names the copy and its size.
    PrepareJournal,
    /// A part of the prepared copy.
    ReadJournal {
        /// From this byte.
        offset: u64,
        /// At most so many bytes.
        length: u32,
    },
    /// Remove the prepared copy.
    DiscardJournal,
    /// Reckon the hash chain from the first event on.
    VerifyChain,
    /// Do something about the views.
    Repair(Repair),
    /// For `make bench`.
    Bench(Bench),
}

/// What can be done about the views. They are built from the journal: none of this
/// changes what is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Repair {
    /// Build projections anew, aside, while the old tables serve; one whose rebuild
    /// stopped goes on. [`Answer::Ok`] when it has begun.
    Rebuild {
        /// Which; all if there is none.
        projections: Vec<String>,
    },
    /// Give a rebuild up. [`Answer::Ok`].
    CancelRebuild {
        /// Whose.
        projection: String,
    },
    /// Try a dead letter again, and what waits behind it. [`Answer::Retried`].
    Retry {
        /// Whose.
        projection: String,
        /// The event's.
        position: u64,
    },
    /// Try them all again. [`Answer::Retried`].
    RetryAll,
    /// Leave an event out of a projection for good: a dead letter, or the event at
    /// which a rebuild stopped. [`Answer::Retried`] for what waited behind it.
    Skip {
        /// Whose.
        projection: String,
        /// The event's.
        position: u64,
    },
    /// Replay some streams alone. [`Answer::Retried`].
    ReplayStreams {
        /// Into which.
        projection: String,
        /// As `order-0192…`.
        streams: Vec<String>,
    },
}

/// What can be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Query {
    /// [`Answer::Shop`].
    Shop,
    /// [`Answer::Products`].
    Products(ProductFilter),
    /// [`Answer::Product`].
    Product(ProductId),
    /// [`Answer::Stock`].
    Stock(StockFilter),
    /// [`Answer::OpenOrders`].
    OpenOrders,
    /// [`Answer::Orders`].
    Orders(OrderFilter),
    /// [`Answer::Order`].
    Order(OrderId),
    /// [`Answer::Journal`] of one order: its story, oldest first.
    OrderTimeline(OrderId),
    /// [`Answer::Journal`], newest first.
    Journal {
        /// Only before this position; from the newest if missing.
        before: Option<u64>,
        /// Rows to return, at most 500.
        limit: u32,
    },
    /// [`Answer::Progress`].
    Progress,
    /// [`Answer::DeadLetters`], in order of position.
    DeadLetters {
        /// Rows to return, at most 500.
        limit: u32,
    },
    /// [`Answer::Health`].
    Health,
}

impl Query {
    /// The key of the one row of `view` that it shows. `None` where it shows
    /// several: then any change of the view concerns it.
    #[must_use]
    pub fn row_of(&self, view: View) -> Option<&str> {
        match (self, view) {
            (Self::Order(id) | Self::OrderTimeline(id), View::Orders) => Some(id.as_str()),
            (Self::Product(id), View::Products | View::Stock) => Some(id.as_str()),
            _ => None,
        }
    }
}

/// What the page gets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// Done and committed.
    Done(CommandOutcome),
    /// The shop; nothing before the first run.
    Shop(Option<Box<ShopOverview>>),
    /// A page of products.
    Products(ProductPage),
    /// One product, if it exists.
    Product(Option<Box<ProductDetail>>),
    /// A page of stock.
    Stock(StockPage),
    /// Open orders of this register, oldest first.
    OpenOrders(Vec<OpenOrder>),
    /// A page of orders.
    Orders(OrderPage),
    /// One order, if it exists.
    Order(Option<Box<OrderDetail>>),
    /// A page of the journal.
    Journal(JournalPage),
    /// How far the projections are.
    Progress {
        /// Position of the newest event, when this was read.
        head: u64,
        /// Every one, by id.
        projections: Vec<ProjectionProgress>,
    },
    /// Events that could not be applied.
    DeadLetters(DeadLetterPage),
    /// How the worker is.
    Health(WorkerHealth),
    /// What a repair did.
    Retried {
        /// Events that are applied now.
        applied: u64,
        /// Events that still cannot be applied, or wait behind one.
        left: u64,
    },
    /// What a file of tickets holds.
    Inspected(SalesInspection),
    /// What an import did.
    Imported(ImportSummary),
    /// The copy of the journal is ready.
    JournalReady {
        /// What to call the file.
        file_name: String,
        /// Its size.
        bytes: u64,
    },
    /// A part of the copy.
    JournalPart(Vec<u8>),
    /// The chain holds to this position.
    ChainHolds {
        /// Events that were checked.
        events: u64,
    },
    /// The chain is broken: the journal was changed from outside.
    ChainBroken {
        /// The first event that does not fit.
        position: u64,
        /// In what way.
        reason: String,
    },
    /// What a bench measured.
    Bench(BenchResult),
    /// Nothing to say but that it is done.
    Ok,
}

/// Why a request was not answered.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum WorkerError {
    /// A rule says no. Nothing was recorded.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The device has no room. Nothing was recorded.
    #[error("this device is out of storage: free some space, then try again; nothing was recorded")]
    StorageFull,
    /// Whether it was recorded is unknown until it is looked up: send the same
    /// command again.
    #[error("it is not certain that this was recorded: checking")]
    OutcomeUnknown,
    /// The message was not understood.
    #[error("the request was not understood: {0}")]
    Malformed(String),
    /// A file could not be read.
    #[error("{0}")]
    File(String),
    /// Anything else of the databases.
    #[error("the storage reports: {0}")]
    Storage(String),
}

/// What the worker says unasked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Notice {
    /// Both databases are open; requests are taken.
    Ready(Ready),
    /// It cannot start. Nothing is shown then but the reason.
    CannotStart(CannotStart),
    /// These views changed: who shows them asks again.
    ViewsChanged {
        /// Which, each once.
        changes: Vec<ViewChange>,
        /// They contain all events up to here that can be applied; a projection
        /// that cannot go on says so in its progress.
        position: u64,
    },
    /// How far an import is.
    Import(ImportProgress),
    /// The worker panicked and must be started anew. The log is as committed.
    Stopped(String),
    /// What was recorded last cannot be shown until the device has room.
    ViewsFull,
    /// The views stand still, and why.
    ViewsStopped(String),
}

/// Rows of a view that changed. The rows themselves are asked for by whoever shows
/// them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewChange {
    /// Which view.
    pub view: View,
    /// Keys of the rows, as an order's id; nothing where it may be any.
    pub rows: Option<Vec<String>>,
}

impl ViewChange {
    /// Whether the answer to `query`, which reads this view, may be another now.
    #[must_use]
    pub fn concerns(&self, query: &Query) -> bool {
        match (&self.rows, query.row_of(self.view)) {
            (Some(rows), Some(row)) => rows.iter().any(|key| key == row),
            _ => true,
        }
    }
}

/// How the worker is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct WorkerHealth {
    /// How often a command was decided anew because its streams had moved.
    pub conflicts: u64,
    /// The newest of these, in words.
    pub last_conflict: Option<String>,
    /// The longest that background work or projecting kept a command waiting.
    pub longest_slice_ms: f64,
    /// The worker's memory, at its peak.
    pub memory_bytes: u64,
    /// Why the views stand still, if they do.
    pub trouble: Option<String>,
}

/// What changed, and what a query reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum View {
    /// Shop, register and shift.
    Shop,
    /// `products_catalog`.
    Products,
    /// `current_inventory`.
    Stock,
    /// `open_orders`, `order_lines`, `order_payments`, `customer_orders_summary`.
    Orders,
    /// events.db itself.
    Journal,
    /// `customer_account_balances`, `account_transactions`, `account_summary`.
    Accounts,
    /// How far the projections and their rebuilds are, and their dead letters.
    Projections,
}

impl View {
    /// Every one.
    pub const ALL: [Self; 7] = [
        Self::Shop,
        Self::Products,
        Self::Stock,
        Self::Orders,
        Self::Journal,
        Self::Accounts,
        Self::Projections,
    ];
}

/// The worker's state when it is ready.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ready {
    /// Position of the newest event.
    pub head: u64,
    /// Position that the views have reached.
    pub projected: u64,
    /// From the start of the worker until now, in milliseconds.
    pub started_in_ms: f64,
}

/// Why the worker cannot start.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum CannotStart {
    /// Private windows and old browsers have none.
    #[error("this browser window offers no lasting storage")]
    NoOpfs(String),
    /// Another tab has it.
    #[error("Daybook is open in another tab or window")]
    OpenElsewhere,
    /// No room even to open.
    #[error("this device is out of storage")]
    StorageFull,
    /// Page and worker are of different builds.
    #[error("the app was updated: reload to continue")]
    VersionMismatch,
    /// events.db is not what it should be; it is left as it is.
    #[error("the journal cannot be opened: {0}")]
    JournalDamaged(String),
    /// events.db was written by a newer Daybook; it is left as it is.
    #[error("the journal was written by a newer Daybook: {0}")]
    JournalNewer(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// The first words, in both directions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hello {
    /// [`PROTOCOL_VERSION`].
    pub version: u16,
    /// [`BUILD_ID`].
    pub build_id: String,
}

impl Hello {
    /// This build's.
    #[must_use]
    pub fn ours() -> Self {
        Self {
            version: PROTOCOL_VERSION,
            build_id: BUILD_ID.to_owned(),
        }
    }

    /// As text: `daybook 1 0.1.0-0123abcd`.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("daybook {} {}", self.version, self.build_id)
    }

    /// Whether `text` is this build's hello.
    #[must_use]
    pub fn matches(text: &str) -> bool {
        text == Self::ours().to_text()
    }
}

/// Sales history in a CSV file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SalesFile {
    /// The tickets: columns date, time, transaction, item and, if there, quantity and price.
    pub tickets_csv: Vec<u8>,
    /// Prices for rows without one: columns item and price.
    pub price_list_csv: Option<Vec<u8>>,
    /// The price of all that is left without one.
    pub price_for_all_minor: Option<i64>,
}

/// What a file of tickets holds, before anything is recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SalesInspection {
    /// Rows below the header.
    pub rows: u64,
    /// Tickets with at least one row that can be recorded.
    pub tickets: u64,
    /// Tickets of those that are recorded already.
    pub known_tickets: u64,
    /// Units that can be recorded.
    pub units_milli: i64,
    /// First and last date, as `2016-10-30`.
    pub first_date: String,
    /// See `first_date`.
    pub last_date: String,
    /// Names of items that have no price in the file or the price list.
    pub unpriced_items: Vec<String>,
    /// How many rows cannot be recorded.
    pub rejected_rows: u64,
    /// The first of them (at most 1,000).
    pub rejections: Vec<Rejection>,
}

/// A row that cannot be recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// Its line in the file, from 1, the header's.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportProgress {
    /// Tickets dealt with.
    pub done: u64,
    /// Of so many.
    pub tickets: u64,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportSummary {
    /// Tickets that are now orders.
    pub imported: u64,
    /// Tickets that were recorded before.
    pub known: u64,
    /// Units in the imported ones.
    pub units_milli: i64,
    /// Whether it was stopped before the end.
    pub cancelled: bool,
    /// Rows that were left out.
    pub rejected_rows: u64,
    /// The first of them (at most 1,000).
    pub rejections: Vec<Rejection>,
}

/// What `make bench` asks of the worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Bench {
    /// Write and flush 4 KiB so many times on a bare sync access handle.
    RawFlush {
        /// How often.
        times: u32,
    },
    /// Insert and commit one row into a bare table of a database of its own.
    PlainCommit,
    /// Let a café fill the log for a while, up to so many events; then as
    /// [`Bench::Stats`]. The log must be empty, or filled like this.
    Fill {
        /// Not beyond this position.
        events: u64,
    },
    /// Append to a log of its own, in batches with a commit each. One sample: events
    /// a second.
    Append {
        /// Events in a batch.
        batch_events: u32,
    },
    /// Load an aggregate with a long story, several times.
    LoadAggregate {
        /// Events in its stream.
        events: u64,
    },
    /// Throw the views away and project the whole log.
    ProjectAll,
    /// Sizes.
    Stats,
    /// For a test that ends the worker in the middle of a transaction: append events,
    /// with so small a cache that they are in the WAL at once, and never commit.
    WriteUntilEnded,
}

/// What a bench measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum BenchResult {
    /// Milliseconds, one for each time.
    Samples(Vec<f64>),
    /// Milliseconds, one for each time.
    Loaded {
        /// From all events of the stream.
        from_events_ms: Vec<f64>,
        /// From a snapshot and the events after it.
        from_snapshot_ms: Vec<f64>,
    },
    /// Events and the milliseconds for all of them.
    Projected {
        /// Events that were projected.
        events: u64,
        /// For all of them.
        milliseconds: f64,
    },
    /// The log's size.
    Stats {
        /// Events in it.
        events: u64,
        /// Bytes of events.db, without free pages.
        bytes: u64,
        /// Milliseconds that opening both databases took.
        opened_in_ms: f64,
    },
    /// Done.
    Done,
}

/// `message` as bytes for the other side.
///
/// # Errors
/// When it cannot be encoded, which is a fault of this program.
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, WorkerError> {
    postcard::to_stdvec(message).map_err(|error| WorkerError::Malformed(error.to_string()))
}

/// A message from the other side.
///
/// # Errors
/// [`WorkerError::Malformed`] for bytes that are too many or not such a message.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WorkerError> {
    if bytes.len() > MAX_MESSAGE_BYTES {
        return Err(WorkerError::Malformed("it is too long".to_owned()));
    }
    match postcard::take_from_bytes(bytes) {
        Ok((message, [])) => Ok(message),
        Ok(_) => Err(WorkerError::Malformed("it has trailing bytes".to_owned())),
        Err(error) => Err(WorkerError::Malformed(error.to_string())),
    }
}
