//! Everything that happened, newest first.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::dead_letters::DeadLetters;
use super::entry_row::EntryRow;
use super::names::ProductNames;
use super::projections::Projections;
use super::repairs::{Repairs, SkipDialog};
use super::verify_chain::VerifyChain;
use crate::client::{spawn, use_client};
use crate::protocol::{Answer, Query, View};
use crate::ui::changing::{effect, flag, list, memo, part_if};
use crate::ui::components::{EmptyState, PageHeader, ShowMore, use_toasts};
use crate::views::JournalEntry;

const PAGE_ROWS: u32 = 50;

/// The journal.
#[component]
pub fn JournalPage() -> impl IntoView {
    let client = use_client();
    let toasts = use_toasts();
    let names = ProductNames::new(client);
    let repairs = Repairs::new();
    let address = use_query_map();
    // Where the list begins, if not at the newest event.
    let from = move || address.with(|query| query.get("from")?.parse::<u64>().ok());
    let older = RwSignal::new(Vec::<JournalEntry>::new());
    let newest = client.live(
        &[View::Journal],
        move || {
            Some(Query::Journal {
                before: from().map(|from| from.saturating_add(1)),
                limit: PAGE_ROWS,
            })
        },
        |_, answer| match answer {
            Answer::Journal(page) => Some(page),
            _ => None,
        },
    );
    let entries = move || {
        let newest = newest.with(|page| page.as_ref().map(|page| page.entries.clone()));
        joined(newest.unwrap_or_default(), older.get())
    };
    effect(move || names.look_up(&entries()));
    let is_wanted = move |entry: &JournalEntry| untrack(from) == Some(entry.position);
    let has_arrived = memo(move || {
        let first = newest.with(|page| Some(page.as_ref()?.entries.first()?.position));
        first.is_some() && first == from()
    });
    effect(move || {
        if has_arrived.get() {
            request_animation_frame(focus_first_entry);
        }
    });
    let has_more = memo(move || entries().last().is_some_and(|entry| entry.position > 1));
    let is_known = memo(move || newest.with(Option::is_some));
    let more = move || {
        let shown = untrack(entries);
        let before = shown.last().map(|entry| entry.position);
        spawn(async move {
            let query = Query::Journal {
                before,
                limit: PAGE_ROWS,
            };
            match client.query(query).await {
                // What is shown stays, also when newer events come in above it.
                Ok(Answer::Journal(page)) => {
                    older.try_set(joined(shown, page.entries));
                }
                Ok(_) => {}
                Err(error) => toasts.fail(error),
            }
        });
    };
    view! {
        <div class="page">
            <PageHeader title="Journal">
                <span class="page-tools-text">
                    "What happened, as it was written down. Nothing here is ever changed."
                </span>
                <VerifyChain />
            </PageHeader>
            <DeadLetters repairs />
            <p class="from-here" hidden=flag(move || from().is_none())>
                "This is a part of the journal, from one event back."
                <a href="/journal" class="button quiet">
                    "To the newest"
                </a>
            </p>
            <ol class="entries" aria-label="Events">
                {list(
                    entries,
                    // The event that somebody came for is a row of its own kind: it begins open.
                    move |entry| format!("{} {}", entry.position, is_wanted(entry)),
                    move |entry| {
                        let open = is_wanted(&entry);
                        view! { <EntryRow entry names open /> }
                    },
                )}
            </ol>
            {part_if(
                move || is_known.get() && entries().is_empty(),
                move || view! {
                    <EmptyState
                        icon=icondata::LuNotebookText
                        title="Nothing has happened yet"
                        text="The first event comes with the first sale."
                    />
                },
            )}
            <ShowMore visible=has_more on_more=more />
            <Projections repairs />
        </div>
        <SkipDialog repairs />
    }
}

fn focus_first_entry() {
    let first = document().query_selector(".entry summary").ok().flatten();
    if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
        let _ = first.focus();
    }
}

/// Two lists, newest first, without doubles. A gap between them is left out with
/// all that lies below it, so that the list never skips an event silently.
fn joined(newer: Vec<JournalEntry>, older: Vec<JournalEntry>) -> Vec<JournalEntry> {
    let mut joined = newer;
    for entry in older {
        let follows = joined
            .last()
            .is_none_or(|last| entry.position + 1 == last.position);
        if follows {
            joined.push(entry);
        }
    }
    joined
}
