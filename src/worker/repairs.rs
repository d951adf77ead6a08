//! What can be done about the views from the journal's screen.

use super::background::Background;
use super::shop::Shop;
use crate::projector::{ProjectorError, Retried};
use crate::protocol::{Answer, Repair, WorkerError};

/// Carries a repair out, or begins it.
pub fn run(
    shop: &mut Shop,
    repair: &Repair,
    background: &mut Background,
) -> Result<Answer, WorkerError> {
    let done = match repair {
        Repair::Rebuild { projections } => rebuild(shop, projections).map(|()| Answer::Ok),
        Repair::CancelRebuild { projection } => {
            background.old_tables = true;
            shop.projector
                .cancel_rebuild(projection)
                .map(|()| Answer::Ok)
        }
        Repair::RetryAll => shop.retry_all().map(to_answer),
        Repair::Retry {
            projection,
            position,
        } => shop
            .projector
            .retry(&shop.store, projection, *position)
            .map(to_answer),
        Repair::Skip {
            projection,
            position,
        } => shop
            .projector
            .skip(&shop.store, projection, *position)
            .map(to_answer),
        Repair::ReplayStreams {
            projection,
            streams,
        } => {
            let streams: Vec<&str> = streams.iter().map(String::as_str).collect();
            shop.projector
                .replay_streams(&shop.store, projection, &streams)
                .map(|events| Answer::Retried {
                    applied: events,
                    left: 0,
                })
        }
    };
    done.map_err(|error| to_worker_error(&error))
}

fn rebuild(shop: &mut Shop, projections: &[String]) -> Result<(), ProjectorError> {
    if projections.is_empty() {
        return shop.projector.start_rebuild_of_all();
    }
    projections
        .iter()
        .try_for_each(|projection| shop.projector.start_rebuild(projection))
}

const fn to_answer(retried: Retried) -> Answer {
    Answer::Retried {
        applied: retried.applied,
        left: retried.left,
    }
}

fn to_worker_error(error: &ProjectorError) -> WorkerError {
    if error.is_full() {
        WorkerError::StorageFull
    } else {
        WorkerError::Storage(error.to_string())
    }
}
