//! Short messages of what happened. Good news goes by itself, unless the pointer
//! rests on it; errors stay until they are dismissed.

use std::time::Duration;

use leptos::prelude::*;

use super::Icon;
use crate::ui::changing::list;
use crate::ui::handlers::tap;

/// How long good news stays.
const SHOWN_FOR: Duration = Duration::from_millis(4000);
/// The most messages at a time; the oldest gives way.
const MAX_TOASTS: usize = 4;

#[derive(Clone, PartialEq, Eq)]
struct Toast {
    id: u32,
    text: String,
    is_error: bool,
}

/// Where to put messages; a handle in the context.
#[derive(Clone, Copy)]
pub struct Toasts {
    toasts: RwSignal<Vec<Toast>>,
    last_id: RwSignal<u32>,
}

impl Toasts {
    /// Provides it.
    pub fn provide() -> Self {
        let toasts = Self {
            toasts: RwSignal::new(Vec::new()),
            last_id: RwSignal::new(0),
        };
        provide_context(toasts);
        toasts
    }

    /// Says what happened.
    pub fn say(self, text: impl Into<String>) {
        self.push(text.into(), false);
    }

    /// Says what went wrong.
    pub fn fail(self, text: impl ToString) {
        self.push(sentence(&text.to_string()), true);
    }

    fn push(self, text: String, is_error: bool) {
        self.last_id.update(|id| *id += 1);
        let id = self.last_id.get_untracked();
        self.toasts.update(|toasts| {
            // The same complaint twice tells nothing new.
            toasts.retain(|toast| toast.text != text);
            if toasts.len() >= MAX_TOASTS {
                toasts.remove(0);
            }
            toasts.push(Toast { id, text, is_error });
        });
    }

    fn dismiss(self, id: u32) {
        self.toasts
            .try_update(|toasts| toasts.retain(|toast| toast.id != id));
    }
}

/// The domain's errors begin small, as parts of a sentence do.
pub fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let Some(first) = chars.next() else {
        return String::new();
    };
    let mut whole: String = first.to_uppercase().chain(chars).collect();
    if !whole.ends_with(['.', '!', '?']) {
        whole.push('.');
    }
    whole
}

/// Where to put messages.
pub fn use_toasts() -> Toasts {
    expect_context()
}

/// The messages on screen.
#[component]
pub fn ToastStack() -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <div class="toasts">
            {list(
                move || toasts.toasts.get(),
                |toast| toast.id.to_string(),
                |toast| view! { <ToastCard toast /> },
            )}
        </div>
    }
}

#[component]
fn ToastCard(toast: Toast) -> impl IntoView {
    let toasts = use_toasts();
    let hovered = StoredValue::new(false);
    let id = toast.id;
    if !toast.is_error {
        go_later(toasts, id, hovered);
    }
    view! {
        <div
            class="toast"
            class:toast-error=toast.is_error
            role=if toast.is_error { "alert" } else { "status" }
            on:pointerenter=move |_| hovered.set_value(true)
            on:pointerleave=move |_| hovered.set_value(false)
        >
            <Icon icon=if toast.is_error { icondata::LuTriangleAlert } else { icondata::LuCheck } />
            <p dir="auto">{toast.text}</p>
            <button
                type="button"
                class="icon-button"
                aria-label="Dismiss"
                on:click=tap(move || toasts.dismiss(id))
            >
                <Icon icon=icondata::LuX size_px=18 />
            </button>
        </div>
    }
}

fn go_later(toasts: Toasts, id: u32, hovered: StoredValue<bool>) {
    set_timeout(
        move || match hovered.try_get_value() {
            Some(true) => go_later(toasts, id, hovered),
            Some(false) => toasts.dismiss(id),
            None => {}
        },
        SHOWN_FOR,
    );
}
