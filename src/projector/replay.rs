//! Replaying chosen streams alone, into the tables that readers see.

use super::engine::Projector;
use super::error::ProjectorError;
use super::tables::Tables;
use crate::event_store::EventStore;

const READ_BATCH: u32 = 500;

impl Projector {
    /// Deletes the rows that come from these streams in one projection, and
    /// applies the streams' events again, up to the projection's checkpoint: all
    /// in one transaction. How many events that were.
    ///
    /// # Errors
    /// [`ProjectorError::NotByStream`] where rows are not of one stream alone;
    /// [`ProjectorError`] of an event that cannot be applied. Nothing is changed
    /// then.
    pub fn replay_streams(
        &mut self,
        store: &EventStore,
        projection_id: &str,
        stream_ids: &[&str],
    ) -> Result<u64, ProjectorError> {
        let place = self.place_of(projection_id)?;
        if self.live[place].paused {
            return Err(ProjectorError::MustBeRebuilt(projection_id.to_owned()));
        }
        let transaction = self.views.unchecked_transaction()?;
        let mut applied = 0;
        for stream_id in stream_ids {
            let tables = Tables::new(&transaction, &self.live[place].generation);
            let aggregate_id = stream_id.split_once('-').map_or("", |(_, id)| id);
            if !self.projections[place].forget_stream(&tables, aggregate_id)? {
                return Err(ProjectorError::NotByStream(projection_id.to_owned()));
            }
            applied += self.replay_stream(&transaction, store, place, stream_id)?;
        }
        transaction.commit()?;
        Ok(applied)
    }

    fn replay_stream(
        &self,
        transaction: &rusqlite::Connection,
        store: &EventStore,
        place: usize,
        stream_id: &str,
    ) -> Result<u64, ProjectorError> {
        let lane = &self.live[place];
        let (mut version, mut applied) = (0, 0);
        loop {
            let events = store.read_stream(stream_id, version + 1, READ_BATCH)?;
            for recorded in &events {
                version = recorded.version;
                let wanted = self.interest.in_event(recorded).contains(&place);
                let position = recorded.global_position;
                if !wanted
                    || position > lane.position
                    || self.skipped[place].contains(&position)
                    || lane
                        .blocked
                        .contains(self.projections[place].sequence_key(recorded))
                {
                    continue;
                }
                self.apply_alone(transaction, store, place, recorded)?;
                applied += 1;
            }
            if events.len() < READ_BATCH as usize {
                return Ok(applied);
            }
        }
    }
}
