//! What a step changed, so that screens ask again only for what they show.

use std::collections::BTreeSet;

/// More rows than this count as any.
const MAX_KEYS: usize = 32;

/// Rows of one projection that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Whose.
    pub projection: &'static str,
    /// Which of its rows.
    pub rows: Rows,
}

/// Which rows of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rows {
    /// Those with these keys.
    Keys(BTreeSet<String>),
    /// Any.
    Any,
}

impl Rows {
    /// None yet.
    #[must_use]
    pub const fn none() -> Self {
        Self::Keys(BTreeSet::new())
    }

    /// Adds the row with this key; any row if it is not known which.
    pub fn add(&mut self, key: Option<&str>) {
        let Self::Keys(keys) = self else { return };
        match key {
            Some(key) if keys.contains(key) => {}
            Some(key) if keys.len() < MAX_KEYS => {
                keys.insert(key.to_owned());
            }
            _ => *self = Self::Any,
        }
    }

    /// Adds all of `other`.
    pub fn merge(&mut self, other: &Self) {
        match other {
            Self::Keys(keys) => keys.iter().for_each(|key| self.add(Some(key))),
            Self::Any => *self = Self::Any,
        }
    }
}

/// Adds `new` to what has changed already.
pub fn merge(changed: &mut Vec<Changed>, new: Vec<Changed>) {
    for change in new {
        match changed
            .iter_mut()
            .find(|known| known.projection == change.projection)
        {
            Some(known) => known.rows.merge(&change.rows),
            None => changed.push(change),
        }
    }
}
