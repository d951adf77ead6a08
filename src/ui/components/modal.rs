//! A native modal dialog, open for as long as it is mounted.

use leptos::ev;
use leptos::html::Dialog;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::client::spawn;
use crate::ui::handlers::tap;

/// A modal dialog. The parent mounts it to open it and unmounts it on `on_close`.
#[component]
pub fn Modal(
    /// Its accessible name, shown as its heading unless `bare`.
    #[prop(into)]
    label: String,
    /// Escape, or the close button.
    #[prop(into)]
    on_close: Callback<()>,
    /// Classes beside `modal`.
    #[prop(optional)]
    class: &'static str,
    /// Without heading and close button: the content brings its own.
    #[prop(optional)]
    bare: bool,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    dialog.on_load(|dialog| {
        // Fails only for a dialog that is open already or not in the page.
        if !dialog.open() {
            let _ = dialog.show_modal();
        }
    });
    give_focus_back();
    let cancel = move |event: ev::Event| {
        // Events of fields inside bubble up to here too.
        if event.target() == event.current_target() {
            event.prevent_default();
            on_close.run(());
        }
    };
    let heading = (!bare).then(|| {
        view! {
            <header class="modal-head">
                <h2>{label.clone()}</h2>
                <button
                    type="button"
                    class="icon-button"
                    aria-label="Close"
                    on:click=tap(move || on_close.run(()))
                >
                    <super::Icon icon=icondata::LuX />
                </button>
            </header>
        }
    });
    view! {
        <dialog
            node_ref=dialog
            class=format!("modal {class}")
            aria-label=label
            on:cancel=cancel
            on:close=move |_| on_close.run(())
        >
            {heading}
            {children()}
        </dialog>
    }
}

/// Unmounting a dialog gives the focus to nobody; it belongs where it was before,
/// or to the screen where that is not there any more or has nothing to do.
fn give_focus_back() {
    let before = document()
        .active_element()
        .and_then(|element| element.dyn_into::<HtmlElement>().ok());
    let before = StoredValue::new_local(before);
    on_cleanup(move || {
        let before = before.try_get_value().flatten();
        spawn(async move {
            let is_there = |element: &HtmlElement| {
                element.is_connected() && element.matches(":not(body, :disabled)") == Ok(true)
            };
            if let Some(element) = before.filter(is_there).or_else(screen) {
                let _ = element.focus();
            }
        });
    });
}

fn screen() -> Option<HtmlElement> {
    let main = document().query_selector("main").ok().flatten()?;
    main.dyn_into().ok()
}
