//! Receipt numbers: per register without gap and double, each carried by the
//! order that it was issued to.

use std::collections::{BTreeMap, HashMap};

use crate::domain::Event;
use crate::domain::order::OrderEvent;
use crate::domain::register::RegisterEvent;
use crate::event_store::RecordedEvent;

/// A number and the completion that carries it are recorded together, so only a
/// few are ever under way.
const MAX_UNDER_WAY: usize = 10_000;

/// Follows the receipt numbers of a log from its first event.
#[derive(Default)]
pub struct Receipts {
    issued: BTreeMap<String, u64>,
    /// Numbers that no completed order has carried yet.
    under_way: HashMap<String, Issue>,
}

struct Issue {
    order_id: String,
    position: u64,
}

impl Receipts {
    /// Takes the next event in; the reason if it breaks a rule.
    pub fn check(&mut self, recorded: &RecordedEvent, event: &Event) -> Result<(), String> {
        match event {
            Event::Register(RegisterEvent::ReceiptNumberIssued { number, order_id }) => {
                self.issue(recorded, number, order_id.as_str())
            }
            Event::Order(OrderEvent::OrderCompleted(completed)) => {
                self.carry(recorded, &completed.receipt_number)
            }
            _ => Ok(()),
        }
    }

    /// The first number that no order carries, with its position.
    pub fn first_unused(&self) -> Option<(u64, String)> {
        let first = self
            .under_way
            .iter()
            .min_by_key(|(_, issue)| issue.position);
        first.map(|(number, issue)| {
            let order = &issue.order_id;
            let reason =
                format!("receipt number {number} was issued to order {order}, which lacks it");
            (issue.position, reason)
        })
    }

    /// Each register with how many numbers it has issued.
    pub fn issued(&self) -> impl Iterator<Item = (&str, u64)> {
        self.issued
            .iter()
            .map(|(register, count)| (register.as_str(), *count))
    }

    fn issue(
        &mut self,
        recorded: &RecordedEvent,
        number: &str,
        order_id: &str,
    ) -> Result<(), String> {
        let register = aggregate_id(recorded);
        let count = self.issued.get(register).copied().unwrap_or(0) + 1;
        let expected = format!("{register}-{count:06}");
        if number != expected {
            return Err(format!(
                "it issues receipt number {number} where {expected} is next"
            ));
        }
        if self.under_way.len() >= MAX_UNDER_WAY {
            return Err("too many receipt numbers before it are on no receipt".to_owned());
        }
        self.issued.insert(register.to_owned(), count);
        self.under_way.insert(
            number.to_owned(),
            Issue {
                order_id: order_id.to_owned(),
                position: recorded.global_position,
            },
        );
        Ok(())
    }

    fn carry(&mut self, recorded: &RecordedEvent, number: &str) -> Result<(), String> {
        // The documents' completions, version 1, know no receipt number.
        if number.is_empty() && recorded.schema_version == 1 {
            return Ok(());
        }
        match self.under_way.remove(number) {
            Some(issue) if issue.order_id == aggregate_id(recorded) => Ok(()),
            Some(issue) => Err(format!(
                "it carries receipt number {number}, which was issued to order {}",
                issue.order_id
            )),
            None => Err(format!(
                "it carries receipt number {number}, which was not issued to it"
            )),
        }
    }
}

/// What follows the stream's type and a hyphen.
fn aggregate_id(recorded: &RecordedEvent) -> &str {
    let prefix = recorded.stream_type.len() + 1;
    recorded.stream_id.get(prefix..).unwrap_or_default()
}
