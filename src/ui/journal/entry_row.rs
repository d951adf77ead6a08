//! One event as a row that opens to show it whole.

use leptos::prelude::*;

use super::names::{ProductNames, product_of};
use super::payload::Payload;
use super::story::story_of;
use crate::ui::changing::{part, part_if};
use crate::ui::format::use_format;
use crate::views::JournalEntry;

/// One event.
#[component]
pub fn EntryRow(
    entry: JournalEntry,
    names: ProductNames,
    /// Whether it is shown whole from the beginning.
    open: bool,
) -> impl IntoView {
    let format = use_format();
    let is_open = RwSignal::new(open);
    let product_id = product_of(&entry);
    let entry = StoredValue::new(entry);
    let story = move || {
        let product = product_id.as_deref().and_then(|id| names.get(id));
        entry.with_value(|entry| story_of(entry, format, product))
    };
    let story = move || {
        let story = story();
        view! {
            <strong class="entry-title">{story.title}</strong>
            <span class="entry-summary" dir="auto">
                {story.summary}
            </span>
        }
    };
    let (position, timestamp_ms, kind, actor) = entry.with_value(|entry| {
        (
            entry.position,
            entry.timestamp_ms,
            entry.stream_type.clone(),
            entry.actor.clone(),
        )
    });
    view! {
        <li class="entry">
            <details open=open on:toggle=move |_| is_open.set(true)>
                <summary>
                    <span class="entry-position">{format.count(position)}</span>
                    <span class="entry-time" title=format.date_time(timestamp_ms)>
                        {format.time(timestamp_ms)}
                    </span>
                    <span class=format!("entry-dot kind-{kind}") aria-hidden="true"></span>
                    {part(story)}
                    <span class="entry-actor" dir="auto">
                        {actor}
                    </span>
                </summary>
                {part_if(
                    move || is_open.get(),
                    move || view! {
                        <RawEvent entry=entry.get_value() />
                    },
                )}
            </details>
        </li>
    }
}

/// The event whole, as it is stored.
#[component]
fn RawEvent(entry: JournalEntry) -> impl IntoView {
    let format = use_format();
    let fact = |name: &'static str, value: String| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd dir="auto">{value}</dd>
            </div>
        }
    };
    view! {
        <div class="raw">
            <dl class="facts">
                {fact("Type", entry.event_type)}
                {fact("Stream", entry.stream_id)}
                {fact("Recorded", format.date_time(entry.timestamp_ms))}
                {fact("Hash", entry.hash)}
            </dl>
            <pre class="payload" tabindex="0" aria-label="Payload">
                {Payload::pretty(&entry.payload)}
            </pre>
        </div>
    }
}
