//! A panic of the page itself: its program may not go on, so the screen stands
//! ready in the page and works without it.

use std::panic;

use leptos::prelude::*;

const SCREEN_ID: &str = "crashed";

/// Shows the recovery screen when the page's program panics.
pub fn install_hook() {
    panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        if let Some(screen) = document().get_element_by_id(SCREEN_ID) {
            let _ = screen.remove_attribute("hidden");
        }
    }));
}

/// The recovery screen, hidden until it is needed. Its button is a form's, which
/// the browser sends by itself: it loads the page again.
#[component]
pub fn CrashScreen() -> impl IntoView {
    view! {
        <form id=SCREEN_ID class="full-screen crash-screen" role="alert" method="get" hidden>
            <h1>"Daybook had to stop"</h1>
            <p>"Everything that was saved is safe. Restart to go on where you were."</p>
            <button type="submit" class="button primary big">
                "Restart"
            </button>
        </form>
    }
}
