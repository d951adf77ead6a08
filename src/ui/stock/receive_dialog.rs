//! Goods that came in.

use leptos::prelude::*;

use crate::application::Command;
use crate::client::{spawn, use_client};
use crate::domain::product::ProductCommand;
use crate::ui::changing::is;
use crate::ui::components::{Field, FormError, Modal, sentence, use_toasts};
use crate::ui::format::use_format;
use crate::ui::handlers::sent;
use crate::views::StockRow;

/// Asks how much came in, from whom, and at what cost.
#[component]
pub fn ReceiveDialog(
    /// Of what.
    row: StockRow,
    /// Closes the dialog.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let client = use_client();
    let format = use_format();
    let toasts = use_toasts();
    let quantity = RwSignal::new(String::new());
    let supplier = RwSignal::new(String::new());
    let cost = RwSignal::new(String::new());
    let quantity_error = RwSignal::new(None::<String>);
    let cost_error = RwSignal::new(None::<String>);
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let name = row.name.clone();
    let submit = move || {
        let amount = format.parse_quantity(&quantity.get_untracked());
        let cost_per_unit = match cost.get_untracked().trim() {
            "" => Ok(None),
            text => format.parse_money(text).map(Some),
        };
        quantity_error.set(amount.clone().err());
        cost_error.set(cost_per_unit.clone().err());
        let (Ok(quantity), Ok(cost_per_unit), false) =
            (amount, cost_per_unit, busy.get_untracked())
        else {
            return;
        };
        busy.set(true);
        let outcome = client.execute_and_wait(Command::Product {
            product_id: row.product_id.clone(),
            command: ProductCommand::ReceiveStock {
                quantity,
                supplier: supplier.get_untracked(),
                cost_per_unit,
            },
        });
        spawn(async move {
            match outcome.await {
                Ok(_) => {
                    toasts.say("Stock received.");
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
        <Modal label="Receive stock" on_close>
            <form
                class="form"
                novalidate
                on:submit=sent(submit)
            >
                <p class="modal-subject" dir="auto">
                    {name}
                </p>
                <Field
                    label="Quantity"
                    value=quantity
                    error=quantity_error
                    inputmode="decimal"
                    max_length=12
                    autofocus=true
                />
                <Field label="Supplier" value=supplier hint="Optional." />
                <Field
                    label="Cost per unit"
                    value=cost
                    error=cost_error
                    affix=Signal::derive(move || format.currency().code().to_owned())
                    hint="Optional."
                    inputmode="decimal"
                    max_length=24
                />
                <FormError error />
                <div class="form-actions">
                    <button type="submit" class="button primary" disabled=is(busy)>
                        "Receive"
                    </button>
                </div>
            </form>
        </Modal>
    }
}
