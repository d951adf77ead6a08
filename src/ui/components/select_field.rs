//! A labelled choice of one from a few.

use leptos::prelude::*;

use super::field::unique_id;

/// A labelled choice; options are pairs of value and words.
#[component]
pub fn SelectField(
    /// What is chosen.
    #[prop(into)]
    label: String,
    /// The value that is chosen.
    value: RwSignal<String>,
    /// Pairs of value and words.
    options: Vec<(String, String)>,
) -> impl IntoView {
    let id = unique_id();
    let option = move |(key, words): (String, String)| {
        let is_chosen = {
            let key = key.clone();
            move || value.with(|value| *value == key)
        };
        view! {
            <option value=key selected=is_chosen>
                {words}
            </option>
        }
    };
    view! {
        <div class="field">
            <label class="field-label" for=id.clone()>
                {label}
            </label>
            <span class="select">
                <select id=id on:change:target=move |event| value.set(event.target().value())>
                    {options.into_iter().map(option).collect_view()}
                </select>
                <super::Icon icon=icondata::LuChevronDown size_px=18 />
            </span>
        </div>
    }
}
