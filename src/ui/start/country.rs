//! What is usual where: currency, tax rates, prices with or without tax, coins.
//! The first rate is the one offered for new products.

/// What a country's shops use.
pub struct Country {
    /// ISO 3166.
    pub code: &'static str,
    /// Its English name.
    pub name: &'static str,
    /// ISO 4217; empty where the shopkeeper says.
    pub currency: &'static str,
    /// What the tax is called on a receipt.
    pub tax_name: &'static str,
    /// Hundredths of a percent; empty where the shopkeeper says.
    pub rates: &'static [u32],
    /// Whether shelf prices contain the tax.
    pub tax_inclusive: bool,
    /// Smallest coin in minor units; 1 where cash is not rounded.
    pub cash_rounding_minor: i64,
}

const fn country(
    code: &'static str,
    name: &'static str,
    currency: &'static str,
    tax_name: &'static str,
    rates: &'static [u32],
    cash_rounding_minor: i64,
) -> Country {
    Country {
        code,
        name,
        currency,
        tax_name,
        rates,
        tax_inclusive: true,
        cash_rounding_minor,
    }
}

const fn with_tax_on_top(country: Country) -> Country {
    Country {
        tax_inclusive: false,
        ..country
    }
}

/// The presets, by name; the last is for everywhere else.
pub const COUNTRIES: [Country; 21] = [
    country("AU", "Australia", "AUD", "GST", &[1000, 0], 5),
    country("AT", "Austria", "EUR", "VAT", &[2000, 1000, 1300, 0], 1),
    country("BE", "Belgium", "EUR", "VAT", &[2100, 1200, 600, 0], 5),
    with_tax_on_top(country("CA", "Canada", "CAD", "Sales tax", &[], 5)),
    country("DK", "Denmark", "DKK", "VAT", &[2500, 0], 50),
    country("FI", "Finland", "EUR", "VAT", &[2550, 1350, 1000, 0], 5),
    country("FR", "France", "EUR", "VAT", &[2000, 1000, 550, 210, 0], 1),
    country("DE", "Germany", "EUR", "VAT", &[1900, 700, 0], 1),
    country("IE", "Ireland", "EUR", "VAT", &[2300, 1350, 900, 0], 5),
    country("IT", "Italy", "EUR", "VAT", &[2200, 1000, 500, 400, 0], 1),
    country("JP", "Japan", "JPY", "Consumption tax", &[1000, 800], 1),
    country("NL", "Netherlands", "EUR", "VAT", &[2100, 900, 0], 5),
    country("NZ", "New Zealand", "NZD", "GST", &[1500, 0], 10),
    country("NO", "Norway", "NOK", "VAT", &[2500, 1500, 1200, 0], 100),
    country("PL", "Poland", "PLN", "VAT", &[2300, 800, 500, 0], 1),
    country("ES", "Spain", "EUR", "VAT", &[2100, 1000, 400, 0], 1),
    country("SE", "Sweden", "SEK", "VAT", &[2500, 1200, 600, 0], 100),
    country("CH", "Switzerland", "CHF", "VAT", &[810, 260, 380, 0], 5),
    country("GB", "United Kingdom", "GBP", "VAT", &[2000, 500, 0], 1),
    with_tax_on_top(country("US", "United States", "USD", "Sales tax", &[], 1)),
    country("", "Another country", "", "Tax", &[], 1),
];

/// The preset with this code; the last one for any other.
pub fn preset(code: &str) -> &'static Country {
    COUNTRIES
        .iter()
        .find(|country| country.code == code)
        .unwrap_or(&COUNTRIES[COUNTRIES.len() - 1])
}

/// The ids of a shop's rates, by their place in the preset.
pub fn rate_id(index: usize, basis_points: u32) -> String {
    match (index, basis_points) {
        (0, _) => "standard".to_owned(),
        (_, 0) => "zero".to_owned(),
        (1, _) => "reduced".to_owned(),
        (index, _) => format!("reduced-{index}"),
    }
}
