//! Sales history: read, looked through and recorded in slices.

use super::messages::{answer, elapsed_ms, notify};
use super::shop::{Shop, store_error, to_worker_error};
use crate::application::CommandError;
use crate::application::import::{ImportError, ImportJob, PriceList, Rejected, Ticket, TicketFile};
use crate::domain::shop::{ShopConfigured, ShopError};
use crate::protocol::{
    Answer, ImportProgress, ImportSummary, Notice, Rejection, RequestId, SalesFile,
    SalesInspection, WorkerError,
};
use crate::views;

/// Rejections that an answer lists; it counts them all.
const MAX_LISTED: usize = 1000;
/// Names without a price that an answer lists.
const MAX_UNPRICED: usize = 500;
/// The page is told how far it is no more often than this.
const PROGRESS_MS: f64 = 100.0;

/// Rows that are read between two looks at the clock.
const ROWS_A_LOOK: usize = 100;

/// A file that is being read.
struct Reading {
    file: TicketFile<Vec<u8>>,
    prices: PriceList,
}

impl Reading {
    fn begin(settings: &ShopConfigured, file: SalesFile) -> Result<Self, WorkerError> {
        let prices = prices(settings, &file)?;
        let file = TicketFile::open(file.tickets_csv, settings.currency).map_err(unreadable)?;
        Ok(Self { file, prices })
    }

    /// Reads until `until_ms`; whether there is more.
    fn slice(&mut self, until_ms: f64) -> bool {
        while elapsed_ms() < until_ms {
            if !self.file.read_some(ROWS_A_LOOK) {
                return false;
            }
        }
        true
    }
}

/// A file that is looked through without recording anything.
pub struct Inspection {
    id: RequestId,
    reading: Option<Reading>,
    prices: PriceList,
    tickets: std::vec::IntoIter<Ticket>,
    found: SalesInspection,
}

impl Inspection {
    /// Looking begins with the first slice.
    pub fn start(shop: &Shop, id: RequestId, file: SalesFile) -> Result<Self, WorkerError> {
        Ok(Self {
            id,
            reading: Some(Reading::begin(&settings(shop)?, file)?),
            prices: PriceList::default(),
            tickets: Vec::new().into_iter(),
            found: SalesInspection::default(),
        })
    }

    /// Another file is looked at instead.
    pub fn give_up(self) {
        let reason = "another file was chosen meanwhile".to_owned();
        answer(self.id, Err(WorkerError::File(reason)));
    }

    /// Reads, then looks, for `slice_ms`; whether there is more. It answers when
    /// it is done.
    pub fn slice(&mut self, shop: &Shop, slice_ms: f64) -> bool {
        let until_ms = elapsed_ms() + slice_ms;
        if let Some(mut reading) = self.reading.take() {
            if reading.slice(until_ms) {
                self.reading = Some(reading);
                return true;
            }
            self.begin_looking(reading);
        }
        while elapsed_ms() < until_ms {
            let Some(ticket) = self.tickets.next() else {
                answer(
                    self.id,
                    Ok(Answer::Inspected(std::mem::take(&mut self.found))),
                );
                return false;
            };
            if let Err(error) = self.look_at(shop, &ticket) {
                answer(self.id, Err(error));
                return false;
            }
        }
        true
    }

    fn begin_looking(&mut self, reading: Reading) {
        self.prices = reading.prices;
        let tickets = reading.file.finish();
        self.found = SalesInspection {
            rows: tickets.rows,
            tickets: tickets.tickets.len() as u64,
            rejected_rows: tickets.rejected.len() as u64,
            rejections: listed(tickets.rejected),
            ..SalesInspection::default()
        };
        self.tickets = tickets.tickets.into_iter();
    }

    fn look_at(&mut self, shop: &Shop, ticket: &Ticket) -> Result<(), WorkerError> {
        let found = &mut self.found;
        let date = ticket.date();
        if found.first_date.is_empty() || date < found.first_date {
            found.first_date.clone_from(&date);
        }
        if date > found.last_date {
            found.last_date = date;
        }
        found.units_milli += ticket.units_milli();
        let known = shop
            .store
            .find_command(ticket.command_id().as_str())
            .map_err(|e| store_error(&e))?;
        found.known_tickets += u64::from(known.is_some());
        for name in ticket.unpriced(&self.prices) {
            let names = &mut found.unpriced_items;
            if names.len() < MAX_UNPRICED && !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        Ok(())
    }
}

/// An import that is being recorded.
pub struct RunningImport {
    id: RequestId,
    stage: Stage,
    cancelled: bool,
    failure: Option<WorkerError>,
    told_ms: f64,
}

enum Stage {
    Reading {
        reading: Box<Reading>,
        settings: Box<ShopConfigured>,
        actor: String,
    },
    Recording(ImportJob),
}

impl RunningImport {
    /// Reading begins with the first slice, recording after it.
    pub fn start(shop: &Shop, id: RequestId, file: SalesFile) -> Result<Self, WorkerError> {
        let settings = settings(shop)?;
        let actor = views::shop_overview(shop.projector.views(), shop.store.origin())
            .ok()
            .flatten()
            .and_then(|overview| overview.shift)
            .map_or_else(String::new, |shift| shift.cashier);
        Ok(Self {
            id,
            stage: Stage::Reading {
                reading: Box::new(Reading::begin(&settings, file)?),
                settings: Box::new(settings),
                actor,
            },
            cancelled: false,
            failure: None,
            told_ms: 0.0,
        })
    }

