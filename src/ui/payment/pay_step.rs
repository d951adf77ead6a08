//! What is to pay, and how.

use leptos::html::Input;
use leptos::prelude::*;

use super::card_tender::{CardAmount, CardTender};
use super::cash_tender::{CashAmount, CashTender};
use super::payments_list::PaymentsList;
use crate::application::Command;
use crate::client::{Client, new_id, spawn, use_client};
use crate::domain::order::Tender;
use crate::ui::changing::{flag, part, text};
use crate::ui::components::{FormError, Icon, sentence};
use crate::ui::format::use_format;
use crate::ui::handlers::tap;
use crate::views::OrderDetail;

/// How the customer pays.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Notes and coins.
    Cash,
    /// The terminal beside the till.
    Card,
}

/// The payment that is being put together; a handle for the parts of the dialog.
#[derive(Clone, Copy)]
pub struct Paying {
    client: Client,
    /// The order as the views show it.
    pub order: Memo<Option<OrderDetail>>,
    /// How.
    pub method: RwSignal<Method>,
    /// The amount that was typed; empty where none was.
    pub typed: RwSignal<String>,
    /// The terminal's reference that was typed.
    pub reference: RwSignal<String>,
    /// While a payment is on its way no second one is taken.
    pub busy: RwSignal<bool>,
    /// Why the last one was not taken.
    pub error: RwSignal<Option<String>>,
    /// Whether the amount was given the focus.
    focused: StoredValue<bool>,
}

impl Paying {
    fn new(client: Client, order: Memo<Option<OrderDetail>>) -> Self {
        Self {
            client,
            order,
            method: RwSignal::new(Method::Cash),
            typed: RwSignal::new(String::new()),
            reference: RwSignal::new(String::new()),
            busy: RwSignal::new(false),
            error: RwSignal::new(None),
            focused: StoredValue::new(false),
        }
    }

    /// The first amount that is shown takes the focus, so that it can be typed at
    /// once; choosing another method must not take the focus from the choice.
    pub fn focus_once(self, input: NodeRef<Input>) {
        input.on_load(move |input| {
            if !self.focused.get_value() {
                self.focused.set_value(true);
                let _ = input.focus();
            }
        });
    }

    /// What is due, by the method that is chosen: cash may be rounded.
    pub fn due_minor(self) -> i64 {
        let method = self.method.get();
        self.order.with(|order| {
            order.as_ref().map_or(0, |order| match method {
                Method::Cash => order.cash_due_minor,
                Method::Card => order.due_minor,
            })
        })
    }

    /// Takes `tender`. The receipt appears once it is committed and projected.
    pub fn take(self, tender: Tender) {
        self.run(move |order| Command::TakePayment {
            order_id: order.row.order_id.clone(),
            payment_id: new_id(),
            tender,
        });
    }

    /// Sends one command at a time.
    pub fn run(self, command: impl FnOnce(&OrderDetail) -> Command) {
        if self.busy.get_untracked() {
            return;
        }
        let Some(command) = self
            .order
            .with_untracked(|order| order.as_ref().map(command))
        else {
            return;
        };
        self.busy.set(true);
        self.error.set(None);
        let outcome = self.client.execute_and_wait(command);
        spawn(async move {
            let result = outcome.await;
            self.busy.try_set(false);
            match result {
                Ok(_) => {
                    self.typed.try_set(String::new());
                    self.reference.try_set(String::new());
                }
                Err(why) => {
                    self.error.try_set(Some(sentence(&why.to_string())));
                }
            }
        });
    }
}

/// The paying.
#[component]
pub fn PayStep(
    /// What is paid.
    order: Memo<Option<OrderDetail>>,
    /// Back to the cart.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let paying = Paying::new(use_client(), order);
    let format = use_format();
    let note = move || {
        let total = order.with(|order| order.as_ref().map_or(0, |order| order.due_minor));
        let due = paying.due_minor();
        (due != total).then(|| format!("{} rounded for cash", format.money(total)))
    };
    let is_cash = move || paying.method.get() == Method::Cash;
    view! {
        <div class="pay-left">
            <header class="pay-head">
                <div>
                    <p class="pay-label" id="to-pay">
                        "To pay"
                    </p>
                    <output class="to-pay" aria-labelledby="to-pay">
                        {text(move || format.money(paying.due_minor()))}
                    </output>
                    <p class="pay-note">{text(note)}</p>
                </div>
                <button
                    type="button"
                    class="icon-button"
                    aria-label="Back to the cart"
                    on:click=tap(move || on_close.run(()))
                >
                    <Icon icon=icondata::LuX />
                </button>
            </header>
            <MethodChoice paying />
            <div class="tender">
                {part(move || {
                    if is_cash() {
                        view! { <CashTender paying /> }.into_any()
                    } else {
                        view! { <CardTender paying /> }.into_any()
                    }
                })}
            </div>
            <PaymentsList paying />
            <FormError error=paying.error />
        </div>
        <div class="pay-right">
            {part(move || {
                if is_cash() {
                    view! { <CashAmount paying /> }.into_any()
                } else {
                    view! { <CardAmount paying /> }.into_any()
                }
            })}
        </div>
    }
}

#[component]
fn MethodChoice(paying: Paying) -> impl IntoView {
    let choice = move |method: Method, name: &'static str| {
        view! {
            <label class="segment" class:chosen=flag(move || paying.method.get() == method)>
                <input
                    type="radio"
                    name="method"
                    prop:checked=flag(move || paying.method.get() == method)
                    on:change=move |_| {
                        paying.method.set(method);
                        paying.typed.set(String::new());
                        paying.error.set(None);
                    }
                />
                <span>{name}</span>
            </label>
        }
    };
    view! {
        <fieldset class="segmented">
            <legend class="visually-hidden">"Method"</legend>
            {choice(Method::Cash, "Cash")}
            {choice(Method::Card, "Card")}
        </fieldset>
    }
}
