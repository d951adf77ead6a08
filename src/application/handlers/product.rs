//! Commands to one product, and the rule that needs to see the others.

use super::{Decision, Desk};
use crate::application::error::CommandError;
use crate::application::repository::decode;
use crate::codec::barcode_tag;
use crate::domain::ids::ProductId;
use crate::domain::product::{self, ProductCommand, ProductError, ProductEvent};
use crate::domain::{Event, StreamType};

/// Events about one code that are looked at, newest first, to find whose it is.
const CODE_HISTORY: u32 = 1000;

/// Decides on a command to one product.
pub fn handle(
    desk: &mut Desk<'_>,
    product_id: &ProductId,
    command: &ProductCommand,
) -> Result<Decision, CommandError> {
    let settings = desk.settings()?;
    let product = desk.repository.product(desk.store, product_id)?;
    let events = product::decide(&product.state, &settings, desk.now, command.clone())?;
    for code in new_codes(&events) {
        check_code_is_free(desk, product_id, code)?;
    }
    let mut decision = Decision::default();
    decision.write(StreamType::Product, product_id.as_str(), &product, events);
    Ok(decision)
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
    let prefix = StreamType::Product.stream_id("");
    let mut judged = Vec::new();
    for recorded in desk.store.read_by_tag(&barcode_tag(code), CODE_HISTORY)? {
        let owner = recorded
            .stream_id
            .strip_prefix(&prefix)
            .unwrap_or_default()
            .to_owned();
        // Newest first: only a product's last word on the code counts.
        if owner == product_id.as_str() || judged.contains(&owner) {
            continue;
        }
        let removed = matches!(
            decode(desk.store, &recorded)?,
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
    Ok(())
}
