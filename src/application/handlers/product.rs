//! Commands to one product, and the rule that needs to see the others.

use super::{Decision, Desk};
use crate::application::error::CommandError;
use crate::codec::barcode_tag;
use crate::domain::ids::ProductId;
use crate::domain::product::{self, ProductCommand, ProductError, ProductEvent};
use crate::domain::{Event, StreamType};
use crate::event_store::{AppendCondition, QueryItem, RecordedEvent};

/// Events about one code that are looked at at once, newest first, to find whose
/// it is. More are rare: a code seldom moves.
const CODE_EVENTS: u32 = 64;
/// What gives a code to a product.
const CODE_GIVEN: &[&str] = &["ProductCreated", "ProductBarcodeAdded"];

/// Decides on a command to one product.
pub fn handle(
    desk: &mut Desk<'_>,
    product_id: &ProductId,
    command: &ProductCommand,
) -> Result<Decision, CommandError> {
    let settings = desk.settings()?;
    let product = desk.repository.product(desk.store, product_id)?;
    let events = product::decide(&product.state, &settings, desk.now, command.clone())?;
    let mut decision = Decision::default();
    let codes: Vec<&String> = new_codes(&events).collect();
    if !codes.is_empty() {
        // What is given away after this point was not seen below.
        decision.condition = Some(AppendCondition {
            after: desk.store.head(),
            fail_if: codes.iter().map(|code| given(code)).collect(),
        });
    }
    for code in codes {
        check_code_is_free(desk, product_id, code)?;
    }
    decision.write(StreamType::Product, product_id.as_str(), &product, events);
    Ok(decision)
}

fn given(code: &str) -> QueryItem {
    QueryItem::tagged(barcode_tag(code)).of_types(CODE_GIVEN)
}

fn new_codes(events: &[ProductEvent]) -> impl Iterator<Item = &String> {
    events.iter().flat_map(|event| match event {
        ProductEvent::ProductCreated(created) => created
            .barcodes
            .iter()
            .chain(Some(&created.sku).filter(|sku| !sku.is_empty()))
            .collect(),
        ProductEvent::ProductBarcodeAdded { barcode } => vec![barcode],
        _ => Vec::new(),
    })
}

/// A SKU or barcode belongs to one product. The log itself is asked, by tag, in
/// the transaction that will record the code: exact, whatever the views know.
fn check_code_is_free(
    desk: &Desk<'_>,
    product_id: &ProductId,
    code: &str,
) -> Result<(), CommandError> {
    let tag = barcode_tag(code);
    let mut judged = Vec::new();
    let mut before = u64::MAX;
    loop {
        let events = desk
            .store
            .read_by_tag_backwards(&tag, before, CODE_EVENTS)?;
        for recorded in &events {
            before = recorded.global_position;
            let owner = owner_of(recorded);
            // Newest first: only a product's last word on the code counts.
            if owner == product_id.as_str() || judged.contains(&owner) {
                continue;
            }
            let removed = matches!(
                desk.store.decode(recorded)?,
                Event::Product(ProductEvent::ProductBarcodeRemoved { .. })
            );
            if let (false, Ok(owner)) = (removed, ProductId::new(owner.clone())) {
                return Err(ProductError::CodeTaken {
                    code: code.to_owned(),
                    owner,
                }
                .into());
            }
            judged.push(owner);
        }
        if events.len() < CODE_EVENTS as usize {
            return Ok(());
        }
    }
}

fn owner_of(recorded: &RecordedEvent) -> String {
    let prefix = StreamType::Product.stream_id("");
    let owner = recorded.stream_id.strip_prefix(&prefix);
    owner.unwrap_or_default().to_owned()
}
