//! Events that could not be applied to a view.

use leptos::prelude::*;

use super::lines::{Line, LinesTable};
use super::repairs::Repairs;
use crate::client::use_client;
use crate::protocol::{Answer, Query, Repair, View};
use crate::ui::changing::text;
use crate::ui::format::use_format;
use crate::views::DeadLetter;

const MAX_ROWS: u32 = 100;

/// The table, while there are any.
#[component]
pub fn DeadLetters(repairs: Repairs) -> impl IntoView {
    let client = use_client();
    let format = use_format();
    let more = RwSignal::new(None::<String>);
    let lines = client.live(
        &[View::Projections],
        || Some(Query::DeadLetters { limit: MAX_ROWS }),
        move |_, answer| match answer {
            Answer::DeadLetters(page) => {
                let beyond = page.total.saturating_sub(page.rows.len() as u64);
                more.try_set((beyond > 0).then(|| format!("and {} more", format.count(beyond))));
                Some(page.rows.into_iter().map(line_of).collect::<Vec<_>>())
            }
            _ => None,
        },
    );
    view! {
        <LinesTable
            title="Events that could not be applied"
            note="The journal has them, and nothing is lost. But some screens lack what they say, and \
                  what happened later to the same thing waits behind them."
            for_all=("Try all again", Repair::RetryAll)
            figures=["Attempts", "Waiting"]
            lines
            repairs
        />
        <p class="table-note">{text(move || more.get())}</p>
    }
}

fn line_of(letter: DeadLetter) -> Line {
    Line {
        key: format!("{} {}", letter.position, letter.projection_id),
        repair: Repair::Retry {
            projection: letter.projection_id.clone(),
            position: letter.position,
        },
        repair_words: "Try again",
        projection: letter.projection_id,
        note: String::new(),
        position: Some(letter.position),
        state: String::new(),
        class: "",
        why: letter.error,
        percent: None,
        figures: [u64::from(letter.attempts), letter.waiting],
        can_cancel: false,
    }
}
