//! Labelled text fields with help or error below, tied to them by id so that a
//! screen reader says the name first and what is wrong after it.

use std::cell::Cell;

use leptos::prelude::*;

use crate::ui::changing::{part, text};

thread_local! {
    static LAST_ID: Cell<u32> = const { Cell::new(0) };
}

/// An id that no other element of this page has.
pub fn unique_id() -> String {
    let id = LAST_ID.get() + 1;
    LAST_ID.set(id);
    format!("field-{id}")
}

/// A labelled text field.
#[component]
pub fn Field(
    /// What it is for.
    #[prop(into)]
    label: String,
    /// What is typed.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// A sentence of help below it.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// The keyboard that touch devices show, as `decimal`.
    #[prop(default = "text")]
    inputmode: &'static str,
    /// The most characters.
    #[prop(default = 120)]
    max_length: u32,
    /// The id of a datalist with suggestions.
    #[prop(optional)]
    list: Option<&'static str>,
    /// An example in the empty field.
    #[prop(optional)]
    placeholder: Option<&'static str>,
    /// What stands behind the text, as a currency.
    #[prop(optional, into)]
    affix: Signal<String>,
    /// Whether the dialog gives it the focus.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let id = unique_id();
    view! {
        <div class="field">
            <label class="field-label" for=id.clone()>
                {label}
            </label>
            <span class="affixed">
                <input
                    id=id.clone()
                    type="text"
                    dir="auto"
                    autocomplete="off"
                    inputmode=inputmode
                    maxlength=max_length.to_string()
                    list=list
                    placeholder=placeholder
                    autofocus=autofocus
                    aria-invalid=text(move || error.with(Option::is_some))
                    aria-describedby=format!("{id}-note")
                    bind:value=value
                />
                <span class="affix" aria-hidden="true">
                    {affix}
                </span>
            </span>
            <FieldNote id error hint />
        </div>
    }
}

/// A labelled field of several lines.
#[component]
pub fn TextArea(
    /// What it is for.
    #[prop(into)]
    label: String,
    /// What is typed.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let id = unique_id();
    view! {
        <div class="field">
            <label class="field-label" for=id.clone()>
                {label}
            </label>
            <textarea
                id=id.clone()
                dir="auto"
                rows="2"
                maxlength="1000"
                aria-invalid=text(move || error.with(Option::is_some))
                aria-describedby=format!("{id}-note")
                prop:value=text(move || value.get())
                on:input:target=move |event| value.set(event.target().value())
            ></textarea>
            <FieldNote id error hint=None />
        </div>
    }
}

/// What is wrong, or else the help.
#[component]
fn FieldNote(
    id: String,
    error: Signal<Option<String>>,
    hint: Option<&'static str>,
) -> impl IntoView {
    let is_wrong = move || error.with(Option::is_some);
    let words = move || error.get().or_else(|| hint.map(str::to_owned));
    view! {
        <span class="field-note" class:field-error=is_wrong id=format!("{id}-note")>
            {words}
        </span>
    }
}

/// What is wrong with a form as a whole; said as soon as it is there.
#[component]
pub fn FormError(
    /// What is wrong.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    part(move || {
        error.get().map(|words| {
            view! {
                <p class="form-error" role="alert" dir="auto">
                    {words}
                </p>
            }
        })
    })
}
