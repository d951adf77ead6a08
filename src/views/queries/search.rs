//! What people type, as an FTS5 query.

/// Words that each must begin some word of the row; `None` if there is no word.
/// Every word is quoted, so nothing that is typed is an operator.
pub fn match_expression(typed: &str) -> Option<String> {
    const MAX_WORDS: usize = 8;
    let words: Vec<String> = typed
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(MAX_WORDS)
        .map(|word| format!("\"{word}\"*"))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::match_expression;

    #[test]
    fn nothing_typed_is_an_operator() {
        for (typed, expression) in [
            ("flat wh", Some("\"flat\"* \"wh\"*")),
            ("\" OR 1=1 --", Some("\"OR\"* \"1\"* \"1\"*")),
            ("name:NEAR(a*)", Some("\"name\"* \"NEAR\"* \"a\"*")),
            ("  ''\";  ", None),
        ] {
            assert_eq!(match_expression(typed).as_deref(), expression, "{typed}");
        }
    }
}
