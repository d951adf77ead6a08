//! The limits of a batch. Whatever comes, one append stays small enough to hold
//! in memory, to write in one go, and to read back.

use std::collections::HashSet;

use super::append::{Batch, NewEvent};
use super::error::AppendError;

/// The most events in one batch.
pub const MAX_BATCH_EVENTS: usize = 10_000;
/// The longest payload of one event, in bytes.
pub const MAX_PAYLOAD_BYTES: usize = 64 * 1024;
/// The longest metadata of a batch, in bytes; each of its events carries them.
pub const MAX_METADATA_BYTES: usize = 4 * 1024;
/// The most tags of one event. A product has up to 33 codes.
pub const MAX_EVENT_TAGS: usize = 64;
/// The longest tag, in bytes.
pub const MAX_TAG_BYTES: usize = 128;
/// The longest id of a stream, in bytes.
pub const MAX_STREAM_ID_BYTES: usize = 128;
/// The longest id of an event or a command, in bytes.
pub const MAX_ID_BYTES: usize = 64;
/// The most items in the query of an append condition.
pub const MAX_CONDITION_ITEMS: usize = 128;

/// Holds a batch against the limits and its types against those that the log
/// lists.
pub(super) fn check(batch: &Batch<'_>, listed: &HashSet<String>) -> Result<(), AppendError> {
    let count = batch.events().count();
    if count > MAX_BATCH_EVENTS {
        return Err(AppendError::BatchTooLong(count));
    }
    check_length("command id", batch.command_id, MAX_ID_BYTES)?;
    if batch.metadata.len() > MAX_METADATA_BYTES {
        return Err(AppendError::MetadataTooLong {
            bytes: batch.metadata.len(),
            limit: MAX_METADATA_BYTES,
        });
    }
    if let Some(condition) = &batch.condition
        && condition.fail_if.items.len() > MAX_CONDITION_ITEMS
    {
        return Err(AppendError::ConditionTooLong {
            items: condition.fail_if.items.len(),
            limit: MAX_CONDITION_ITEMS,
        });
    }
    check_streams(batch)?;
    for event in batch.events() {
        check_event(event, listed)?;
    }
    Ok(())
}

fn check_streams(batch: &Batch<'_>) -> Result<(), AppendError> {
    let mut seen = HashSet::with_capacity(batch.writes.len());
    for write in &batch.writes {
        check_length("stream id", &write.stream_id, MAX_STREAM_ID_BYTES)?;
        if !seen.insert(&write.stream_id) {
            return Err(AppendError::StreamTwice(write.stream_id.clone()));
        }
    }
    Ok(())
}

fn check_event(event: &NewEvent, listed: &HashSet<String>) -> Result<(), AppendError> {
    let event_type = || event.event_type.to_owned();
    if !listed.contains(event.event_type) {
        return Err(AppendError::UnlistedEventType(event_type()));
    }
    check_length("event id", &event.event_id, MAX_ID_BYTES)?;
    if event.payload.len() > MAX_PAYLOAD_BYTES {
        return Err(AppendError::PayloadTooLong {
            event_type: event_type(),
            bytes: event.payload.len(),
            limit: MAX_PAYLOAD_BYTES,
        });
    }
    if event.tags.len() > MAX_EVENT_TAGS {
        return Err(AppendError::TooManyTags {
            event_type: event_type(),
            count: event.tags.len(),
            limit: MAX_EVENT_TAGS,
        });
    }
    let mut tags = event.tags.iter();
    tags.try_for_each(|tag| check_length("tag", tag, MAX_TAG_BYTES))
}

fn check_length(what: &'static str, text: &str, limit: usize) -> Result<(), AppendError> {
    if text.is_empty() || text.len() > limit {
        return Err(AppendError::WrongLength {
            what,
            bytes: text.len(),
            limit,
        });
    }
    Ok(())
}
