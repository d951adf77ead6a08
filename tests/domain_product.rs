//! A product's rules: what can be sold, at which price, and what came in.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use daybook::domain::ids::TaxRateId;
use daybook::domain::product::{
    CreateProduct, EditProduct, MAX_BARCODES, Product, ProductCommand, ProductCreated,
    ProductError, ProductEvent, StockPolicy, Unit, decide, evolve,
};
use daybook::domain::text::{CODE_LIMIT, NAME_LIMIT, NOTE_LIMIT};
use daybook::domain::{Money, Quantity, TextError, Timestamp};
use support::decider::{Decider, given};
use support::{eur, settings};

const NOW: Timestamp = Timestamp(1_000);

#[derive(Clone)]
struct AProduct;

impl Decider for AProduct {
    type State = Option<Product>;
    type Command = ProductCommand;
    type Event = ProductEvent;
    type Rule = ProductError;

    fn decide(
        &self,
        state: &Self::State,
        command: ProductCommand,
    ) -> Result<Vec<ProductEvent>, ProductError> {
        decide(state, &settings(), NOW, command)
    }

    fn evolve(state: &mut Self::State, event: &ProductEvent) {
        evolve(state, event);
    }
}

fn rate(id: &str) -> TaxRateId {
    TaxRateId::new(id).unwrap()
}

fn yen(minor: i64) -> Money {
    Money::new(minor, "JPY".parse().unwrap()).unwrap()
}

fn quantity(milli: i64) -> Quantity {
    Quantity::from_milli(milli).unwrap()
}

fn bread() -> CreateProduct {
    CreateProduct {
        name: "Rye loaf".to_owned(),
        description: "Dark".to_owned(),
        price: eur(450),
        category: "Bread".to_owned(),
        sku: "RYE-1".to_owned(),
        barcodes: vec!["4006381333931".to_owned(), "B2".to_owned()],
        tax_rate: rate("reduced"),
        unit: Unit::Piece,
        stock_policy: StockPolicy::Allow,
    }
}

fn created_from(create: CreateProduct) -> ProductEvent {
    ProductEvent::ProductCreated(ProductCreated {
        name: create.name,
        description: create.description,
        initial_price: create.price,
        category: create.category,
        sku: create.sku,
        barcodes: create.barcodes,
        tax_rate: create.tax_rate,
        unit: create.unit,
        stock_policy: create.stock_policy,
    })
}

fn created() -> ProductEvent {
    created_from(bread())
}

fn create(change: impl FnOnce(&mut CreateProduct)) -> ProductCommand {
    let mut product = bread();
    change(&mut product);
    ProductCommand::Create(product)
}

fn edit(change: impl FnOnce(&mut EditProduct)) -> ProductCommand {
    let product = bread();
    let mut edit = EditProduct {
        name: product.name,
        description: product.description,
        category: product.category,
        barcodes: product.barcodes,
        tax_rate: product.tax_rate,
    };
    change(&mut edit);
    ProductCommand::Edit(edit)
}

fn receive(milli: i64, cost: Option<Money>) -> ProductCommand {
    ProductCommand::ReceiveStock {
        quantity: quantity(milli),
        supplier: " Mill & Co ".to_owned(),
        cost_per_unit: cost,
    }
}

fn stocked(milli: i64, cost: Option<Money>) -> ProductEvent {
    ProductEvent::InventoryItemStocked {
        quantity_added: quantity(milli),
        supplier: "Mill & Co".to_owned(),
        cost_per_unit: cost,
        received_date: NOW,
    }
}

fn adjust(milli: i64, reason: &str) -> ProductCommand {
    ProductCommand::AdjustStock {
        change: quantity(milli),
        reason: reason.to_owned(),
    }
}

#[test]
fn a_product_is_created_as_typed_without_white_space_around() {
    given(&AProduct, [])
        .when(create(|p| {
            p.name = " Rye loaf ".to_owned();
            p.sku = " RYE-1 ".to_owned();
            p.barcodes = vec![
                " 4006381333931".to_owned(),
                "  ".to_owned(),
                "B2".to_owned(),
            ];
        }))
        .then([created()]);
}

#[test]
fn only_name_price_and_tax_rate_are_needed() {
    let plain = |p: &mut CreateProduct| {
        p.description.clear();
        p.category.clear();
        p.sku.clear();
        p.barcodes.clear();
        p.price = eur(0);
    };
    let mut expected = bread();
    plain(&mut expected);
    given(&AProduct, [])
        .when(create(plain))
        .then([created_from(expected)]);
}

#[test]
fn a_product_is_created_once() {
    given(&AProduct, [created()])
        .when(create(|_| {}))
        .then_error(ProductError::AlreadyExists);
}

