//! Tags: by what an event is found besides its stream. They are derived from the
//! events, so the table `event_tags` can be rebuilt.

use crate::domain::Event;
use crate::domain::product::ProductEvent;
use crate::domain::shift::ShiftEvent;

/// Marks what concerns a SKU or barcode.
#[must_use]
pub fn barcode_tag(code: &str) -> String {
    format!("code:{code}")
}

/// Marks what concerns the shifts of a register.
#[must_use]
pub fn register_shift_tag(register: &str) -> String {
    format!("shift-of:{register}")
}

/// The tags of an event; most have none.
#[must_use]
pub fn tags(event: &Event) -> Vec<String> {
    match event {
        Event::Product(ProductEvent::ProductCreated(created)) => std::iter::once(&created.sku)
            .filter(|sku| !sku.is_empty())
            .chain(&created.barcodes)
            .map(|code| barcode_tag(code))
            .collect(),
        Event::Product(
            ProductEvent::ProductBarcodeAdded { barcode }
            | ProductEvent::ProductBarcodeRemoved { barcode },
        ) => vec![barcode_tag(barcode)],
        Event::Shift(ShiftEvent::ShiftOpened(opened)) => {
            vec![register_shift_tag(opened.register.as_str())]
        }
        _ => Vec::new(),
    }
}
