//! Rows into tickets.

use std::collections::HashMap;

use jiff::civil::{Date, Time};
use uuid::Uuid;

use super::csv_file::{CsvFile, ImportError, Row};
use crate::application::command::{Command, ImportedItem, ImportedSale};
use crate::application::handlers::IMPORT_NAMESPACE;
use crate::domain::ids::{CommandId, OrderId};
use crate::domain::money::{Currency, Money};
use crate::domain::quantity::Quantity;
use crate::domain::text::{NAME_LIMIT, required};
use crate::domain::time::ZoneName;

const MAX_TRANSACTION_CHARS: usize = 64;
/// The most rows of one ticket, which is recorded in one piece.
const MAX_TICKET_ROWS: usize = 1000;

/// A row that cannot be sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// In the file, from 1, the header's.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// Prices by item name, for rows that have none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PriceList {
    by_item: HashMap<String, i64>,
    for_all: Option<i64>,
}

impl PriceList {
    /// One price, in minor units, for all that has none.
    #[must_use]
    pub fn with_price_for_all(mut self, minor: Option<i64>) -> Self {
        self.for_all = minor;
        self
    }

    /// Reads columns item and price.
    ///
    /// # Errors
    /// [`ImportError`] for the file; rows that cannot be read are returned beside
    /// the list.
    pub fn parse(bytes: &[u8], currency: Currency) -> Result<(Self, Vec<Rejected>), ImportError> {
        let mut file = CsvFile::open(bytes)?;
        let (item, price) = (
            file.required_column("item")?,
            file.required_column("price")?,
        );
        let (mut list, mut rejected) = (Self::default(), Vec::new());
        while let Some(row) = file.next_row() {
            match priced_item(&row, item, price, currency) {
                Ok((name, minor)) => {
                    list.by_item.insert(name, minor);
                }
                Err(reason) => rejected.push(Rejected {
                    line: row.line,
                    reason,
                }),
            }
        }
        Ok((list, rejected))
    }

    fn price_minor(&self, item: &str) -> Option<i64> {
        self.by_item
            .get(&item.to_lowercase())
            .copied()
            .or(self.for_all)
    }
}

fn priced_item(
    row: &Row<'_>,
    item: usize,
    price: usize,
    currency: Currency,
) -> Result<(String, i64), String> {
    let name = item_name(row.text(item)?)?;
    Ok((
        name.to_lowercase(),
        price_minor(row.text(price)?, currency)?,
    ))
}

/// A ticket with all its rows that can be sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Its first row's line in the file.
    pub line: u64,
    date: Date,
    time: Time,
    transaction: String,
    items: Vec<TicketItem>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct TicketItem {
    name: String,
    quantity: Quantity,
    /// As in the file, in minor units.
    price_minor: Option<i64>,
}

/// What a file holds.
#[derive(Debug, Clone, Default)]
pub struct Tickets {
    /// In the order of the file.
    pub tickets: Vec<Ticket>,
    /// Rows below the header.
    pub rows: u64,
    /// Rows that cannot be sold.
    pub rejected: Vec<Rejected>,
}

/// A file of till tickets: columns date, time, transaction, item and, if there,
/// quantity and price.
pub struct TicketFile<Bytes> {
    file: CsvFile<Bytes>,
    date: usize,
    time: usize,
    transaction: usize,
    item: usize,
    quantity: Option<usize>,
    price: Option<usize>,
    currency: Currency,
    tickets: Tickets,
    /// Which of the tickets has this date, time and number.
    places: HashMap<(Date, Time, String), usize>,
}

impl<Bytes: AsRef<[u8]>> TicketFile<Bytes> {
    /// Finds the columns.
    ///
    /// # Errors
    /// [`ImportError`].
    pub fn open(bytes: Bytes, currency: Currency) -> Result<Self, ImportError> {
        let file = CsvFile::open(bytes)?;
        Ok(Self {
            date: file.required_column("date")?,
            time: file.required_column("time")?,
            transaction: file.required_column("transaction")?,
            item: file.required_column("item")?,
            quantity: file.column("quantity")?,
            price: file.column("price")?,
            file,
            currency,
            tickets: Tickets::default(),
            places: HashMap::new(),
        })
    }

