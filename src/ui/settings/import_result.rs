//! What an import did.

use leptos::prelude::*;

use super::importing::use_importing;
use super::rejections::Rejections;
use crate::protocol::ImportSummary;
use crate::ui::format::use_format;
use crate::ui::handlers::tap;

/// What an import did.
#[component]
pub fn ImportResult(summary: ImportSummary) -> impl IntoView {
    let importing = use_importing();
    let format = use_format();
    let headline = match (summary.cancelled, summary.imported) {
        (true, _) => "The import was cancelled; what was recorded stays.",
        (false, 0) => "Nothing new in this file.",
        (false, _) => "The import is complete.",
    };
    view! {
        <section class="import-result" aria-label="Import result">
            <h3>{headline}</h3>
            <dl class="facts">
                <div>
                    <dt>"Orders recorded"</dt>
                    <dd>{format.count(summary.imported)}</dd>
                </div>
                <div>
                    <dt>"Recorded before"</dt>
                    <dd>{format.count(summary.known)}</dd>
                </div>
                <div>
                    <dt>"Units"</dt>
                    <dd>{format.quantity(summary.units_milli)}</dd>
                </div>
                <div>
                    <dt>"Rows left out"</dt>
                    <dd>{format.count(summary.rejected_rows)}</dd>
                </div>
            </dl>
            <Rejections total=summary.rejected_rows rejections=summary.rejections />
            <div class="form-actions">
                <button type="button" class="button" on:click=tap(move || importing.reset())>
                    "Done"
                </button>
            </div>
        </section>
    }
}
