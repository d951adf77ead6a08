//! Which events: by type and by tag, as the dynamic consistency boundary of
//! <https://dcb.events> has it.

use rusqlite::Connection;

use super::error::StoreError;
use super::record::RecordedEvent;

/// Events that match one of these items. No item at all matches nothing;
/// [`EventQuery::all`] matches everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventQuery {
    /// One of them has to match.
    pub items: Vec<QueryItem>,
}

/// Events of one of these types that have all of these tags.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueryItem {
    /// One of them; none for any type.
    pub event_types: Vec<String>,
    /// All of them; none for any event. The log is searched by the first, so the
    /// rarest comes first.
    pub tags: Vec<String>,
}

impl EventQuery {
    /// Every event.
    #[must_use]
    pub fn all() -> Self {
        Self {
            items: vec![QueryItem::default()],
        }
    }

    /// Events of one of these types.
    #[must_use]
    pub fn of_types(event_types: &[&str]) -> Self {
        QueryItem::default().of_types(event_types).into()
    }

    /// Events with this tag.
    #[must_use]
    pub fn tagged(tag: impl Into<String>) -> Self {
        QueryItem::tagged(tag).into()
    }
}

impl QueryItem {
    /// Events with this tag.
    #[must_use]
    pub fn tagged(tag: impl Into<String>) -> Self {
        Self {
            event_types: Vec::new(),
            tags: vec![tag.into()],
        }
    }

    /// The same with this tag as well.
    #[must_use]
    pub fn and_tagged(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// The same, of these types only.
    #[must_use]
    pub fn of_types(mut self, event_types: &[&str]) -> Self {
        self.event_types
            .extend(event_types.iter().map(|name| (*name).to_owned()));
        self
    }
}

impl From<QueryItem> for EventQuery {
    fn from(item: QueryItem) -> Self {
        Self { items: vec![item] }
    }
}

impl FromIterator<QueryItem> for EventQuery {
    fn from_iter<I: IntoIterator<Item = QueryItem>>(items: I) -> Self {
        Self {
            items: items.into_iter().collect(),
        }
    }
}

/// Which way to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// Oldest first.
    Forwards,
    /// Newest first.
    Backwards,
}

/// A part of the log: positions greater than `after`, up to and including `upto`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    /// Not included.
    pub after: u64,
    /// Included.
    pub upto: u64,
}

/// Up to `limit` events in `span` that match, each once.
pub(super) fn matching(
    connection: &Connection,
    query: &EventQuery,
    span: Span,
    direction: Direction,
    limit: u32,
) -> Result<Vec<RecordedEvent>, StoreError> {
    if let [item] = &query.items[..] {
        return matching_item(connection, item, span, direction, limit);
    }
    // The first of all items together are among the first of each.
    let mut found = Vec::new();
    for item in &query.items {
        found.extend(matching_item(connection, item, span, direction, limit)?);
    }
    found.sort_by_key(|event: &RecordedEvent| event.global_position);
    found.dedup_by_key(|event| event.global_position);
    if direction == Direction::Backwards {
        found.reverse();
    }
    found.truncate(limit as usize);
    Ok(found)
}

fn matching_item(
    connection: &Connection,
    item: &QueryItem,
    span: Span,
    direction: Direction,
    limit: u32,
) -> Result<Vec<RecordedEvent>, StoreError> {
    let types = json_list(&item.event_types);
    let (after, upto) = (bounded(span.after), bounded(span.upto));
    let events = match (&item.tags[..], direction) {
        ([], Direction::Forwards) => connection
            .prepare_cached(include_str!("sql/matching_untagged.sql"))?
            .query_map((after, upto, types, limit), RecordedEvent::from_row)?
            .collect::<Result<_, _>>(),
        ([], Direction::Backwards) => connection
            .prepare_cached(include_str!("sql/matching_untagged_backwards.sql"))?
            .query_map((after, upto, types, limit), RecordedEvent::from_row)?
            .collect(),
        ([first, others @ ..], Direction::Forwards) => connection
            .prepare_cached(include_str!("sql/matching_tagged.sql"))?
            .query_map(
                (first, after, upto, types, json_list(others), limit),
                RecordedEvent::from_row,
            )?
            .collect(),
        ([first, others @ ..], Direction::Backwards) => connection
            .prepare_cached(include_str!("sql/matching_tagged_backwards.sql"))?
            .query_map(
                (first, after, upto, types, json_list(others), limit),
                RecordedEvent::from_row,
            )?
            .collect(),
    };
    Ok(events?)
}

/// For `json_each`: SQLite binds no lists.
fn json_list(texts: &[String]) -> String {
    serde_json::Value::from(texts).to_string()
}

/// SQLite's integers are signed; nothing is recorded beyond.
pub(super) fn bounded(position: u64) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}
