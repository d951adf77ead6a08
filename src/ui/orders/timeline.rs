//! The story of one order, oldest first.

use leptos::prelude::*;

use crate::client::use_client;
use crate::domain::ids::OrderId;
use crate::protocol::{Answer, Query, View};
use crate::ui::changing::{effect, part};
use crate::ui::format::use_format;
use crate::ui::journal::{ProductNames, product_of, story_of};
use crate::views::JournalEntry;

/// Its events in words.
#[component]
pub fn Timeline(order_id: OrderId) -> impl IntoView {
    let client = use_client();
    let format = use_format();
    let names = ProductNames::new(client);
    let page = client.live(
        &[View::Orders],
        move || Some(Query::OrderTimeline(order_id.clone())),
        |_, answer| match answer {
            Answer::Journal(page) => Some(page),
            _ => None,
        },
    );
    effect(move || {
        page.with(|page| {
            if let Some(page) = page {
                names.look_up(&page.entries);
            }
        });
    });
    let row = move |entry: JournalEntry| {
        let product = product_of(&entry).and_then(|id| names.get(&id));
        let story = story_of(&entry, format, product);
        view! {
            <li>
                <span class="timeline-time">{format.time(entry.timestamp_ms)}</span>
                <span class="timeline-words">
                    <strong>{story.title}</strong>
                    <span class="quiet-text" dir="auto">
                        {story.summary}
                    </span>
                </span>
            </li>
        }
    };
    part(move || {
        let rows = page.get()?.entries.into_iter().map(row).collect_view();
        Some(view! { <ol class="timeline">{rows}</ol> })
    })
}
