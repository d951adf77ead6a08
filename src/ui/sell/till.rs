//! What is being sold at this till: the order at hand, and whether it is being
//! paid. The tab remembers both over a reload; all else comes from the views.

use leptos::prelude::*;

use crate::application::Command;
use crate::client::{Client, new_id, spawn};
use crate::domain::ids::{LineId, OrderId, ProductId};
use crate::domain::order::OrderStatus;
use crate::domain::quantity::Quantity;
use crate::protocol::{Answer, Query, View};
use crate::ui::changing::{effect, memo};
use crate::ui::components::{Toasts, forget, recall, remember, use_toasts};
use crate::views::{OpenOrder, OrderDetail};

const CURRENT_KEY: &str = "daybook.order";
const CHECKOUT_KEY: &str = "daybook.checkout";

/// The till; a handle in the context.
#[derive(Clone, Copy)]
pub struct Till {
    client: Client,
    toasts: Toasts,
    current: RwSignal<OrderId>,
    checkout: RwSignal<Option<OrderId>>,
    open_orders: Signal<Option<Vec<OpenOrder>>>,
    order: Memo<Option<OrderDetail>>,
}

impl Till {
    /// Provides it, with the order that was at hand before, if it is still open.
    pub fn provide(client: Client) {
        let checkout = RwSignal::new(recalled(CHECKOUT_KEY));
        let current = RwSignal::new(
            checkout
                .get_untracked()
                .or_else(|| recalled(CURRENT_KEY))
                .unwrap_or_else(new_id),
        );
        let open_orders = client.live(
            &[View::Orders],
            || Some(Query::OpenOrders),
            |_, answer| match answer {
                Answer::OpenOrders(orders) => Some(orders),
                _ => None,
            },
        );
        let (order, has_ended) = order_at_hand(client, current);
        let till = Self {
            client,
            toasts: use_toasts(),
            current,
            checkout,
            open_orders,
            order,
        };
        effect(move || remember(CURRENT_KEY, current.get().as_str()));
        effect(move || match checkout.get() {
            Some(order_id) => remember(CHECKOUT_KEY, order_id.as_str()),
            None => forget(CHECKOUT_KEY),
        });
        till.take_up_an_open_order();
        // Cancelled on its own page, for example: the next item begins another.
        effect(move || {
            if has_ended.get() && checkout.with(Option::is_none) {
                till.begin_another();
            }
        });
        provide_context(till);
    }

    /// The first time that the open orders are known: goes on with the newest, if
    /// the one that was remembered is open no more.
    fn take_up_an_open_order(self) {
        let mut is_done = false;
        effect(move || {
            let Some(orders) = self.open_orders.get().filter(|_| !is_done) else {
                return;
            };
            is_done = true;
            let current = self.current.get_untracked();
            let is_open = orders.iter().any(|order| order.order_id == current);
            let is_paying = self.checkout.with_untracked(Option::is_some);
            if let (false, false, Some(newest)) = (is_open, is_paying, orders.last()) {
                self.current.set(newest.order_id.clone());
            }
        });
    }

    /// The id of the order at hand; it may not have begun.
    pub fn current(self) -> RwSignal<OrderId> {
        self.current
    }

    /// The order at hand as the views show it; nothing before its first item.
    pub fn order(self) -> Memo<Option<OrderDetail>> {
        self.order
    }

    /// All open orders of this register, oldest first.
    pub fn open_orders(self) -> Signal<Option<Vec<OpenOrder>>> {
        self.open_orders
    }

    /// The order that is being paid, or whose receipt is shown.
    pub fn checkout(self) -> RwSignal<Option<OrderId>> {
        self.checkout
    }

    /// Whether nothing would be interrupted; tracked.
    pub fn is_idle(self) -> bool {
        self.checkout.with(Option::is_none) && self.order.with(Option::is_none)
    }

    /// Puts goods into the order at hand: sent at once, and nobody waits for it.
    pub fn add(self, product_id: ProductId, quantity: Quantity) {
        self.send(Command::AddItem {
            order_id: self.current.get_untracked(),
            line_id: new_id(),
            product_id,
            quantity,
        });
    }

    /// Takes goods out of the order at hand.
    pub fn remove(self, line_id: LineId, quantity: Quantity) {
        self.send(Command::RemoveItem {
            order_id: self.current.get_untracked(),
            line_id,
            quantity,
        });
    }

    fn send(self, command: Command) {
        let outcome = self.client.execute(command);
        spawn(async move {
            if let Err(error) = outcome.await {
                self.toasts.fail(error);
            }
        });
    }

    /// Begins another order; it starts with its first item.
    pub fn begin_another(self) {
        self.current.set(new_id());
    }

    /// Goes on with another open order.
    pub fn switch_to(self, order_id: OrderId) {
        self.current.set(order_id);
    }

    /// Opens the payment of the order at hand.
    pub fn charge(self) {
        if self.order.with_untracked(Option::is_some) {
            self.checkout.set(Some(self.current.get_untracked()));
        }
    }

    /// Back to the cart.
    pub fn leave_checkout(self) {
        self.checkout.set(None);
    }

    /// The receipt was seen: the next sale.
    pub fn finish_checkout(self) {
        self.begin_another();
        self.checkout.set(None);
    }
}

/// The order with the current id while it is open, never one that was asked for
/// before; and whether it has ended.
fn order_at_hand(
    client: Client,
    current: RwSignal<OrderId>,
) -> (Memo<Option<OrderDetail>>, Memo<bool>) {
    let detail = client.live(
        &[View::Orders],
        move || Some(Query::Order(current.get())),
        |_, answer| match answer {
            Answer::Order(order) => Some(order.map(|order| *order)),
            _ => None,
        },
    );
    let look = move |is_wanted: fn(&OrderDetail) -> bool| {
        let current = current.get();
        detail.with(|detail| {
            detail
                .as_ref()
                .and_then(Option::as_ref)
                .filter(|order| order.row.order_id == current && is_wanted(order))
                .cloned()
        })
    };
    let is_open =
        |order: &OrderDetail| order.row.status == OrderStatus::Pending && !order.lines.is_empty();
    let has_ended = |order: &OrderDetail| order.row.status != OrderStatus::Pending;
    (
        memo(move || look(is_open)),
        memo(move || look(has_ended).is_some()),
    )
}

fn recalled(key: &str) -> Option<OrderId> {
    recall(key).and_then(|text| OrderId::new(text).ok())
}

/// The till that the frame provides.
pub fn use_till() -> Till {
    expect_context()
}
