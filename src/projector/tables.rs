//! Tables of which several generations can stand side by side: one serves, one
//! is being built. A projection writes `{order_lines}` where its SQL names one of
//! its tables, and is handed the generation that is meant.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use rusqlite::{CachedStatement, Connection};

/// The tables of one generation, as `order_lines__3`.
pub struct Generation {
    number: u32,
    names: Vec<(&'static str, String)>,
    /// Texts with the names filled in, by where the text stands in the program:
    /// each is filled in once.
    filled_in: RefCell<HashMap<(usize, usize), Rc<str>>>,
}

impl Generation {
    /// Generation `number` of these tables.
    pub fn new(number: u32, tables: &[&'static str]) -> Self {
        let names = tables
            .iter()
            .map(|table| (*table, format!("{table}__{number}")))
            .collect();
        Self {
            number,
            names,
            filled_in: RefCell::default(),
        }
    }

    /// Which it is, from 1.
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// Each table as the projection and as SQLite calls it.
    pub fn names(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.names
            .iter()
            .map(|(name, physical)| (*name, physical.as_str()))
    }

    /// `sql` with every `{table}` replaced.
    pub fn fill_in(&self, sql: &str) -> String {
        self.names
            .iter()
            .fold(sql.to_owned(), |sql, (name, physical)| {
                sql.replace(&format!("{{{name}}}"), physical)
            })
    }

    fn filled_in(&self, sql: &'static str) -> Rc<str> {
        let place = (sql.as_ptr() as usize, sql.len());
        let mut known = self.filled_in.borrow_mut();
        let text = known
            .entry(place)
            .or_insert_with(|| self.fill_in(sql).into());
        Rc::clone(text)
    }
}

/// One generation of a projection's tables, to read and write.
#[derive(Clone, Copy)]
pub struct Tables<'a> {
    connection: &'a Connection,
    generation: &'a Generation,
}

impl<'a> Tables<'a> {
    pub(super) const fn new(connection: &'a Connection, generation: &'a Generation) -> Self {
        Self {
            connection,
            generation,
        }
    }

    /// A statement with every `{table}` filled in, compiled once.
    ///
    /// # Errors
    /// SQLite's.
    pub fn prepare(&self, sql: &'static str) -> rusqlite::Result<CachedStatement<'a>> {
        self.connection
            .prepare_cached(&self.generation.filled_in(sql))
    }
}

#[cfg(test)]
mod tests {
    use super::Generation;

    #[test]
    fn marks_become_names_and_nothing_else_changes() {
        let generation = Generation::new(3, &["orders", "order_lines"]);
        assert_eq!(
            generation.fill_in("SELECT orders FROM {orders} JOIN {order_lines} USING (orders)"),
            "SELECT orders FROM orders__3 JOIN order_lines__3 USING (orders)"
        );
        assert_eq!(generation.fill_in("{unknown}"), "{unknown}");
    }
}
