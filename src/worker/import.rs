//! Sales history, inspected at once and recorded in slices.

use super::messages::{answer, elapsed_ms, notify};
use super::shop::{Shop, store_error, to_worker_error};
use crate::application::CommandError;
use crate::application::import::{
    ImportError, ImportJob, PriceList, Rejected, TicketFile, Tickets,
};
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

/// Looks through a file without recording anything.
pub fn inspect(shop: &Shop, file: &SalesFile) -> Result<SalesInspection, WorkerError> {
    let settings = settings(shop)?;
    let (tickets, prices) = read(&settings, file)?;
    let mut inspection = SalesInspection {
        rows: tickets.rows,
        tickets: tickets.tickets.len() as u64,
        rejected_rows: tickets.rejected.len() as u64,
        rejections: listed(tickets.rejected),
        ..SalesInspection::default()
    };
    for ticket in &tickets.tickets {
        let date = ticket.date();
        if inspection.first_date.is_empty() || date < inspection.first_date {
            inspection.first_date.clone_from(&date);
        }
        if date > inspection.last_date {
            inspection.last_date = date;
        }
        inspection.units_milli += ticket.units_milli();
        let command_id = ticket.command_id();
        let known = shop
            .store
            .find_command(command_id.as_str())
            .map_err(|e| store_error(&e))?;
        inspection.known_tickets += u64::from(known.is_some());
        for name in ticket.unpriced(&prices) {
            let names = &mut inspection.unpriced_items;
            if names.len() < MAX_UNPRICED && !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
    }
    Ok(inspection)
}

/// An import that is being recorded.
pub struct RunningImport {
    id: RequestId,
    job: ImportJob,
    cancelled: bool,
    failure: Option<WorkerError>,
    told_ms: f64,
}

impl RunningImport {
    /// Reads the file; recording begins with the first slice.
    pub fn start(shop: &Shop, id: RequestId, file: &SalesFile) -> Result<Self, WorkerError> {
        let settings = settings(shop)?;
        let (tickets, prices) = read(&settings, file)?;
        let actor = views::shop_overview(shop.projector.views(), shop.store.origin())
            .ok()
            .flatten()
            .and_then(|overview| overview.shift)
            .map_or_else(String::new, |shift| shift.cashier);
        let job = ImportJob::new(tickets, prices, settings.time_zone, &actor);
        Ok(Self {
            id,
            job,
            cancelled: false,
            failure: None,
            told_ms: 0.0,
        })
    }

    /// Stops before the next ticket.
    pub fn cancel(&mut self) {
        self.cancelled = true;
    }

    /// Records tickets for `slice_ms` and commits them; whether there are more.
    pub fn slice(&mut self, shop: &mut Shop, slice_ms: f64) -> bool {
        if self.cancelled || self.job.is_finished() {
            return false;
        }
        let before = self.job.counts();
        if let Err(error) = self.record(shop, slice_ms) {
            self.job.back_to(before);
            self.failure = Some(error);
            return false;
        }
        self.tell_progress();
        !self.job.is_finished()
    }

    fn record(&mut self, shop: &mut Shop, slice_ms: f64) -> Result<(), WorkerError> {
        let began = elapsed_ms();
        let head = shop.store.head();
        shop.store.begin().map_err(|error| store_error(&error))?;
        while !self.job.is_finished() && elapsed_ms() - began < slice_ms {
            if let Err(error) = self.job.step(&mut shop.bus, &mut shop.store) {
                shop.undo();
                return Err(to_worker_error(error));
            }
        }
        shop.commit(head).map_err(|error| store_error(&error))
    }

    fn tell_progress(&mut self) {
        let now = elapsed_ms();
        if now - self.told_ms < PROGRESS_MS && !self.job.is_finished() {
            return;
        }
        self.told_ms = now;
        notify(Notice::Import(ImportProgress {
            done: self.job.counts().done as u64,
            tickets: self.job.tickets() as u64,
        }));
    }

    /// Answers the request.
    pub fn finish(self) {
        if let Some(error) = self.failure {
            answer(self.id, Err(error));
            return;
        }
        let counts = self.job.counts();
        let rejected = self.job.rejected();
        answer(
            self.id,
            Ok(Answer::Imported(ImportSummary {
                imported: counts.imported,
                known: counts.known,
                units_milli: counts.units_milli,
                cancelled: self.cancelled,
                rejected_rows: rejected.len() as u64,
                rejections: listed(rejected),
            })),
        );
    }
}

fn settings(shop: &Shop) -> Result<ShopConfigured, WorkerError> {
    let overview = views::shop_overview(shop.projector.views(), shop.store.origin())
        .map_err(|error| WorkerError::Storage(error.to_string()))?;
    let missing = || to_worker_error(CommandError::from(ShopError::NotConfigured));
    Ok(overview.ok_or_else(missing)?.settings)
}

fn read(settings: &ShopConfigured, file: &SalesFile) -> Result<(Tickets, PriceList), WorkerError> {
    let unreadable = |error: ImportError| WorkerError::File(error.to_string());
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
    let prices = prices.with_price_for_all(file.price_for_all_minor.filter(|minor| *minor >= 0));
    let tickets = TicketFile::open(&file.tickets_csv, settings.currency).map_err(unreadable)?;
    Ok((tickets.read(), prices))
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
