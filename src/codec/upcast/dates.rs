//! Dates of version 1: ISO 8601. What has no offset is UTC, since an event says
//! nothing of a time zone.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::UpcastError;
use crate::domain::TimeError;

/// UTC, in milliseconds; what is finer is cut off.
pub fn date_ms(field: &'static str, text: &str) -> Result<i64, UpcastError> {
    const MAX_SHOWN_CHARS: usize = 40;
    instant(text)
        .map(|instant| instant.as_millisecond())
        .ok_or_else(|| UpcastError::Time {
            field,
            error: TimeError::NotADateTime(text.chars().take(MAX_SHOWN_CHARS).collect()),
        })
}

fn instant(text: &str) -> Option<jiff::Timestamp> {
    if let Ok(instant) = text.parse() {
        return Some(instant);
    }
    // A civil time must not swallow an offset that could not be read.
    let (_, time) = text.split_once(['T', 't', ' ']).unwrap_or((text, ""));
    if time.contains(['Z', 'z', '+', '-', '[']) {
        return None;
    }
    let civil: DateTime = text.parse().ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_utc_unless_they_say_otherwise() {
        for (text, ms) in [
            ("2016-10-30T09:58:11Z", Some(1_477_821_491_000)),
            ("2016-10-30T10:58:11+01:00", Some(1_477_821_491_000)),
            ("2016-10-30T09:58:11", Some(1_477_821_491_000)),
            ("2016-10-30 09:58:11.250", Some(1_477_821_491_250)),
            ("2016-10-30T09:58:11.2509Z", Some(1_477_821_491_250)),
            ("2016-10-30", Some(1_477_785_600_000)),
            ("2016-10-30T09:58:11+99:00", None),
            ("2016-13-30", None),
            ("yesterday", None),
            ("", None),
            ("1477821491000", None),
        ] {
            assert_eq!(date_ms("date", text).ok(), ms, "{text}");
        }
    }
}
