//! Everything that happened, newest first.

use leptos::prelude::*;

use super::entry_row::EntryRow;
use super::names::ProductNames;
use super::projections::Projections;
use super::verify_chain::VerifyChain;
use crate::client::{spawn, use_client};
use crate::protocol::{Answer, Query, View};
use crate::ui::changing::{effect, list, memo, part_if};
use crate::ui::components::{EmptyState, PageHeader, ShowMore, use_toasts};
use crate::views::JournalEntry;

const PAGE_ROWS: u32 = 50;

/// The journal.
#[component]
pub fn JournalPage() -> impl IntoView {
    let client = use_client();
    let toasts = use_toasts();
    let names = ProductNames::new(client);
    let older = RwSignal::new(Vec::<JournalEntry>::new());
    let newest = client.live(
        &[View::Journal, View::Orders, View::Products, View::Shop],
        || {
            Some(Query::Journal {
                before: None,
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
            <ol class="entries" aria-label="Events">
                {list(
                    entries,
                    |entry| entry.position.to_string(),
                    move |entry| view! { <EntryRow entry names /> },
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
            <Projections />
        </div>
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
