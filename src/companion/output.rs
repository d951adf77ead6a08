//! How things are written for people.

use std::fmt::Write as _;
use std::io::{self, Write};

/// A line of the answer, to stdout.
///
/// # Errors
/// The pipe's.
pub fn answer(text: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{}", one_line(text))
}

/// A line beside the answer, to stderr. Who does not listen misses nothing.
pub fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{}", one_line(text));
}

/// With a comma before every three digits.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 event`, `2,000 events`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    let word = if number == 1 { one } else { many };
    format!("{} {word}", grouped(number))
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// What a file says may hold anything; a terminal gets no control character of
/// it, and one line stays one.
pub fn one_line(text: &str) -> String {
    const MAX_CHARS: usize = 1000;
    let mut line = String::with_capacity(text.len());
    for char in text.chars().take(MAX_CHARS) {
        if char.is_control() {
            line.extend(char.escape_default());
        } else {
            line.push(char);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(counted(1, "event", "events"), "1 event");
    }

    #[test]
    fn a_line_stays_a_line() {
        assert_eq!(one_line("a\nb\u{1b}[2J"), "a\\nb\\u{1b}[2J");
    }
}
