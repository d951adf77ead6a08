//! One product's editor.

use leptos::prelude::*;

use super::product_form::{ProductForm, UNITS};
use crate::application::Command;
use crate::client::{Client, spawn, use_client};
use crate::domain::ids::ProductId;
use crate::domain::product::ProductCommand;
use crate::protocol::{Answer, Query, View, WorkerError};
use crate::ui::changing::{is, memo, part, part_if, text};
use crate::ui::components::{Field, FormError, Modal, SelectField, TextArea, sentence, use_toasts};
use crate::ui::format::use_format;
use crate::ui::handlers::{sent, tap};
use crate::ui::shop::use_shop;
use crate::views::{ProductDetail, ProductFilter};

const CATEGORIES_ID: &str = "known-categories";

/// A new product, or a known one.
#[component]
pub fn ProductDialog(
    /// The known one.
    #[prop(optional)]
    product_id: Option<ProductId>,
    /// Closes the dialog.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let client = use_client();
    let format = use_format();
    let is_new = product_id.is_none();
    let known = RwSignal::new(None::<ProductDetail>);
    let form = ProductForm::new(first_tax_rate());
    if let Some(product_id) = product_id {
        spawn(async move {
            let answer = client.query(Query::Product(product_id)).await;
            if let Ok(Answer::Product(Some(product))) = answer {
                form.fill(&product, format);
                known.try_set(Some(*product));
            }
        });
    }
    let is_ready = memo(move || is_new || known.with(Option::is_some));
    let label = if is_new {
        "New product"
    } else {
        "Edit product"
    };
    view! {
        <Modal label on_close class="wide-modal">
            {part_if(
                move || is_ready.get(),
                move || view! {
                    <ProductFields form known on_close />
                },
            )}
        </Modal>
    }
}

fn first_tax_rate() -> String {
    use_shop()
        .with_untracked(|shop| {
            let rates = &shop.settings.tax_rates;
            rates.first().map(|rate| rate.id.to_string())
        })
        .flatten()
        .unwrap_or_default()
}

#[component]
fn ProductFields(
    form: ProductForm,
    known: RwSignal<Option<ProductDetail>>,
    on_close: Callback<()>,
) -> impl IntoView {
    let client = use_client();
    let format = use_format();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let is_new = known.with_untracked(Option::is_none);
    let run = move |commands: Vec<Command>, done: &'static str| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        error.set(None);
        spawn(async move {
            match execute_all(client, commands).await {
                Ok(()) => {
                    toasts.say(done);
                    on_close.try_run(());
                }
                Err(why) => {
                    busy.try_set(false);
                    error.try_set(Some(sentence(&why.to_string())));
                }
            }
        });
    };
    let save = move || {
        let commands = known.with_untracked(|known| form.commands(known.as_ref(), format));
        if let Some(commands) = commands {
            run(
                commands,
                if is_new {
                    "Product created."
                } else {
                    "Product saved."
                },
            );
        }
    };
    let toggle_sold = move || {
        let Some(product) = known.get_untracked() else {
            return;
        };
        let (command, done) = if product.row.discontinued {
            (ProductCommand::Reinstate, "It is sold again.")
        } else {
            (ProductCommand::Discontinue, "It is sold no more.")
        };
        let product_id = product.row.product_id;
        run(
            vec![Command::Product {
                product_id,
                command,
            }],
            done,
        );
    };
    let sold_words = move || {
        let discontinued =
            known.with(|known| known.as_ref().is_some_and(|known| known.row.discontinued));
        if discontinued {
            "Sell it again"
        } else {
            "Discontinue"
        }
    };
    view! {
        <form
            class="form"
            novalidate
            on:submit=sent(save)
        >
            <Field label="Name" value=form.name error=form.name_error autofocus=true />
            <div class="form-pair">
                <Field
                    label="Price"
                    value=form.price
                    error=form.price_error
                    affix=Signal::derive(move || format.currency().code().to_owned())
                    inputmode="decimal"
                    max_length=24
                />
                <TaxRateChoice form />
            </div>
            <CategoryField form />
            <NewProductChoices form is_new />
            <Field
                label="Barcodes"
                value=form.barcodes
                hint="As many as the product has, with spaces between them."
                max_length=600
            />
            <TextArea label="Description" value=form.description />
            <FormError error />
            <div class="form-actions">
                {(!is_new)
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button danger"
                                disabled=is(busy)
                                on:click=tap(toggle_sold)
                            >
                                {text(sold_words)}
                            </button>
                        }
                    })}
                <button type="submit" class="button primary" disabled=is(busy)>
                    {if is_new { "Create product" } else { "Save product" }}
                </button>
            </div>
        </form>
    }
}

/// What is chosen once, when the product is created.
#[component]
fn NewProductChoices(form: ProductForm, is_new: bool) -> impl IntoView {
    let units: Vec<(String, String)> = UNITS
        .iter()
        .map(|(key, words, _)| ((*key).to_owned(), (*words).to_owned()))
        .collect();
    is_new.then(|| {
        view! {
            <div class="form-pair">
                <SelectField label="Sold by" value=form.unit options=units />
                <Field label="SKU" value=form.sku max_length=64 />
            </div>
            <label class="check">
                <input type="checkbox" bind:checked=form.track_stock />
                <span>"Track stock"</span>
            </label>
        }
    })
}

#[component]
fn TaxRateChoice(form: ProductForm) -> impl IntoView {
    let options = use_shop()
        .with_untracked(|shop| {
            let rates = shop.settings.tax_rates.iter();
            rates
                .map(|rate| (rate.id.to_string(), rate.name.clone()))
                .collect::<Vec<_>>()
        })
        .unwrap_or_default();
    view! { <SelectField label="Tax rate" value=form.tax_rate options /> }
}

/// A category that is known, or a new one.
#[component]
fn CategoryField(form: ProductForm) -> impl IntoView {
    let client = use_client();
    let page = client.live(
        &[View::Products],
        || {
            Some(Query::Products(ProductFilter {
                limit: 1,
                ..ProductFilter::default()
            }))
        },
        |_, answer| match answer {
            Answer::Products(page) => Some(page.categories),
            _ => None,
        },
    );
    let options = move || {
        let categories = page.get().unwrap_or_default();
        let option = |category| view! { <option value=category></option> };
        categories.into_iter().map(option).collect_view()
    };
    view! {
        <Field label="Category" value=form.category list=CATEGORIES_ID />
        <datalist id=CATEGORIES_ID>{part(options)}</datalist>
    }
}

/// One after the other; the first refusal ends it.
async fn execute_all(client: Client, commands: Vec<Command>) -> Result<(), WorkerError> {
    for command in commands {
        client.execute_and_wait(command).await?;
    }
    Ok(())
}
