//! Rows of a file that cannot be recorded, each with its line and the reason.

use leptos::prelude::*;

use crate::protocol::Rejection;
use crate::ui::format::use_format;

/// A table that scrolls by itself.
#[component]
pub fn Rejections(
    /// How many there are in all.
    total: u64,
    /// The first of them.
    rejections: Vec<Rejection>,
) -> impl IntoView {
    let format = use_format();
    if rejections.is_empty() {
        return ().into_any();
    }
    let more = total.saturating_sub(rejections.len() as u64);
    let row = |rejection: Rejection| {
        view! {
            <tr>
                <td class="number">{rejection.line}</td>
                <td dir="auto">{rejection.reason}</td>
            </tr>
        }
    };
    view! {
        <div class="rejections" tabindex="0" role="region" aria-label="Rows left out">
            <table>
                <thead>
                    <tr>
                        <th class="number">"Line"</th>
                        <th>"Why it is left out"</th>
                    </tr>
                </thead>
                <tbody>{rejections.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
        {(more > 0)
            .then(|| {
                view! { <p class="quiet-text">{format!("and {} more", format.count(more))}</p> }
            })}
    }
    .into_any()
}
