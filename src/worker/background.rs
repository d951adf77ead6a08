//! What can wait: one slice a turn, each kind of work in its turn, so that none
//! keeps another from going on and no command waits for more than one slice.

use super::chain_check::ChainCheck;
use super::dirty::Dirty;
use super::import::{Inspection, RunningImport};
use super::journal_copy::{Copying, JournalCopy, WritingCopy};
use super::messages::elapsed_ms;
use super::pace::Pace;
use super::shop::Shop;
use crate::protocol::{RequestId, View, WorkerError};

/// The longest that background work keeps a command waiting.
pub const SLICE_MS: f64 = 8.0;
/// Rows of a table that nobody reads any more, deleted at once.
const OLD_ROWS: u32 = 200;
/// The views' WAL is written back when it has so many pages, which fits a slice.
const VIEWS_WAL_PAGES: i64 = 500;
/// Snapshots that are taken at once.
const SNAPSHOTS: usize = 4;

/// Work that is under way.
#[derive(Default)]
pub struct Background {
    pub import: Option<RunningImport>,
    pub inspection: Option<Inspection>,
    pub check: Option<ChainCheck>,
    pub writing_copy: Option<WritingCopy>,
    /// The journal's copy, whole.
    pub copy: Option<JournalCopy>,
    /// Dead letters were there when the views were opened: this build may know
    /// better than the one that could not apply them.
    pub retry_due: bool,
    /// Tables may be there that nobody reads any more.
    pub old_tables: bool,
    rebuild_pace: Pace,
    next: usize,
    /// The longest slice so far.
    pub longest_ms: f64,
}

/// The kinds of work.
const JOBS: [Job; 9] = [
    Job::WriteViewsBack,
    Job::Import,
    Job::Inspection,
    Job::Check,
    Job::Copy,
    Job::Retry,
    Job::Rebuild,
    Job::OldTables,
    Job::Snapshots,
];

#[derive(Clone, Copy)]
enum Job {
    WriteViewsBack,
    Import,
    Inspection,
    Check,
    Copy,
    Retry,
    Rebuild,
    OldTables,
    Snapshots,
}

impl Background {
    /// Begins to copy the journal aside, instead of any copy that there is.
    pub fn start_copy(&mut self, shop: &Shop, id: RequestId) -> Result<(), WorkerError> {
        self.discard_copy();
        self.writing_copy = Some(WritingCopy::start(shop, id)?);
        Ok(())
    }

    /// Gives up the copy that is being written; one that is whole is read no more.
    pub fn discard_copy(&mut self) {
        if let Some(writing) = self.writing_copy.take() {
            writing.give_up();
        }
        self.copy = None;
    }

    /// One slice of one kind of work; whether there is more of any.
    pub fn slice(&mut self, shop: &mut Shop, dirty: &mut Dirty) -> bool {
        let turn = (0..JOBS.len()).map(|offset| (self.next + offset) % JOBS.len());
        let Some(due) = turn.into_iter().find(|job| self.has_work(JOBS[*job], shop)) else {
            return false;
        };
        self.next = due + 1;
        let began = elapsed_ms();
        self.run(JOBS[due], shop, dirty);
        self.longest_ms = self.longest_ms.max(elapsed_ms() - began);
        JOBS.iter().any(|job| self.has_work(*job, shop))
    }

    fn has_work(&self, job: Job, shop: &Shop) -> bool {
        match job {
            Job::WriteViewsBack => shop
                .projector
                .pages_to_write_back()
                .is_ok_and(|pages| pages >= VIEWS_WAL_PAGES),
            Job::Import => self.import.is_some(),
            Job::Inspection => self.inspection.is_some(),
            Job::Check => self.check.is_some(),
            Job::Copy => self.writing_copy.is_some(),
            Job::Retry => self.retry_due,
            Job::Rebuild => shop.projector.is_rebuilding(),
            Job::OldTables => self.old_tables,
            Job::Snapshots => shop.bus.snapshots_due(),
        }
    }

    fn run(&mut self, job: Job, shop: &mut Shop, dirty: &mut Dirty) {
        match job {
            // One that fails loses nothing: the WAL stays, and is long still.
            Job::WriteViewsBack => {
                let _ = shop.projector.write_back();
            }
            Job::Import => {
                if let Some(mut import) = self.import.take() {
                    if import.slice(shop, SLICE_MS) {
                        self.import = Some(import);
                    } else {
                        import.finish();
                    }
                }
            }
            Job::Inspection => {
                if let Some(mut inspection) = self.inspection.take()
                    && inspection.slice(shop, SLICE_MS)
                {
                    self.inspection = Some(inspection);
                }
            }
            Job::Check => {
                if let Some(mut check) = self.check.take()
                    && check.slice(shop, SLICE_MS)
                {
                    self.check = Some(check);
                }
            }
            Job::Copy => {
                if let Some(mut writing) = self.writing_copy.take() {
                    match writing.slice(shop, SLICE_MS) {
                        Copying::More => self.writing_copy = Some(writing),
                        Copying::Whole(copy) => self.copy = Some(copy),
                        Copying::Failed => {}
                    }
                }
            }
            Job::Retry => {
                self.retry_due = false;
                if shop.retry_all().is_ok_and(|retried| retried.applied > 0) {
                    dirty.add_all();
                }
            }
            Job::Rebuild => self.rebuild(shop, dirty),
            // One that fails is tried again after the next rebuild or start.
            Job::OldTables => {
                self.old_tables = shop.projector.drop_old_tables(OLD_ROWS).unwrap_or(false);
            }
            // One that fails only costs time: its stream is read whole next time.
            Job::Snapshots => {
                let _ = shop.bus.take_snapshots(&shop.store, SNAPSHOTS);
            }
        }
    }

    fn rebuild(&mut self, shop: &mut Shop, dirty: &mut Dirty) {
        let began = elapsed_ms();
        match shop.rebuild_step(self.rebuild_pace.events()) {
            Ok(step) => {
                if step.events > 0 {
                    self.rebuild_pace.took(elapsed_ms() - began);
                }
                self.old_tables |= !step.swapped.is_empty();
                for changed in step.swapped {
                    dirty.add(changed);
                }
            }
            // A device without room, say: what is built so far stays, and it can be
            // tried again from the screen.
            Err(error) => shop.projector.pause_rebuilds(&error),
        }
        dirty.add_view(View::Projections);
    }
}
