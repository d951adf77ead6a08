//! Which notes a customer is likely to hand over.

/// How many keys there are beside “Exact cash”.
const KEYS: usize = 5;

/// Amounts above `due_minor` that round it up to the coins and notes in use, the
/// smallest first: 27.41 gives 28, 30, 40, 50 and 100.
pub fn quick_cash(due_minor: i64, currency: &str, decimals: u8) -> Vec<i64> {
    let major = 10_i64.pow(u32::from(decimals.min(4)));
    let mut amounts = Vec::new();
    for amount in notes(currency)
        .iter()
        .filter_map(|note| round_up(due_minor, note * major))
    {
        let place = amounts.partition_point(|smaller| *smaller < amount);
        if amount > due_minor && amounts.get(place) != Some(&amount) {
            amounts.insert(place, amount);
        }
    }
    amounts.truncate(KEYS);
    amounts
}

/// Coins and notes in major units, so far as people pay by them.
fn notes(currency: &str) -> &'static [i64] {
    match currency {
        "JPY" => &[100, 500, 1_000, 5_000, 10_000],
        "KRW" | "CLP" => &[1_000, 5_000, 10_000, 50_000],
        "HUF" => &[100, 500, 1_000, 5_000, 10_000, 20_000],
        "SEK" | "NOK" | "DKK" | "CZK" => &[10, 50, 100, 200, 500, 1_000],
        _ => &[1, 5, 10, 20, 50, 100, 200],
    }
}

fn round_up(amount: i64, step: i64) -> Option<i64> {
    match amount.checked_rem(step)? {
        0 => Some(amount),
        rest => amount.checked_add(step - rest),
    }
}
