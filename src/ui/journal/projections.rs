//! How far each projection has come.

use leptos::prelude::*;

use crate::client::use_client;
use crate::protocol::{Answer, Query, View};
use crate::ui::changing::part;
use crate::ui::format::use_format;
use crate::views::ProjectionProgress;

/// The projections with their positions.
#[component]
pub fn Projections() -> impl IntoView {
    let client = use_client();
    let format = use_format();
    let progress = client.live(
        &[View::Projections],
        || Some(Query::Progress),
        |_, answer| match answer {
            Answer::Progress(progress) => Some(progress),
            _ => None,
        },
    );
    let row = move |projection: ProjectionProgress| {
        let status_class = match projection.status.as_str() {
            "running" => "badge good",
            _ => "badge warn",
        };
        view! {
            <tr>
                <td class="strong">{projection.projection_id}</td>
                <td class="number wide">{projection.version}</td>
                <td class="number">{format.count(projection.last_processed_position)}</td>
                <td>
                    <span class=status_class>{projection.status}</span>
                    <span class="quiet-text" dir="auto">
                        {projection.error}
                    </span>
                </td>
            </tr>
        }
    };
    view! {
        <h2 class="section-title">"Projections"</h2>
        <div class="table-card">
            <table aria-label="Projections">
                <thead>
                    <tr>
                        <th>"Projection"</th>
                        <th class="number wide">"Version"</th>
                        <th class="number">"Position"</th>
                        <th>"State"</th>
                    </tr>
                </thead>
                <tbody>
                    {part(move || progress.get().unwrap_or_default().into_iter().map(row).collect_view())}
                </tbody>
            </table>
        </div>
    }
}
