//! The catalogue: the list, and one product's editor.

mod product_dialog;
mod product_form;
mod products_page;

pub use products_page::ProductsPage;

use crate::domain::product::Unit;

/// What stands behind a price: nothing for counted goods.
pub fn unit_suffix(unit: Unit) -> &'static str {
    match unit {
        Unit::Piece => "",
        Unit::Kilogram => " / kg",
        Unit::Litre => " / l",
        Unit::Metre => " / m",
    }
}
