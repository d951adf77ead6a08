//! A row of the tables of projections and of dead letters: the same shape for both,
//! for both say how something stands and what can be done about it.

use leptos::prelude::*;

use super::repairs::{Repairs, name_of};
use crate::protocol::Repair;
use crate::ui::changing::{flag, list, text};
use crate::ui::components::sentence;
use crate::ui::format::use_format;
use crate::ui::handlers::tap;

/// A projection, or one of its dead letters.
#[derive(PartialEq)]
pub struct Line {
    /// What tells it from the others.
    pub key: String,
    /// The projection.
    pub projection: String,
    /// Beside its name; may be empty.
    pub note: String,
    /// The event that is in the way.
    pub position: Option<u64>,
    /// How it stands; may be empty.
    pub state: String,
    /// Class of the state.
    pub class: &'static str,
    /// What is the matter; may be empty.
    pub why: String,
    /// How far a rebuild is.
    pub percent: Option<u64>,
    /// In columns of their own.
    pub figures: [u64; 2],
    /// What the first button does.
    pub repair: Repair,
    /// What it says.
    pub repair_words: &'static str,
    /// Whether a rebuild can be given up.
    pub can_cancel: bool,
}

/// All rows of a table, once they are known.
pub type Lines = Signal<Option<Vec<Line>>>;

/// A heading with a button for all, and a table of such rows, while there are any.
#[component]
pub fn LinesTable(
    /// The heading, and the table's name.
    title: &'static str,
    /// What this is, in a sentence or two.
    note: &'static str,
    /// What the button says and does.
    for_all: (&'static str, Repair),
    /// The headings of the figures.
    figures: [&'static str; 2],
    lines: Lines,
    repairs: Repairs,
) -> impl IntoView {
    let (words_for_all, repair_all) = for_all;
    let keys = move || {
        lines.with(|lines| {
            let lines = lines.iter().flatten();
            lines.map(|line| line.key.clone()).collect::<Vec<_>>()
        })
    };
    let is_empty = flag(move || keys().is_empty());
    let row = move |key| {
        let now = Now {
            lines,
            key: StoredValue::new(key),
        };
        view! { <Row now repairs /> }
    };
    view! {
        <section class="stack" aria-label=title hidden=is_empty>
            <header class="section-head">
                <h2>{title}</h2>
                <button
                    type="button"
                    class="button"
                    on:click=tap(move || repairs.begin(repair_all.clone()))
                >
                    {words_for_all}
                </button>
            </header>
            <p class="page-note">{note}</p>
            <div class="table-card">
                <table class="lines" aria-label=title>
                    <thead>
                        <tr>
                            <th>"Projection"</th>
                            <th>"State"</th>
                            <th class="number wide">{figures[0]}</th>
                            <th class="number wide">{figures[1]}</th>
                            <th>
                                <span class="visually-hidden">"What to do"</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>{list(keys, String::clone, row)}</tbody>
                </table>
            </div>
        </section>
    }
}

/// What a row is now.
#[derive(Clone, Copy)]
struct Now {
    lines: Lines,
    key: StoredValue<String>,
}

impl Now {
    /// Looks at it, tracked; nothing once it is gone.
    fn get<T>(self, look: fn(&Line) -> T) -> Option<T> {
        self.lines.with(|lines| {
            let is_it = |line: &&Line| self.key.with_value(|key| line.key == *key);
            lines.iter().flatten().find(is_it).map(look)
        })
    }
}

/// It changes in place, under the finger. All its parts are there all the time, and
/// hidden while they do not apply: what has the focus keeps it.
#[component]
fn Row(now: Now, repairs: Repairs) -> impl IntoView {
    let format = use_format();
    let words = move |words: fn(&Line) -> String| text(move || now.get(words));
    let lacks = move |what: fn(&Line) -> bool| flag(move || now.get(what) != Some(true));
    let figure = move |figure: fn(&Line) -> Option<u64>| {
        text(move || now.get(figure).flatten().map(|figure| format.count(figure)))
    };
    let act = move |act: fn(&Line) -> Repair| {
        tap(move || {
            if let Some(repair) = untrack(|| now.get(act)) {
                repairs.begin(repair);
            }
        })
    };
    let button = move |class, hidden, label, run| {
        view! {
            <button type="button" class=class hidden=hidden on:click=run>
                {label}
            </button>
        }
    };
    view! {
        <tr>
            <td class="strong">
                {words(|line| name_of(&line.projection))}
                <span class="cell-note">{words(|line| line.note.clone())}</span>
            </td>
            <td class="state">
                <span class=words(|line| format!("badge {}", line.class))>
                    {words(|line| line.state.clone())}
                </span>
                <div class="rebuild-bar" hidden=lacks(is_building)>
                    <progress
                        aria-label=words(|line| format!("Rebuild of {}", name_of(&line.projection)))
                        max="100"
                        value=words(|line| line.percent.unwrap_or_default().to_string())
                    ></progress>
                    <span class="quiet-text">{figure(|line| line.percent)}"\u{a0}%"</span>
                </div>
                <a
                    class="row-link"
                    hidden=lacks(has_event)
                    href=words(|line| format!("/journal?from={}", line.position.unwrap_or_default()))
                >
                    "Event "
                    {figure(|line| line.position)}
                </a>
                <span class="cell-note" dir="auto">
                    {words(|line| sentence(&line.why))}
                </span>
            </td>
            <td class="number wide">{figure(|line| Some(line.figures[0]))}</td>
            <td class="number wide">{figure(|line| Some(line.figures[1]))}</td>
            <td>
                <div class="row-actions">
                    {button(
                        "button small",
                        flag(|| false),
                        words(|line| line.repair_words.to_owned()),
                        act(|line| line.repair.clone()),
                    )}
                    {button(
                        "button small",
                        lacks(|line| line.can_cancel),
                        text(|| "Cancel"),
                        act(|line| Repair::CancelRebuild { projection: line.projection.clone() }),
                    )}
                    {button(
                        "button small danger",
                        lacks(has_event),
                        text(|| "Skip this event"),
                        act(|line| Repair::Skip {
                            projection: line.projection.clone(),
                            position: line.position.unwrap_or_default(),
                        }),
                    )}
                </div>
            </td>
        </tr>
    }
}

const fn is_building(line: &Line) -> bool {
    line.percent.is_some()
}

const fn has_event(line: &Line) -> bool {
    line.position.is_some()
}
