//! A correction of the stock, with its reason.

use leptos::prelude::*;

use crate::application::Command;
use crate::client::{spawn, use_client};
use crate::domain::product::ProductCommand;
use crate::domain::text::{NOTE_LIMIT, required};
use crate::ui::changing::is;
use crate::ui::components::{Field, FormError, Modal, sentence, use_toasts};
use crate::ui::format::use_format;
use crate::ui::handlers::sent;
use crate::views::StockRow;

/// Asks by how much, and why.
#[component]
pub fn AdjustDialog(
    /// Of what.
    row: StockRow,
    /// Closes the dialog.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let client = use_client();
    let format = use_format();
    let toasts = use_toasts();
    let change = RwSignal::new(String::new());
    let reason = RwSignal::new(String::new());
    let change_error = RwSignal::new(None::<String>);
    let reason_error = RwSignal::new(None::<String>);
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let name = row.name.clone();
    let now = format!("{} on hand now", format.quantity(row.on_hand_milli));
    let submit = move || {
        let text = change.get_untracked();
        let amount = format.parse_quantity(text.trim().trim_start_matches('+'));
        let why = required("The reason", &reason.get_untracked(), NOTE_LIMIT)
            .map_err(|error| sentence(&error.to_string()));
        change_error.set(amount.clone().err());
        reason_error.set(why.clone().err());
        let (Ok(change), Ok(reason), false) = (amount, why, busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        let outcome = client.execute_and_wait(Command::Product {
            product_id: row.product_id.clone(),
            command: ProductCommand::AdjustStock { change, reason },
        });
        spawn(async move {
            match outcome.await {
                Ok(_) => {
                    toasts.say("Stock adjusted.");
                    on_close.try_run(());
                }
                Err(why) => {
                    busy.try_set(false);
                    error.try_set(Some(sentence(&why.to_string())));
                }
            }
        });
    };
    view! {
        <Modal label="Adjust stock" on_close>
            <form
                class="form"
                novalidate
                on:submit=sent(submit)
            >
                <p class="modal-subject">
                    <bdi>{name}</bdi>
                    <span class="quiet-text">{now}</span>
                </p>
                <Field
                    label="Change"
                    value=change
                    error=change_error
                    hint="More with 5, less with -2."
                    max_length=12
                    autofocus=true
                />
                <Field label="Reason" value=reason error=reason_error max_length=1000 />
                <FormError error />
                <div class="form-actions">
                    <button type="submit" class="button primary" disabled=is(busy)>
                        "Adjust"
                    </button>
                </div>
            </form>
        </Modal>
    }
}