#[test]
fn nothing_can_be_asked_of_a_product_that_is_not_there() {
    for command in [
        edit(|_| {}),
        ProductCommand::ChangePrice { new_price: eur(1) },
        receive(1000, None),
        adjust(1000, "found"),
        ProductCommand::Discontinue,
        ProductCommand::Reinstate,
    ] {
        given(&AProduct, [])
            .when(command)
            .then_error(ProductError::NotFound);
    }
}

#[test]
fn a_price_is_in_the_shops_currency_and_not_negative() {
    let wrong = || ProductError::WrongCurrency {
        expected: settings().currency,
        actual: "JPY".parse().unwrap(),
    };
    for (price, rule) in [(eur(-1), ProductError::NegativePrice), (yen(100), wrong())] {
        given(&AProduct, [])
            .when(create(|p| p.price = price))
            .then_error(rule.clone());
        given(&AProduct, [created()])
            .when(ProductCommand::ChangePrice { new_price: price })
            .then_error(rule);
    }
}

#[test]
fn a_price_change_keeps_the_old_price_beside_the_new() {
    let changed = |old, new| ProductEvent::ProductPriceUpdated {
        new_price: eur(new),
        old_price: eur(old),
        effective_date: NOW,
    };
    given(&AProduct, [created()])
        .when(ProductCommand::ChangePrice {
            new_price: eur(500),
        })
        .then([changed(450, 500)])
        .when(ProductCommand::ChangePrice {
            new_price: eur(500),
        })
        .then_nothing()
        .when(ProductCommand::ChangePrice { new_price: eur(0) })
        .then([changed(500, 0)]);
}

#[test]
fn a_tax_rate_is_one_of_the_shops() {
    let unknown = || ProductError::UnknownTaxRate("luxury".to_owned());
    given(&AProduct, [])
        .when(create(|p| p.tax_rate = rate("luxury")))
        .then_error(unknown());
    given(&AProduct, [created()])
        .when(edit(|p| p.tax_rate = rate("luxury")))
        .then_error(unknown());
}

#[test]
fn an_edit_records_only_what_changes() {
    given(&AProduct, [created()])
        .when(edit(|_| {}))
        .then_nothing()
        .when(edit(|p| p.name = " Rye loaf ".to_owned()))
        .then_nothing()
        .when(edit(|p| p.name = "Rye".to_owned()))
        .then([ProductEvent::ProductNameChanged {
            name: "Rye".to_owned(),
        }])
        .when(edit(|p| p.name = "Rye".to_owned()))
        .then_nothing();
}

#[test]
fn an_edit_of_everything_is_an_event_for_each_part() {
    given(&AProduct, [created()])
        .when(edit(|p| {
            p.name = "Rye".to_owned();
            p.description = String::new();
            p.category = "Loaves".to_owned();
            p.tax_rate = rate("standard");
            p.barcodes = vec!["B2".to_owned(), "B3".to_owned()];
        }))
        .then([
            ProductEvent::ProductNameChanged {
                name: "Rye".to_owned(),
            },
            ProductEvent::ProductDescribed {
                description: String::new(),
            },
            ProductEvent::ProductRecategorised {
                category: "Loaves".to_owned(),
            },
            ProductEvent::ProductTaxRateChanged {
                tax_rate: rate("standard"),
            },
            ProductEvent::ProductBarcodeRemoved {
                barcode: "4006381333931".to_owned(),
            },
            ProductEvent::ProductBarcodeAdded {
                barcode: "B3".to_owned(),
            },
        ]);
}

#[test]
fn texts_have_limits_and_no_control_characters() {
    let card = "4111111111111111";
    for (label, limit, is_required) in [
        ("The name", NAME_LIMIT, true),
        ("The description", NOTE_LIMIT, false),
        ("The category", NAME_LIMIT, false),
    ] {
        let field = || label.to_owned();
        let mut cases = vec![
            (
                "ü".repeat(limit + 1),
                TextError::TooLong {
                    field: field(),
                    limit,
                },
            ),
            (
                "a\0b".to_owned(),
                TextError::ControlCharacter { field: field() },
            ),
            (card.to_owned(), TextError::CardNumber { field: field() }),
        ];
        if is_required {
            cases.push((" ".to_owned(), TextError::Missing { field: field() }));
        }
        for (text, rule) in cases {
            given(&AProduct, [])
                .when(create(|p| match label {
                    "The name" => p.name = text.clone(),
                    "The description" => p.description = text.clone(),
                    _ => p.category = text.clone(),
                }))
                .then_error(rule.clone());
            given(&AProduct, [created()])
                .when(edit(|p| match label {
                    "The name" => p.name = text,
                    "The description" => p.description = text,
                    _ => p.category = text,
                }))
                .then_error(rule);
        }
    }
    let longest = "ü".repeat(NAME_LIMIT);
    given(&AProduct, [created()])
        .when(edit(|p| p.name = longest.clone()))
        .then([ProductEvent::ProductNameChanged { name: longest }]);
}

