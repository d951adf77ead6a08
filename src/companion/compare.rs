//! One view in two files, row beside row: neither is ever in memory.
//!
//! A view's hash is SHA-256 over the names of its columns and its rows in a total
//! order, so that two files can be compared without having both.

use std::cmp::Ordering;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, Rows, Statement};
use sha2::{Digest, Sha256};

use super::output::hex;

/// What came of comparing a view.
pub struct Compared {
    /// In the file that is checked.
    pub rows: u64,
    /// Of what is in that file.
    pub hash: [u8; 32],
    /// Of what should be.
    pub fresh_hash: [u8; 32],
    /// The first row that differs, in words.
    pub difference: Option<String>,
}

/// The name that `fts5vocab` gives to the words of a search index.
const WORDS: &str = "companion_words";

/// A view's columns, those first by which a row is found.
struct Columns {
    names: Vec<String>,
    keys: usize,
}

/// Compares the view `name` of `found` with that of `fresh`. A search index is
/// two: the texts that it was given, and the words that it finds them by.
///
/// # Errors
/// SQLite's about `fresh`; what is wrong with `found` is a difference.
pub fn compare(
    name: &str,
    found: &Connection,
    fresh: &Connection,
) -> rusqlite::Result<Vec<(String, Compared)>> {
    let table = physical(fresh, name)?;
    if !is_search_index(fresh, &table)? {
        let columns = columns(fresh, name, &table)?;
        let compared = compare_rows(&columns, (found, name), (fresh, name))?;
        return Ok(vec![(name.to_owned(), compared)]);
    }
    // Its rows have no key but their number, which a SQL view would not show.
    let its = physical(found, name).unwrap_or_else(|_| name.to_owned());
    let mut texts = columns(fresh, &table, &table)?;
    texts.names.insert(0, "rowid".to_owned());
    texts.keys = 1;
    let texts = compare_rows(&texts, (found, &its), (fresh, &table))?;

    list_words(fresh, &table)?;
    // Where there is no index, the words cannot be read below, which is told.
    let _ = list_words(found, &its);
    let columns = columns(fresh, WORDS, WORDS)?;
    let words = compare_rows(&columns, (found, WORDS), (fresh, WORDS))?;
    Ok(vec![
        (name.to_owned(), texts),
        (format!("{name}, words"), words),
    ])
}

/// The table behind a view: several generations of it may stand side by side.
fn physical(connection: &Connection, name: &str) -> rusqlite::Result<String> {
    let generations: bool = connection.query_row(
        "SELECT count(*) FROM sqlite_schema WHERE name = 'projection_tables'",
        [],
        |row| row.get(0),
    )?;
    if !generations {
        return Ok(name.to_owned());
    }
    let serving = connection
        .query_row(include_str!("sql/serving_table.sql"), [name], |row| {
            row.get(0)
        })
        .optional()?;
    Ok(serving.unwrap_or_else(|| name.to_owned()))
}

fn is_search_index(connection: &Connection, table: &str) -> rusqlite::Result<bool> {
    connection.query_row(
        "SELECT count(*) FROM sqlite_schema WHERE name = ?1 AND sql LIKE 'CREATE VIRTUAL TABLE%fts5%'",
        [table],
        |row| row.get(0),
    )
}

/// Lists every word of a search index with its places, as [`WORDS`].
fn list_words(connection: &Connection, table: &str) -> rusqlite::Result<()> {
    connection.execute_batch(&format!(
        "DROP TABLE IF EXISTS temp.{WORDS};
         CREATE VIRTUAL TABLE temp.{WORDS} USING fts5vocab('main', {}, 'instance');",
        quoted(table)
    ))
}