    /// Reads all rows.
    #[must_use]
    pub fn read(mut self) -> Tickets {
        while self.read_some(usize::MAX) {}
        self.finish()
    }

    /// Reads up to so many more rows; whether there may be more.
    pub fn read_some(&mut self, rows: usize) -> bool {
        let columns = Columns {
            quantity: self.quantity,
            price: self.price,
            currency: self.currency,
        };
        let tickets = &mut self.tickets;
        for _ in 0..rows {
            let Some(row) = self.file.next_row() else {
                return false;
            };
            tickets.rows += 1;
            let parsed = parse_key(&row, self.date, self.time, self.transaction)
                .and_then(|key| Ok((key, columns.item(&row, self.item)?)));
            match parsed {
                Err(reason) => tickets.rejected.push(Rejected {
                    line: row.line,
                    reason,
                }),
                Ok((key, item)) => {
                    let place = self
                        .places
                        .entry(key.clone())
                        .or_insert_with(|| tickets.begin(row.line, key));
                    tickets.tickets[*place].items.push(item);
                }
            }
        }
        true
    }

    /// What was read.
    #[must_use]
    pub fn finish(mut self) -> Tickets {
        self.take()
    }

    /// What was read, taken out.
    pub fn take(&mut self) -> Tickets {
        reject_long_tickets(&mut self.tickets);
        std::mem::take(&mut self.tickets)
    }
}

impl Tickets {
    /// The place of a new ticket.
    fn begin(&mut self, line: u64, (date, time, transaction): (Date, Time, String)) -> usize {
        self.tickets.push(Ticket {
            line,
            date,
            time,
            transaction,
            items: Vec::new(),
        });
        self.tickets.len() - 1
    }
}

/// Never half a ticket: one that is too long is left out whole.
fn reject_long_tickets(tickets: &mut Tickets) {
    let long = |ticket: &Ticket| ticket.items.len() > MAX_TICKET_ROWS;
    let rejected = tickets
        .tickets
        .iter()
        .filter(|ticket| long(ticket))
        .map(|ticket| {
            let rows = ticket.items.len();
            let reason = format!("the ticket has {rows} rows; at most {MAX_TICKET_ROWS} are read");
            Rejected {
                line: ticket.line,
                reason,
            }
        });
    tickets.rejected.extend(rejected);
    tickets.rejected.sort_by_key(|rejected| rejected.line);
    tickets.tickets.retain(|ticket| !long(ticket));
}

struct Columns {
    quantity: Option<usize>,
    price: Option<usize>,
    currency: Currency,
}

impl Columns {
    fn item(&self, row: &Row<'_>, item: usize) -> Result<TicketItem, String> {
        let name = item_name(row.text(item)?)?;
        let quantity = match self.cell(row, self.quantity)? {
            None => Quantity::ONE,
            Some(text) => Quantity::parse(text).map_err(|error| error.to_string())?,
        };
        if !quantity.is_positive() {
            return Err("the quantity is not above zero".to_owned());
        }
        let price = self.cell(row, self.price)?;
        let price_minor = price
            .map(|text| price_minor(text, self.currency))
            .transpose()?;
        Ok(TicketItem {
            name,
            quantity,
            price_minor,
        })
    }

    fn cell<'r>(&self, row: &'r Row<'_>, column: Option<usize>) -> Result<Option<&'r str>, String> {
        let Some(column) = column else {
            return Ok(None);
        };
        Ok(Some(row.text(column)?).filter(|text| !text.is_empty()))
    }
}