#[test]
fn codes_are_printable_ascii_of_limited_length() {
    for (label, set) in [
        (
            "The SKU",
            (|p, code| p.sku = code) as fn(&mut CreateProduct, String),
        ),
        ("The barcode", |p, code| p.barcodes = vec![code]),
    ] {
        let field = || label.to_owned();
        for (code, rule) in [
            (
                "7".repeat(CODE_LIMIT + 1),
                TextError::TooLong {
                    field: field(),
                    limit: CODE_LIMIT,
                },
            ),
            (
                "a b".to_owned(),
                TextError::ControlCharacter { field: field() },
            ),
            (
                "a\0".to_owned(),
                TextError::ControlCharacter { field: field() },
            ),
            (
                "é".to_owned(),
                TextError::ControlCharacter { field: field() },
            ),
        ] {
            given(&AProduct, [])
                .when(create(|p| set(p, code)))
                .then_error(rule);
        }
        let longest = "7".repeat(CODE_LIMIT);
        let mut expected = bread();
        set(&mut expected, longest.clone());
        given(&AProduct, [])
            .when(create(|p| set(p, longest)))
            .then([created_from(expected)]);
    }
}

#[test]
fn barcodes_are_different_from_each_other_and_not_too_many() {
    let codes = |count: usize| (0..count).map(|n| format!("C{n}")).collect::<Vec<_>>();
    let twice = vec!["C1".to_owned(), " C1".to_owned()];
    for (barcodes, rule) in [
        (twice, ProductError::DuplicateCode("C1".to_owned())),
        (
            codes(MAX_BARCODES + 1),
            ProductError::TooManyBarcodes(MAX_BARCODES),
        ),
    ] {
        given(&AProduct, [])
            .when(create(|p| p.barcodes = barcodes.clone()))
            .then_error(rule.clone());
        given(&AProduct, [created()])
            .when(edit(|p| p.barcodes = barcodes))
            .then_error(rule);
    }
    let mut expected = bread();
    expected.barcodes = codes(MAX_BARCODES);
    given(&AProduct, [])
        .when(ProductCommand::Create(expected.clone()))
        .then([created_from(expected)]);
}

#[test]
fn goods_that_come_in_are_more_than_none() {
    for milli in [0, -1000] {
        given(&AProduct, [created()])
            .when(receive(milli, None))
            .then_error(ProductError::QuantityNotPositive);
    }
    given(&AProduct, [created()])
        .when(receive(1, None))
        .then([stocked(1, None)]);
}

#[test]
fn a_cost_is_in_the_shops_currency_and_not_negative() {
    given(&AProduct, [created()])
        .when(receive(1000, Some(eur(-1))))
        .then_error(ProductError::NegativeCost)
        .when(receive(1000, Some(yen(1))))
        .then_error(ProductError::WrongCurrency {
            expected: settings().currency,
            actual: "JPY".parse().unwrap(),
        })
        .when(receive(1000, Some(eur(0))))
        .then([stocked(1000, Some(eur(0)))])
        .when(receive(2500, Some(eur(120))))
        .then([stocked(2500, Some(eur(120)))]);
}

#[test]
fn a_supplier_is_a_text_like_any_other() {
    let command = |supplier: &str| ProductCommand::ReceiveStock {
        quantity: Quantity::ONE,
        supplier: supplier.to_owned(),
        cost_per_unit: None,
    };
    given(&AProduct, [created()])
        .when(command("4111111111111111"))
        .then_error(TextError::CardNumber {
            field: "The supplier".to_owned(),
        })
        .when(command(""))
        .then([ProductEvent::InventoryItemStocked {
            quantity_added: Quantity::ONE,
            supplier: String::new(),
            cost_per_unit: None,
            received_date: NOW,
        }]);
}

#[test]
fn a_correction_goes_either_way_and_says_why() {
    let adjusted = |milli| ProductEvent::InventoryAdjusted {
        quantity_change: quantity(milli),
        reason: "counted".to_owned(),
        adjustment_date: NOW,
    };
    given(&AProduct, [created()])
        .when(adjust(-2500, " counted "))
        .then([adjusted(-2500)])
        .when(adjust(1, "counted"))
        .then([adjusted(1)])
        .when(adjust(0, "counted"))
        .then_error(ProductError::NothingToAdjust)
        .when(adjust(1000, " "))
        .then_error(TextError::Missing {
            field: "The reason".to_owned(),
        });
}

#[test]
fn a_product_leaves_the_shelf_and_comes_back_once_each() {
    given(&AProduct, [created()])
        .when(ProductCommand::Reinstate)
        .then_nothing()
        .when(ProductCommand::Discontinue)
        .then([ProductEvent::ProductDiscontinued])
        .when(ProductCommand::Discontinue)
        .then_nothing()
        .when(ProductCommand::Reinstate)
        .then([ProductEvent::ProductReinstated]);
}
