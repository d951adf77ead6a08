//! Text that people type: limits, and what is refused.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum TextError {
    /// Nothing but white space.
    #[error("{field} is missing")]
    Missing {
        /// What the text is for, as the user knows it.
        field: String,
    },
    /// Longer than its limit.
    #[error("{field} is too long: at most {limit} characters")]
    TooLong {
        /// What the text is for.
        field: String,
        /// The limit in characters.
        limit: usize,
    },
    /// NUL or another control character.
    #[error("{field} contains a character that cannot be kept")]
    ControlCharacter {
        /// What the text is for.
        field: String,
    },
    /// It looks like the number of a payment card, which is never kept.
    #[error("{field} looks like a card number, which is never kept")]
    CardNumber {
        /// What the text is for.
        field: String,
    },
}

/// The longest name, in characters.
pub const NAME_LIMIT: usize = 120;
/// The longest note, description or reason, in characters.
pub const NOTE_LIMIT: usize = 1000;
/// The longest code (SKU, barcode, terminal's reference), in characters.
pub const CODE_LIMIT: usize = 64;

/// `text` trimmed, if it is present and fits.
///
/// # Errors
/// [`TextError`].
pub fn required(field: &str, text: &str, limit: usize) -> Result<String, TextError> {
    let text = optional(field, text, limit)?;
    if text.is_empty() {
        return Err(TextError::Missing {
            field: field.to_owned(),
        });
    }
    Ok(text)
}

/// `text` trimmed, if it fits; it may be empty.
///
/// # Errors
/// [`TextError`].
pub fn optional(field: &str, text: &str, limit: usize) -> Result<String, TextError> {
    let field = || field.to_owned();
    let text = text.trim();
    if text.chars().count() > limit {
        return Err(TextError::TooLong {
            field: field(),
            limit,
        });
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(TextError::ControlCharacter { field: field() });
    }
    if looks_like_card_number(text) {
        return Err(TextError::CardNumber { field: field() });
    }
    Ok(text.to_owned())
}

/// A SKU or barcode: printable ASCII without spaces, or nothing. Not checked for
/// card numbers, since one EAN-13 in ten passes the same check.
///
/// # Errors
/// [`TextError`].
pub fn code(field: &str, text: &str) -> Result<String, TextError> {
    let text = text.trim();
    if text.len() > CODE_LIMIT {
        return Err(TextError::TooLong {
            field: field.to_owned(),
            limit: CODE_LIMIT,
        });
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(TextError::ControlCharacter {
            field: field.to_owned(),
        });
    }
    Ok(text.to_owned())
}

/// Whether some 13 to 19 digits in a row pass the Luhn check, as payment cards do
/// (ISO/IEC 7812-1). Spaces and hyphens may part them into groups; an expiry date
/// or another number before or behind does not hide them.
#[must_use]
pub fn looks_like_card_number(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || c == ' ' || c == '-';
    text.split(|c: char| !is_part(c)).any(has_card_number)
}

/// `run` is of digits, spaces and hyphens only.
fn has_card_number(run: &str) -> bool {
    let groups: Vec<&str> = run
        .split([' ', '-'])
        .filter(|group| !group.is_empty())
        .collect();
    (0..groups.len()).any(|first| {
        let mut digits = Vec::new();
        groups[first..].iter().any(|group| {
            digits.extend(group.chars().filter_map(|c| c.to_digit(10)));
            (13..=19).contains(&digits.len()) && passes_luhn(&digits)
        })
    })
}

fn passes_luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, digit)| match (index % 2, digit * 2) {
            (0, _) => *digit,
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_kept_whole_or_refused() {
        for text in [
            "<script>alert(1)</script>",
            "'; DROP TABLE events;--",
            "قهوة",
            "👩‍🍳 Crème",
        ] {
            assert_eq!(required("Name", text, NAME_LIMIT).as_deref(), Ok(text));
        }
        assert!(matches!(
            required("Name", "a\0b", 9),
            Err(TextError::ControlCharacter { .. })
        ));
        assert!(matches!(
            required("Name", " \u{a0} ", 9),
            Err(TextError::Missing { .. })
        ));
        assert!(matches!(
            required("Name", "abcd", 3),
            Err(TextError::TooLong { .. })
        ));
    }

    #[test]
    fn card_numbers_are_refused() {
        // Test numbers that card schemes publish.
        for text in [
            "4111111111111111",
            "5500 0000 0000 0004",
            "ref 3400-000000-00009",
            "0042 4111111111111111",
            "4111 1111 1111 1111 12 29",
        ] {
            assert!(looks_like_card_number(text), "{text}");
        }
        for text in ["4111111111111112", "2016-10-30", "4006381333931"] {
            assert!(!looks_like_card_number(text), "{text}");
        }
    }
}
