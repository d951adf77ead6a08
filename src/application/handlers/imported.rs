//! A sale that was made elsewhere. It is not a sale made here: it goes to the
//! register “Imported”, with numbers of its own and no shift, to products of its
//! own whose stock nobody keeps, so that no closing and no stock here moves.

use uuid::Uuid;

use super::order::{Story, issued_number};
use super::{Decision, Desk};
use crate::application::IMPORT_REGISTER;
use crate::application::command::{ImportedItem, ImportedSale};
use crate::application::error::CommandError;
use crate::domain::StreamType;
use crate::domain::ids::{LineId, PaymentId, ProductId, RegisterId};
use crate::domain::money::Money;
use crate::domain::order::{OrderCommand, OrderError, ProductFacts, StartOrder, Tender};
use crate::domain::product::{self, CreateProduct, ProductCommand, StockPolicy, Unit};
use crate::domain::register::{self, RegisterCommand};
use crate::domain::shop::{ShopConfigured, ShopError};

/// Where imported products are filed.
const IMPORTED_CATEGORY: &str = "Imported";
const REGISTER_NAME: &str = "Imported";

/// Ids derived from imported content: UUID v5 in this namespace.
pub const IMPORT_NAMESPACE: Uuid = Uuid::from_u128(0x6a3f_5d0e_9b1c_5b7e_8f4d_2c61_70a9_e350);

/// Records a ticket with all its events.
pub fn record(desk: &mut Desk<'_>, sale: &ImportedSale) -> Result<Decision, CommandError> {
    let settings = desk.settings()?;
    let register_id = RegisterId::new(IMPORT_REGISTER).map_err(|_| ShopError::NotConfigured)?;
    let mut decision = Decision::default();
    let mut products = Vec::new();
    for item in &sale.items {
        products.push(ensure_product(desk, &settings, item, &mut decision)?);
    }

    let register = desk.repository.register(desk.store, &register_id)?;
    let mut register_state = register.state.clone();
    let mut register_events = Vec::new();
    let name = RegisterCommand::Name {
        code: register_id.clone(),
        name: REGISTER_NAME.to_owned(),
    };
    let issue = RegisterCommand::IssueReceiptNumber {
        order_id: sale.order_id.clone(),
    };
    for command in [name, issue] {
        let events = register::decide(&register_state, command)?;
        events
            .iter()
            .for_each(|event| register::evolve(&mut register_state, event));
        register_events.extend(events);
    }

    let loaded = desk.repository.order(desk.store, &sale.order_id)?;
    let mut story = Story::new(desk, loaded.state.clone());
    story.then(OrderCommand::Start(StartOrder {
        customer_id: None,
        order_date: Some(sale.order_date),
        register: register_id.clone(),
        shift: None,
        cashier: String::new(),
        currency: settings.currency,
        tax_policy: settings.tax_policy,
        imported: true,
    }))?;
    for (index, (product, item)) in products.into_iter().zip(&sale.items).enumerate() {
        let line_id = LineId::new(format!("{}", index + 1)).map_err(|_| OrderError::Empty)?;
        story.then(OrderCommand::AddItem {
            line_id,
            product,
            quantity: item.quantity,
        })?;
    }
    story.then(OrderCommand::TakePayment {
        payment_id: PaymentId::new("1").map_err(|_| OrderError::Empty)?,
        tender: Tender::Imported,
        cash_rounding_minor: 1,
        receipt_number: issued_number(&register_events),
        register: register_id.clone(),
        shift: None,
    })?;

    decision.write(
        StreamType::Register,
        register_id.as_str(),
        &register,
        register_events,
    );
    decision.write(
        StreamType::Order,
        sale.order_id.as_str(),
        &loaded,
        story.events,
    );
    Ok(decision)
}

/// The product that items of this name are, created with the first of them.
fn ensure_product(
    desk: &mut Desk<'_>,
    settings: &ShopConfigured,
    item: &ImportedItem,
    decision: &mut Decision,
) -> Result<ProductFacts, CommandError> {
    let name = item.name.trim();
    let key = format!("product/{}", name.to_lowercase());
    let id = ProductId::from(Uuid::new_v5(&IMPORT_NAMESPACE, key.as_bytes()));
    let tax_rate = settings
        .tax_rates
        .first()
        .ok_or(ShopError::NoTaxRate)?
        .rate();

    let planned = decision.writes.iter().any(|write| write.id == id.as_str());
    let product = desk.repository.product(desk.store, &id)?;
    if product.state.is_none() && !planned {
        let create = ProductCommand::Create(CreateProduct {
            name: name.to_owned(),
            description: String::new(),
            price: Money::new(item.unit_price_minor, settings.currency)?,
            category: IMPORTED_CATEGORY.to_owned(),
            sku: String::new(),
            barcodes: Vec::new(),
            tax_rate: tax_rate.id.clone(),
            unit: Unit::Piece,
            stock_policy: StockPolicy::NotTracked,
        });
        let created = product::decide(&None, settings, desk.now, create)?;
        decision.write(StreamType::Product, id.as_str(), &product, created);
    }
    Ok(ProductFacts {
        id,
        name: name.to_owned(),
        unit_price_minor: item.unit_price_minor,
        tax_rate,
    })
}
