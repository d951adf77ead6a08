//! What a café of any size sells: the demo shop's products and a few more, by
//! category, and variants of them when they run out.

use super::{DemoProduct, PRODUCTS};

/// A category, and how its goods come, sell and go.
pub struct Kind {
    /// As it is filed.
    pub name: &'static str,
    /// Who delivers.
    pub supplier: &'static str,
    /// Baked or made this morning: what is left tonight is thrown away.
    pub fresh: bool,
    /// Share of what is bought in the morning, at noon, in the afternoon and
    /// towards the evening.
    pub shares: [u32; DAY_PARTS],
    /// What comes after the name when a name is used up.
    variants: &'static [&'static str],
}

/// Morning, noon, afternoon, evening.
pub const DAY_PARTS: usize = 4;

const fn kind(
    name: &'static str,
    supplier: &'static str,
    fresh: bool,
    shares: [u32; DAY_PARTS],
    variants: &'static [&'static str],
) -> Kind {
    Kind {
        name,
        supplier,
        fresh,
        shares,
        variants,
    }
}

/// The categories, in the order in which a menu takes from them.
#[rustfmt::skip]
pub const KINDS: [Kind; 8] = [
    kind("Coffee",    "Harbour Roasters", false, [50, 25, 40, 24], &["large", "oat milk", "decaf", "iced"]),
    kind("Food",      "Own kitchen",      true,  [4, 36, 8, 10],   &["vegan", "small", "with salad"]),
    kind("Cakes",     "Mill Lane Bakery", true,  [10, 10, 24, 12], &["vegan", "large", "gluten-free"]),
    kind("Drinks",    "Brook Beverages",  false, [6, 16, 10, 12],  &["large", "sugar-free", "in a bottle"]),
    kind("Bread",     "Mill Lane Bakery", true,  [16, 8, 6, 8],    &["wholegrain", "half", "gluten-free"]),
    kind("Tea",       "Leaf & Co",        false, [12, 8, 14, 8],   &["large", "a pot", "iced"]),
    kind("Shop",      "Harbour Roasters", false, [2, 2, 3, 3],     &["organic", "gift wrapped", "large"]),
    kind("Ice cream", "Dairy Farm Ices",  false, [1, 4, 10, 8],    &["two scoops", "three scoops", "in a cup"]),
];

#[rustfmt::skip]
const MORE: &[DemoProduct] = &[
    ("Vanilla scoop",       "Ice cream", 180, "reduced", Some(40)),
    ("Chocolate scoop",     "Ice cream", 180, "reduced", Some(40)),
    ("Strawberry scoop",    "Ice cream", 180, "reduced", Some(40)),
    ("Lemon sorbet, scoop", "Ice cream", 190, "reduced", Some(30)),
    ("Pistachio scoop",     "Ice cream", 220, "reduced", Some(30)),
    ("Beans, loose",        BY_WEIGHT,  3400, "reduced", Some(12)),
];

/// Sold by the kilogram, filed under [`SHOP`].
const BY_WEIGHT: &str = "by weight";
const SHOP: &str = "Shop";

/// A product of the menu.
pub struct Item {
    /// As on the tile.
    pub name: String,
    /// Its category.
    pub kind: &'static Kind,
    /// Place in its category, from 0: the further back, the less it sells.
    pub rank: u32,
    /// In hundredths of the currency's unit.
    pub hundredths: i64,
    /// The id of a usual tax rate.
    pub tax_rate: &'static str,
    /// Whether its stock is counted.
    pub counted: bool,
    /// Whether it is sold by the kilogram.
    pub weighed: bool,
}

/// The `index`-th product of a menu, however long it is.
pub fn item(index: usize) -> Item {
    let kind = &KINDS[index % KINDS.len()];
    let rank = index / KINDS.len();
    let of_kind: Vec<&DemoProduct> = PRODUCTS
        .iter()
        .chain(MORE)
        .filter(|product| filed_under(product.1) == kind.name)
        .collect();
    let (name, category, hundredths, tax_rate, stock) = *of_kind[rank % of_kind.len()];
    let variant = rank / of_kind.len();
    Item {
        name: variant_name(name, kind, variant),
        kind,
        rank: u32::try_from(rank).unwrap_or(u32::MAX),
        // A tenth more for every variant, up to twice the price.
        hundredths: hundredths + hundredths * i64::try_from(variant.min(10)).unwrap_or(10) / 10,
        tax_rate,
        counted: stock.is_some(),
        weighed: category == BY_WEIGHT,
    }
}

fn filed_under(category: &'static str) -> &'static str {
    if category == BY_WEIGHT {
        SHOP
    } else {
        category
    }
}

fn variant_name(name: &str, kind: &Kind, variant: usize) -> String {
    match variant.checked_sub(1) {
        None => name.to_owned(),
        Some(place) => match kind.variants.get(place) {
            Some(word) => format!("{name}, {word}"),
            None => format!("{name}, no. {variant}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_long_menu_has_no_name_twice() {
        let names: HashSet<String> = (0..2000).map(|index| item(index).name).collect();
        assert_eq!(names.len(), 2000);
    }

    #[test]
    fn every_category_has_products() {
        for (index, kind) in KINDS.iter().enumerate() {
            assert_eq!(item(index).kind.name, kind.name);
        }
        assert!((0..60).any(|index| item(index).weighed));
    }
}
