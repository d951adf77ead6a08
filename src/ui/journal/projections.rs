//! How far each projection is, and building them anew.

use leptos::prelude::*;

use super::lines::{Line, Lines, LinesTable};
use super::repairs::{Repairs, events};
use crate::client::{spawn, standing_still, use_client};
use crate::protocol::{Answer, Query, Repair, View, WorkerHealth};
use crate::ui::changing::{effect, text};
use crate::ui::components::{FormError, sentence};
use crate::ui::format::{ShopFormat, use_format};
use crate::views::ProjectionProgress;

const MIB: u64 = 1024 * 1024;

/// The projections with what can be done about them.
#[component]
pub fn Projections(repairs: Repairs) -> impl IntoView {
    let client = use_client();
    let format = use_format();
    let lines = client.live(
        &[View::Projections],
        || Some(Query::Progress),
        move |_, answer| match answer {
            Answer::Progress { head, projections } => {
                let line = |projection| line_of(projection, head, format);
                Some(projections.into_iter().map(line).collect())
            }
            _ => None,
        },
    );
    view! {
        <LinesTable
            title="Projections"
            note="What screens show is built from the journal; it can be built anew at any time."
            for_all=("Rebuild all", Repair::Rebuild { projections: Vec::new() })
            figures=["Position", "Behind"]
            lines
            repairs
        />
        <Health lines />
    }
}

/// How the worker is, in a line, and why the views stand still, if they do.
#[component]
fn Health(lines: Lines) -> impl IntoView {
    let client = use_client();
    let format = use_format();
    let words = RwSignal::new(String::new());
    let standing = RwSignal::new(None::<String>);
    effect(move || {
        // Views that stand still tell of nothing else.
        lines.track();
        client.trouble().track();
        spawn(async move {
            if let Ok(Answer::Health(health)) = client.query(Query::Health).await {
                words.try_set(in_words(&health, format));
                let reason = health.trouble.as_deref().map(standing_still);
                standing.try_set(reason.map(|reason| sentence(&reason)));
            }
        });
    });
    view! {
        <FormError error=standing />
        <p class="quiet-text">{text(move || words.get())}</p>
    }
}

fn in_words(health: &WorkerHealth, format: ShopFormat) -> String {
    format!(
        "Conflicts settled by deciding again: {} · longest background slice: {} ms · memory: {} MB",
        format.count(health.conflicts),
        format.count(health.longest_slice_ms.round() as u64),
        format.count(health.memory_bytes / MIB),
    )
}

fn line_of(row: ProjectionProgress, head: u64, format: ShopFormat) -> Line {
    let behind = head.saturating_sub(row.last_processed_position);
    let is_outdated = row.status == "outdated";
    let (state, class) = state_of(&row, behind, format);
    let rebuild = row.rebuild.as_ref();
    let stopped = rebuild.filter(|rebuild| rebuild.stopped);
    let building = rebuild.filter(|rebuild| !rebuild.stopped);
    Line {
        key: row.projection_id.clone(),
        note: format!("Version {}", row.version),
        state,
        class,
        position: stopped.and_then(|rebuild| rebuild.stopped_at),
        why: stopped
            .and_then(|rebuild| rebuild.error.clone())
            .unwrap_or_default(),
        percent: building.map(|rebuild| rebuild.position.saturating_mul(100) / head.max(1)),
        figures: [row.last_processed_position, behind],
        repair: Repair::Rebuild {
            projections: vec![row.projection_id.clone()],
        },
        repair_words: match stopped {
            Some(_) => "Try again",
            None => "Rebuild",
        },
        // Nothing else would ever replace tables of another version.
        can_cancel: rebuild.is_some() && !is_outdated,
        projection: row.projection_id,
    }
}

/// In plain words, and how they look.
fn state_of(row: &ProjectionProgress, behind: u64, format: ShopFormat) -> (String, &'static str) {
    let old = match row.status.as_str() {
        "outdated" => format!("tables of version {} serve", row.version),
        _ => "the old tables serve".to_owned(),
    };
    let is_outdated = row.status == "outdated";
    match &row.rebuild {
        Some(rebuild) if rebuild.stopped => (format!("Rebuild stopped; {old}"), "warn"),
        Some(rebuild) if is_outdated => (
            sentence(&format!("{old} while version {} is built", rebuild.version)),
            "",
        ),
        Some(_) => (format!("Being rebuilt; {old}"), ""),
        None if is_outdated => (format!("Outdated; {old}"), "warn"),
        None if row.dead_letters > 0 => (
            format!("{} cannot be applied", events(format, row.dead_letters)),
            "warn",
        ),
        None if behind > 0 => (
            format!("Catching up, {} behind", events(format, behind)),
            "",
        ),
        None => ("Up to date".to_owned(), "good"),
    }
}