/// The columns of the view `name`, whose keys are those of `table`.
fn columns(connection: &Connection, name: &str, table: &str) -> rusqlite::Result<Columns> {
    let listed = |sql: &str, name: &str| -> rusqlite::Result<Vec<String>> {
        connection
            .prepare(sql)?
            .query_map([name], |row| row.get(0))?
            .collect()
    };
    let all = "SELECT name FROM pragma_table_info(?1) ORDER BY cid";
    let keys = "SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk";
    let mut names = listed(keys, table)?;
    let keys = names.len();
    for name in listed(all, name)? {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    // Without a key, a row is found by all that is in it.
    let keys = if keys == 0 { names.len() } else { keys };
    Ok(Columns { names, keys })
}

/// Names come from this program or its schema; they are quoted all the same.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Columns {
    /// All rows of `source`, in a total order that no collation changes.
    fn select(&self, source: &str) -> String {
        let names: Vec<String> = self.names.iter().map(|name| quoted(name)).collect();
        format!(
            "SELECT {} FROM {} ORDER BY {} COLLATE BINARY",
            names.join(", "),
            quoted(source),
            names.join(" COLLATE BINARY, ")
        )
    }

    fn begin_hash(&self) -> Sha256 {
        let mut hash = Sha256::new();
        for name in &self.names {
            update(&mut hash, ValueRef::Text(name.as_bytes()));
        }
        hash
    }

    /// As `order_id='…', line_id='…'`.
    fn key(&self, row: &Row<'_>) -> rusqlite::Result<String> {
        let names = self.names[..self.keys].iter().enumerate();
        let parts: Vec<String> = names
            .map(|(index, name)| Ok(format!("{name}={}", shown(row.get_ref(index)?))))
            .collect::<rusqlite::Result<_>>()?;
        Ok(parts.join(", "))
    }
}

/// Of one file, in order.
struct Side<'s> {
    rows: Rows<'s>,
    hash: Sha256,
    count: u64,
}

impl<'s> Side<'s> {
    fn new(statement: &'s mut Statement<'_>, columns: &Columns) -> rusqlite::Result<Self> {
        Ok(Self {
            rows: statement.query([])?,
            hash: columns.begin_hash(),
            count: 0,
        })
    }

    fn next(&mut self) -> rusqlite::Result<Option<&Row<'s>>> {
        let Some(row) = self.rows.next()? else {
            return Ok(None);
        };
        self.count += 1;
        for index in 0..row.as_ref().column_count() {
            update(&mut self.hash, row.get_ref(index)?);
        }
        Ok(Some(row))
    }

    /// Takes in what is left.
    fn drain(&mut self) -> rusqlite::Result<()> {
        while self.next()?.is_some() {}
        Ok(())
    }
}

fn compare_rows(
    columns: &Columns,
    (found, source): (&Connection, &str),
    (fresh, fresh_source): (&Connection, &str),
) -> rusqlite::Result<Compared> {
    let mut fresh_statement = fresh.prepare(&columns.select(fresh_source))?;
    let mut fresh = Side::new(&mut fresh_statement, columns)?;
    let walked = walk(columns, found, source, &mut fresh);
    fresh.drain()?;
    let fresh_hash = fresh.hash.finalize().into();
    Ok(match walked {
        Ok((rows, hash, difference)) => Compared {
            rows,
            hash,
            fresh_hash,
            difference,
        },
        Err(error) => Compared {
            rows: 0,
            hash: [0; 32],
            fresh_hash,
            difference: Some(format!("it cannot be read: {error}")),
        },
    })
}

/// The rows of `source`, their hash, and the first difference from `fresh`.
fn walk(
    columns: &Columns,
    found: &Connection,
    source: &str,
    fresh: &mut Side<'_>,
) -> rusqlite::Result<(u64, [u8; 32], Option<String>)> {
    let mut statement = found.prepare(&columns.select(source))?;
    let mut found = Side::new(&mut statement, columns)?;
    let difference = loop {
        match (found.next()?, fresh.next()?) {
            (None, None) => break None,
            (one, other) => {
                if let Some(difference) = difference(columns, one, other)? {
                    break Some(difference);
                }
            }
        }
    };
    found.drain()?;
    Ok((found.count, found.hash.finalize().into(), difference))
}