    /// Stops before the next ticket.
    pub fn cancel(&mut self) {
        self.cancelled = true;
    }

    /// Reads, then records tickets and commits them, for `slice_ms`; whether there
    /// is more.
    pub fn slice(&mut self, shop: &mut Shop, slice_ms: f64) -> bool {
        if self.cancelled {
            return false;
        }
        let until_ms = elapsed_ms() + slice_ms;
        match &mut self.stage {
            Stage::Reading {
                reading,
                settings,
                actor,
            } => {
                if !reading.slice(until_ms) {
                    let job = begin_recording(reading, settings, actor);
                    self.stage = Stage::Recording(job);
                }
                true
            }
            Stage::Recording(job) if job.is_finished() => false,
            Stage::Recording(job) => {
                let before = job.counts();
                if let Err(error) = record(shop, job, until_ms) {
                    job.back_to(before);
                    self.failure = Some(error);
                    return false;
                }
                let more = !job.is_finished();
                self.tell_progress();
                more
            }
        }
    }

    fn tell_progress(&mut self) {
        let Stage::Recording(job) = &self.stage else {
            return;
        };
        let now = elapsed_ms();
        if now - self.told_ms < PROGRESS_MS && !job.is_finished() {
            return;
        }
        self.told_ms = now;
        notify(Notice::Import(ImportProgress {
            done: job.counts().done as u64,
            tickets: job.tickets() as u64,
        }));
    }

    /// Answers the request.
    pub fn finish(self) {
        if let Some(error) = self.failure {
            answer(self.id, Err(error));
            return;
        }
        let mut summary = ImportSummary {
            cancelled: self.cancelled,
            ..ImportSummary::default()
        };
        if let Stage::Recording(job) = &self.stage {
            let counts = job.counts();
            let rejected = job.rejected();
            summary.imported = counts.imported;
            summary.known = counts.known;
            summary.units_milli = counts.units_milli;
            summary.rejected_rows = rejected.len() as u64;
            summary.rejections = listed(rejected);
        }
        answer(self.id, Ok(Answer::Imported(summary)));
    }
}

fn begin_recording(reading: &mut Reading, settings: &ShopConfigured, actor: &str) -> ImportJob {
    let tickets = reading.file.take();
    let prices = std::mem::take(&mut reading.prices);
    ImportJob::new(tickets, prices, settings.time_zone.clone(), actor)
}

fn record(shop: &mut Shop, job: &mut ImportJob, until_ms: f64) -> Result<(), WorkerError> {
    let head = shop.store.head();
    shop.store.begin().map_err(|error| store_error(&error))?;
    while !job.is_finished() && elapsed_ms() < until_ms {
        if let Err(error) = job.step(&mut shop.bus, &mut shop.store) {
            shop.undo();
            return Err(to_worker_error(error));
        }
    }
    shop.commit(head).map_err(|error| store_error(&error))
}

fn settings(shop: &Shop) -> Result<ShopConfigured, WorkerError> {
    let overview = views::shop_overview(shop.projector.views(), shop.store.origin())
        .map_err(|error| WorkerError::Storage(error.to_string()))?;
    let missing = || to_worker_error(CommandError::from(ShopError::NotConfigured));
    Ok(overview.ok_or_else(missing)?.settings)
}

fn prices(settings: &ShopConfigured, file: &SalesFile) -> Result<PriceList, WorkerError> {
    let mut prices = PriceList::default();
    if let Some(csv) = &file.price_list_csv {
        let (list, rejected) = PriceList::parse(csv, settings.currency).map_err(unreadable)?;
        if let Some(first) = rejected.first() {
            let (line, reason) = (first.line, &first.reason);
            return Err(WorkerError::File(format!(
                "the price list, line {line}: {reason}"
            )));
        }
        prices = list;
    }
    Ok(prices.with_price_for_all(file.price_for_all_minor.filter(|minor| *minor >= 0)))
}

// `map_err` hands the error over by value.
#[allow(clippy::needless_pass_by_value)]
fn unreadable(error: ImportError) -> WorkerError {
    WorkerError::File(error.to_string())
}

fn listed(rejected: Vec<Rejected>) -> Vec<Rejection> {
    rejected
        .into_iter()
        .take(MAX_LISTED)
        .map(|row| Rejection {
            line: row.line,
            reason: row.reason,
        })
        .collect()
}
