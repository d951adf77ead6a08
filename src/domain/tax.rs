//! Tax: rates in basis points, prices with or without it, and how it is rounded.

use serde::{Deserialize, Serialize};

use super::ids::TaxRateId;
use super::money::{MoneyError, checked_minor, divide_half_up};

/// The highest rate that a shop may set, in basis points (100 %).
pub const MAX_RATE_BASIS_POINTS: u32 = 10_000;

const WHOLE_BASIS_POINTS: i128 = 10_000;

/// A rate as it stood when a line was sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxRate {
    /// The shop's id for it, as `standard`.
    pub id: TaxRateId,
    /// Hundredths of a percent: 1900 is 19 %.
    pub basis_points: u32,
}

/// Whether shelf prices contain the tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pricing {
    /// The price is what the customer pays.
    TaxInclusive,
    /// The tax comes on top.
    TaxExclusive,
}

/// Where a tax amount is rounded, half up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TaxRounding {
    /// On each line.
    PerLine,
    /// On the sum of a rate's lines.
    PerDocument,
}

/// How an order's tax is computed: chosen by the shop, recorded on the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxPolicy {
    /// Whether prices contain the tax.
    pub pricing: Pricing,
    /// Where it is rounded.
    pub rounding: TaxRounding,
}

/// One line's share of a computation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxedLine<'a> {
    /// Its rate.
    pub rate: &'a TaxRate,
    /// Quantity times price, in minor units, with or without tax as the policy says.
    pub amount_minor: i64,
}

/// One rate's part of an order, in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxAmount {
    /// The rate.
    pub rate: TaxRate,
    /// Without tax.
    pub net_minor: i64,
    /// The tax.
    pub tax_minor: i64,
}

/// What an order comes to, in minor units; `gross = net + tax` always.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Without tax.
    pub net_minor: i64,
    /// Per rate, in order of rate and id.
    pub taxes: Vec<TaxAmount>,
    /// What is to pay, before cash rounding.
    pub gross_minor: i64,
}

/// Adds up `lines` under `policy`.
///
/// # Errors
/// [`MoneyError::AmountOutOfRange`].
pub fn totals<'a>(
    policy: TaxPolicy,
    lines: impl IntoIterator<Item = TaxedLine<'a>>,
) -> Result<Totals, MoneyError> {
    let mut groups: Vec<(TaxRate, i128, i128)> = Vec::new();
    for line in lines {
        let amount = i128::from(line.amount_minor);
        let tax = match policy.rounding {
            TaxRounding::PerLine => tax_of(policy.pricing, line.rate, amount),
            TaxRounding::PerDocument => 0,
        };
        match groups.iter_mut().find(|(rate, ..)| rate == line.rate) {
            Some(group) => {
                group.1 += amount;
                group.2 += tax;
            }
            None => groups.push((line.rate.clone(), amount, tax)),
        }
    }
    groups.sort_by(|(a, ..), (b, ..)| (a.basis_points, &a.id).cmp(&(b.basis_points, &b.id)));

    let mut totals = Totals::default();
    for (rate, amount, line_tax) in groups {
        let tax = match policy.rounding {
            TaxRounding::PerLine => line_tax,
            TaxRounding::PerDocument => tax_of(policy.pricing, &rate, amount),
        };
        let net = match policy.pricing {
            Pricing::TaxInclusive => amount - tax,
            Pricing::TaxExclusive => amount,
        };
        let (net_minor, tax_minor) = (checked_minor(net)?, checked_minor(tax)?);
        totals.net_minor = checked_minor(i128::from(totals.net_minor) + net)?;
        totals.gross_minor = checked_minor(i128::from(totals.gross_minor) + net + tax)?;
        totals.taxes.push(TaxAmount {
            rate,
            net_minor,
            tax_minor,
        });
    }
    Ok(totals)
}

fn tax_of(pricing: Pricing, rate: &TaxRate, amount: i128) -> i128 {
    let basis_points = i128::from(rate.basis_points);
    let base = match pricing {
        Pricing::TaxInclusive => WHOLE_BASIS_POINTS + basis_points,
        Pricing::TaxExclusive => WHOLE_BASIS_POINTS,
    };
    divide_half_up(amount * basis_points, base)
}

/// What a cash customer pays for `due_minor` where the smallest coin is
/// `step_minor`: the nearest multiple, halves up. A step of 0 or 1 rounds nothing.
///
/// # Errors
/// [`MoneyError::AmountOutOfRange`].
pub fn round_to_cash(due_minor: i64, step_minor: i64) -> Result<i64, MoneyError> {
    if step_minor <= 1 {
        return Ok(due_minor);
    }
    let step = i128::from(step_minor);
    checked_minor(divide_half_up(i128::from(due_minor), step) * step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(id: &str, basis_points: u32) -> TaxRate {
        TaxRate {
            id: TaxRateId::new(id).unwrap(),
            basis_points,
        }
    }

    fn compute(pricing: Pricing, rounding: TaxRounding, lines: &[(&TaxRate, i64)]) -> Totals {
        let lines = lines.iter().map(|(rate, amount_minor)| TaxedLine {
            rate,
            amount_minor: *amount_minor,
        });
        totals(TaxPolicy { pricing, rounding }, lines).unwrap()
    }

    #[test]
    fn inclusive_prices_contain_their_tax() {
        let (reduced, standard) = (rate("reduced", 700), rate("standard", 1900));
        let result = compute(
            Pricing::TaxInclusive,
            TaxRounding::PerDocument,
            &[(&standard, 1190), (&reduced, 214), (&standard, 1190)],
        );
        assert_eq!((result.net_minor, result.gross_minor), (2200, 2594));
        assert_eq!(
            result
                .taxes
                .iter()
                .map(|tax| (tax.rate.basis_points, tax.net_minor, tax.tax_minor))
                .collect::<Vec<_>>(),
            [(700, 200, 14), (1900, 2000, 380)]
        );
    }

    #[test]
    fn exclusive_prices_add_their_tax() {
        let standard = rate("standard", 825);
        let result = compute(
            Pricing::TaxExclusive,
            TaxRounding::PerDocument,
            &[(&standard, 999)],
        );
        assert_eq!(
            (
                result.net_minor,
                result.taxes[0].tax_minor,
                result.gross_minor
            ),
            (999, 82, 1081)
        );
    }

    #[test]
    fn rounding_by_line_and_by_document_differ_by_cents() {
        let standard = rate("standard", 2500);
        let lines = [(&standard, 10), (&standard, 10), (&standard, 10)];
        let per_line = compute(Pricing::TaxExclusive, TaxRounding::PerLine, &lines);
        let per_document = compute(Pricing::TaxExclusive, TaxRounding::PerDocument, &lines);
        assert_eq!((per_line.gross_minor, per_document.gross_minor), (39, 38));
    }

    #[test]
    fn cash_rounds_to_the_smallest_coin() {
        for (due, step, paid) in [
            (102, 5, 100),
            (103, 5, 105),
            (1, 5, 0),
            (105, 10, 110),
            (99, 1, 99),
            (99, 0, 99),
        ] {
            assert_eq!(round_to_cash(due, step), Ok(paid));
        }
    }
}
