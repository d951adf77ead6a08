//! The receipt as it is read and as it is printed, on paper of 80 mm.

use leptos::ev;
use leptos::portal::Portal;
use leptos::prelude::*;

use crate::domain::order::PaymentMethod;
use crate::ui::changing::part_if;
use crate::ui::components::Icon;
use crate::ui::format::use_format;
use crate::ui::handlers::tap;
use crate::ui::shop::use_shop;
use crate::views::{OrderDetail, OrderPayment};

/// A method in words.
pub fn method_words(method: PaymentMethod) -> &'static str {
    match method {
        PaymentMethod::Cash => "Cash",
        PaymentMethod::Card => "Card",
        PaymentMethod::Imported => "Paid elsewhere",
    }
}

/// Lines, taxes, totals and payments.
#[component]
pub fn ReceiptLines(order: OrderDetail) -> impl IntoView {
    let format = use_format();
    let sum = move |words: String, amount_minor: i64, class: &'static str| {
        view! {
            <div class=format!("sum-row {class}")>
                <span dir="auto">{words}</span>
                <span>{format.money(amount_minor)}</span>
            </div>
        }
    };
    let lines = order.lines.iter().map(|line| {
        let detail = format!(
            "{} × {}",
            format.quantity(line.quantity_milli),
            format.money(line.unit_price_minor)
        );
        view! {
            <li>
                <span class="line-name" dir="auto">
                    {line.product_name.clone()}
                </span>
                <span class="line-total">{format.money(line.line_total_minor)}</span>
                <span class="line-detail">{detail}</span>
            </li>
        }
    });
    let lines = lines.collect_view();
    let taxes = order
        .taxes
        .iter()
        .map(|tax| {
            let words = format!(
                "Tax {} of {}",
                format.percent(tax.basis_points),
                format.money(tax.net_minor)
            );
            sum(words, tax.tax_minor, "")
        })
        .collect_view();
    let rounding = (order.rounding_minor != 0)
        .then(|| sum("Cash rounding".to_owned(), order.rounding_minor, ""));
    let stands = |payment: &&OrderPayment| payment.voided.is_none();
    let payments = order
        .payments
        .iter()
        .filter(stands)
        .map(|payment| {
            let mut words = method_words(payment.method).to_owned();
            if !payment.reference.is_empty() {
                words = format!("{words} · {}", payment.reference);
            }
            sum(words, payment.tendered_minor, "")
        })
        .collect_view();
    let change =
        (order.change_minor != 0).then(|| sum("Change".to_owned(), -order.change_minor, ""));
    view! {
        <ul class="receipt-lines">{lines}</ul>
        <div class="sums">
            {sum("Net".to_owned(), order.net_minor, "")}
            {taxes}
            {rounding}
            {sum(
                "Total".to_owned(),
                order.row.total_amount_minor + order.rounding_minor,
                "strong",
            )}
            {payments}
            {change}
        </div>
    }
}

/// The button that prints the receipt. The paper is in the page only while it is
/// printed.
#[component]
pub fn PrintReceipt(order: OrderDetail) -> impl IntoView {
    let is_printing = RwSignal::new(false);
    let order = StoredValue::new(order);
    let after = window_event_listener(ev::Custom::<web_sys::Event>::new("afterprint"), move |_| {
        is_printing.try_set(false);
    });
    on_cleanup(move || after.remove());
    let print = move || {
        is_printing.set(true);
        // The paper must be in the page before the browser looks.
        request_animation_frame(|| {
            let _ = window().print();
        });
    };
    view! {
        <button type="button" class="button" on:click=tap(print)>
            <Icon icon=icondata::LuPrinter size_px=18 />
            "Print receipt"
        </button>
        {part_if(
            move || is_printing.get(),
            move || view! {
                <Portal>
                    <ReceiptPaper order=order.get_value() />
                </Portal>
            },
        )}
    }
}

#[component]
fn ReceiptPaper(order: OrderDetail) -> impl IntoView {
    let format = use_format();
    let shop = use_shop();
    let head = shop.with_untracked(|shop| {
        view! {
            <strong class="paper-name" dir="auto">
                {shop.settings.name.clone()}
            </strong>
            <p class="paper-address" dir="auto">
                {shop.settings.address.clone()}
            </p>
            <p dir="auto">{shop.settings.tax_id.clone()}</p>
        }
    });
    let number = order.row.receipt_number.clone().unwrap_or_default();
    let date = format.date_time(order.completed_at_ms.unwrap_or(order.row.order_date_ms));
    let who = format!("{} · {}", order.row.register, order.row.cashier);
    view! {
        <article class="paper">
            <header>{head}</header>
            <p class="paper-number">
                <span>{format!("Receipt {number}")}</span>
                <span>{date}</span>
            </p>
            <p dir="auto">{who}</p>
            <ReceiptLines order />
            <footer>"Thank you"</footer>
        </article>
    }
}
