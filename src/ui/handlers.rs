//! What happens at a tap or when a form is sent. As in
//! [`changing`](super::changing), all handlers of a kind share their machinery.

use leptos::ev::{MouseEvent, SubmitEvent};

/// At a tap, or at Enter and Space.
pub fn tap(mut run: impl FnMut() + 'static) -> Box<dyn FnMut(MouseEvent)> {
    Box::new(move |_| run())
}

/// When a form is sent; it is never sent anywhere but here.
pub fn sent(mut run: impl FnMut() + 'static) -> Box<dyn FnMut(SubmitEvent)> {
    Box::new(move |event| {
        event.prevent_default();
        run();
    })
}
