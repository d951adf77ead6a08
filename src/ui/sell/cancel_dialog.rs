//! Giving an order up, with the reason.

use leptos::prelude::*;

use crate::application::Command;
use crate::client::{spawn, use_client};
use crate::domain::ids::OrderId;
use crate::ui::changing::text;
use crate::ui::components::{Field, FormError, Modal, sentence, use_toasts};
use crate::ui::handlers::{sent, tap};

/// The usual reasons; any other is typed.
const REASONS: [&str; 3] = ["Changed mind", "Mistake", "Not available"];

/// Asks why, then cancels the order.
#[component]
pub fn CancelDialog(
    /// Which.
    order_id: OrderId,
    /// Closes the dialog.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let client = use_client();
    let toasts = use_toasts();
    let reason = RwSignal::new(REASONS[0].to_owned());
    let error = RwSignal::new(None::<String>);
    let cancel = move || {
        let outcome = client.execute_and_wait(Command::CancelOrder {
            order_id: order_id.clone(),
            reason: reason.get_untracked(),
        });
        spawn(async move {
            match outcome.await {
                Ok(_) => {
                    toasts.say("The order was cancelled.");
                    on_close.try_run(());
                }
                Err(why) => {
                    error.try_set(Some(sentence(&why.to_string())));
                }
            }
        });
    };
    let chip = move |words: &'static str| {
        view! {
            <button
                type="button"
                class="chip"
                aria-pressed=text(move || reason.with(|reason| reason == words))
                on:click=tap(move || reason.set(words.to_owned()))
            >
                {words}
            </button>
        }
    };
    view! {
        <Modal label="Cancel this order?" on_close>
            <form
                class="form"
                novalidate
                on:submit=sent(cancel)
            >
                <p>"Its lines stay in the journal; the goods go back to stock."</p>
                <div class="chips wrap">{REASONS.map(chip).collect_view()}</div>
                <Field label="Reason" value=reason max_length=1000 />
                <FormError error />
                <div class="form-actions">
                    <button type="button" class="button" on:click=tap(move || on_close.run(()))>
                        "Keep the order"
                    </button>
                    <button type="submit" class="button danger-fill">
                        "Cancel the order"
                    </button>
                </div>
            </form>
        </Modal>
    }
}