fn parse_key(
    row: &Row<'_>,
    date: usize,
    time: usize,
    transaction: usize,
) -> Result<(Date, Time, String), String> {
    let (date, time) = (row.text(date)?, row.text(time)?);
    let shorten = |text: &str| text.chars().take(32).collect::<String>();
    let date: Date = date
        .parse()
        .map_err(|_| format!("“{}” is not a date (2016-10-30)", shorten(date)))?;
    let time: Time = time
        .parse()
        .map_err(|_| format!("“{}” is not a time (09:58:11)", shorten(time)))?;
    let transaction = required(
        "The transaction",
        row.text(transaction)?,
        MAX_TRANSACTION_CHARS,
    )
    .map_err(|error| error.to_string())?;
    Ok((date, time, transaction))
}

fn item_name(text: &str) -> Result<String, String> {
    let name = required("The item", text, NAME_LIMIT).map_err(|error| error.to_string())?;
    if name.eq_ignore_ascii_case("none") {
        return Err("the item says NONE".to_owned());
    }
    Ok(name)
}

fn price_minor(text: &str, currency: Currency) -> Result<i64, String> {
    let price = Money::parse(text, currency).map_err(|error| error.to_string())?;
    if price.is_negative() {
        return Err("the price is negative".to_owned());
    }
    Ok(price.minor())
}

impl Ticket {
    /// Its date, as `2016-10-30`.
    #[must_use]
    pub fn date(&self) -> String {
        self.date.to_string()
    }

    /// All its units, in thousandths.
    #[must_use]
    pub fn units_milli(&self) -> i64 {
        self.items.iter().map(|item| item.quantity.milli()).sum()
    }

    /// Names of items that neither the file nor the list has a price for.
    pub fn unpriced<'a>(&'a self, prices: &'a PriceList) -> impl Iterator<Item = &'a str> {
        let unpriced = |item: &&TicketItem| {
            item.price_minor.is_none() && prices.price_minor(&item.name).is_none()
        };
        self.items
            .iter()
            .filter(unpriced)
            .map(|item| item.name.as_str())
    }

    /// The command that records it is always the same for the same ticket.
    #[must_use]
    pub fn command_id(&self) -> CommandId {
        CommandId::from(Uuid::new_v5(
            &IMPORT_NAMESPACE,
            format!("command/{}", self.key()).as_bytes(),
        ))
    }

    /// The command that records it.
    ///
    /// # Errors
    /// A reason in plain words: an item without a price, or a time that cannot be.
    pub fn command(&self, prices: &PriceList, zone: &ZoneName) -> Result<Command, String> {
        let order_id = Uuid::new_v5(
            &IMPORT_NAMESPACE,
            format!("order/{}", self.key()).as_bytes(),
        );
        let order_date = zone
            .instant(self.date, self.time)
            .map_err(|error| error.to_string())?;
        let mut items = Vec::with_capacity(self.items.len());
        for item in &self.items {
            let unit_price_minor = item
                .price_minor
                .or_else(|| prices.price_minor(&item.name))
                .ok_or_else(|| format!("there is no price for “{}”", item.name))?;
            items.push(ImportedItem {
                name: item.name.clone(),
                quantity: item.quantity,
                unit_price_minor,
            });
        }
        Ok(Command::RecordImportedSale(ImportedSale {
            order_id: OrderId::from(order_id),
            order_date,
            items,
        }))
    }

    /// What makes it this ticket and no other: all that the file says of it. A
    /// price that was asked for is not part of it, so a second import of the same
    /// file at another price is still the same ticket.
    fn key(&self) -> String {
        let mut key = format!("{}\n{}\n{}", self.date, self.time, self.transaction);
        for item in &self.items {
            let price = item
                .price_minor
                .map_or_else(String::new, |minor| minor.to_string());
            key.push_str(&format!(
                "\n{}\t{}\t{price}",
                item.name,
                item.quantity.milli()
            ));
        }
        key
    }
}
