//! Numbers as people type them.

/// `text` as a plain decimal with a dot: white space, apostrophes, currency signs
/// and grouping are taken away. A single comma or dot is the decimal sign, unless
/// it is not this locale's and three digits follow, as in `1,234`. What is no
/// number comes out as no number, for the parser to refuse.
pub fn plain_decimal(text: &str, decimal_separator: char, decimals: u8) -> String {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '−' | '.' | ',');
    let kept: String = text
        .trim_matches(|c: char| !is_part(c) && !c.is_alphabetic())
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '’'))
        .map(|c| if c == '−' { '-' } else { c })
        .collect();
    let Some(at) = decimal_sign(&kept, decimal_separator, decimals) else {
        return without_signs(&kept);
    };
    let (whole, fraction) = kept.split_at(at);
    let whole = match without_signs(whole).as_str() {
        "" => "0".to_owned(),
        "-" => "-0".to_owned(),
        whole => whole.to_owned(),
    };
    match &fraction[1..] {
        "" => whole,
        fraction => format!("{whole}.{fraction}"),
    }
}

fn without_signs(text: &str) -> String {
    text.replace(['.', ','], "")
}

/// Where in `text` the decimal sign is, if it has one.
fn decimal_sign(text: &str, decimal_separator: char, decimals: u8) -> Option<usize> {
    let last = text.rfind(['.', ','])?;
    let sign = if text[last..].starts_with('.') {
        '.'
    } else {
        ','
    };
    let signs = text.matches(['.', ',']).count();
    let same = text.matches(sign).count();
    let follow = text.len() - last - 1;
    let looks_like_groups = follow == 3 && !text.starts_with(['0', '.', ',']);
    let is_group = (same > 1)
        || (signs == 1 && looks_like_groups && sign != decimal_separator)
        || (decimals == 0 && follow == 3);
    (!is_group).then_some(last)
}