fn difference(
    columns: &Columns,
    found: Option<&Row<'_>>,
    fresh: Option<&Row<'_>>,
) -> rusqlite::Result<Option<String>> {
    let extra = |row| {
        Ok(Some(format!(
            "{} is there, and not in the log",
            columns.key(row)?
        )))
    };
    let missing = |row| {
        Ok(Some(format!(
            "{} is in the log, and not there",
            columns.key(row)?
        )))
    };
    let (found, fresh) = match (found, fresh) {
        (Some(found), Some(fresh)) => (found, fresh),
        (Some(found), None) => return extra(found),
        (None, Some(fresh)) => return missing(fresh),
        (None, None) => return Ok(None),
    };
    for index in 0..columns.names.len() {
        let (one, other) = (found.get_ref(index)?, fresh.get_ref(index)?);
        match order(one, other) {
            Ordering::Equal => {}
            Ordering::Less if index < columns.keys => return extra(found),
            Ordering::Greater if index < columns.keys => return missing(fresh),
            _ => {
                let (key, name) = (columns.key(found)?, &columns.names[index]);
                let (one, other) = (shown(one), shown(other));
                return Ok(Some(format!(
                    "{key}: {name} is {one}, the log says {other}"
                )));
            }
        }
    }
    Ok(None)
}

/// SQLite's order without collations; an integer never equals a real.
fn order(one: ValueRef<'_>, other: ValueRef<'_>) -> Ordering {
    let class = |value| match value {
        ValueRef::Null => 0,
        ValueRef::Integer(_) | ValueRef::Real(_) => 1,
        ValueRef::Text(_) => 2,
        ValueRef::Blob(_) => 3,
    };
    match (one, other) {
        (ValueRef::Integer(one), ValueRef::Integer(other)) => one.cmp(&other),
        (ValueRef::Real(one), ValueRef::Real(other)) => one.total_cmp(&other),
        // Rows that mix them differ anyway; this only says in which order.
        #[allow(clippy::cast_precision_loss)]
        (ValueRef::Integer(one), ValueRef::Real(other)) => {
            (one as f64).total_cmp(&other).then(Ordering::Less)
        }
        #[allow(clippy::cast_precision_loss)]
        (ValueRef::Real(one), ValueRef::Integer(other)) => {
            one.total_cmp(&(other as f64)).then(Ordering::Greater)
        }
        (ValueRef::Text(one), ValueRef::Text(other))
        | (ValueRef::Blob(one), ValueRef::Blob(other)) => one.cmp(other),
        _ => class(one).cmp(&class(other)),
    }
}

/// A letter for the type, then eight bytes of a number, or the length in eight
/// bytes and the bytes. Integers are big-endian.
fn update(hash: &mut Sha256, value: ValueRef<'_>) {
    match value {
        ValueRef::Null => hash.update(b"n"),
        ValueRef::Integer(number) => {
            hash.update(b"i");
            hash.update(number.to_be_bytes());
        }
        ValueRef::Real(number) => {
            hash.update(b"r");
            hash.update(number.to_bits().to_be_bytes());
        }
        ValueRef::Text(bytes) => update_bytes(hash, b't', bytes),
        ValueRef::Blob(bytes) => update_bytes(hash, b'b', bytes),
    }
}

fn update_bytes(hash: &mut Sha256, letter: u8, bytes: &[u8]) {
    hash.update([letter]);
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
}

fn shown(value: ValueRef<'_>) -> String {
    const MAX_CHARS: usize = 120;
    let text = match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(bytes) => format!("'{}'", String::from_utf8_lossy(bytes)),
        ValueRef::Blob(bytes) => format!("x'{}'", hex(bytes)),
    };
    if text.chars().count() > MAX_CHARS {
        let beginning: String = text.chars().take(MAX_CHARS).collect();
        return format!("{beginning}…");
    }
    text
}
