//! Time: UTC milliseconds. Where a civil time matters it is the shop's.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// UTC, milliseconds since 1970. Never used to order events.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// Why a time was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum TimeError {
    /// The name is not in the IANA time zone database.
    #[error("“{0}” is not a time zone")]
    UnknownTimeZone(String),
    /// The text is not a date and time.
    #[error("“{0}” is not a date and time")]
    NotADateTime(String),
}

/// The name of a time zone. Whether the IANA database has it is asked with
/// [`is_known`](Self::is_known): the page, which has no such database, only
/// passes names on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ZoneName(String);

impl ZoneName {
    /// Checks that `name` could be one.
    ///
    /// # Errors
    /// [`TimeError::UnknownTimeZone`].
    pub fn new(name: impl Into<String>) -> Result<Self, TimeError> {
        const MAX_BYTES: usize = 64;
        let name = name.into();
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte);
        if name.is_empty() || name.len() > MAX_BYTES || !name.bytes().all(allowed) {
            return Err(TimeError::UnknownTimeZone(
                name.chars().take(MAX_BYTES).collect(),
            ));
        }
        Ok(Self(name))
    }

    /// Whether the IANA database has it.
    #[must_use]
    pub fn is_known(&self) -> bool {
        TimeZone::get(&self.0).is_ok()
    }

    /// As `Europe/Berlin`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The instant of a civil date and time in this zone. A time that the clocks
    /// skip is moved forward, one that they repeat is the first (RFC 5545).
    ///
    /// # Errors
    /// [`TimeError::NotADateTime`] outside the years that a timestamp holds.
    pub fn instant(&self, date: Date, time: Time) -> Result<Timestamp, TimeError> {
        let civil = DateTime::from_parts(date, time);
        let refuse = |_| TimeError::NotADateTime(civil.to_string());
        let zone = TimeZone::get(&self.0).map_err(refuse)?;
        let zoned = civil.to_zoned(zone).map_err(refuse)?;
        Ok(Timestamp(zoned.timestamp().as_millisecond()))
    }
}

impl TryFrom<String> for ZoneName {
    type Error = TimeError;
    fn try_from(name: String) -> Result<Self, TimeError> {
        Self::new(name)
    }
}

impl From<ZoneName> for String {
    fn from(zone: ZoneName) -> Self {
        zone.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    #[test]
    fn civil_times_become_instants_in_the_shops_zone() {
        let london = ZoneName::new("Europe/London").unwrap();
        let winter = london
            .instant(date(2016, 10, 30), time(9, 58, 11, 0))
            .unwrap();
        assert_eq!(winter, Timestamp(1_477_821_491_000));
        let skipped = london
            .instant(date(2017, 3, 26), time(1, 30, 0, 0))
            .unwrap();
        assert_eq!(skipped, Timestamp(1_490_491_800_000));
        assert!(london.is_known());
        assert!(!ZoneName::new("Mars/Olympus").unwrap().is_known());
        assert!(ZoneName::new("../../etc/passwd").is_err());
    }
}
