//! Names of the products that events speak of by their id only.

use leptos::prelude::*;

use crate::client::{Client, spawn};
use crate::domain::ids::ProductId;
use crate::protocol::{Answer, Query};
use crate::views::JournalEntry;

use super::payload::Payload;

/// The most names that are looked up for one page.
const MAX_LOOKUPS: usize = 200;

/// Pairs of product id and name; a handle.
#[derive(Clone, Copy)]
pub struct ProductNames {
    client: Client,
    names: RwSignal<Vec<(String, String)>>,
}

impl ProductNames {
    /// None are known yet.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            names: RwSignal::new(Vec::new()),
        }
    }

    /// The name, once it is known; tracked.
    pub fn get(self, product_id: &str) -> Option<String> {
        self.names.with(|names| {
            let (_, name) = names.iter().find(|(id, _)| id == product_id)?;
            Some(name.clone())
        })
    }

    /// Looks up the names that `entries` need.
    pub fn look_up(self, entries: &[JournalEntry]) {
        let mut wanted = Vec::new();
        self.names.with_untracked(|names| {
            for id in entries.iter().filter_map(product_of) {
                let is_new = !wanted.contains(&id) && !names.iter().any(|(known, _)| *known == id);
                if is_new && wanted.len() < MAX_LOOKUPS {
                    wanted.push(id);
                }
            }
        });
        if wanted.is_empty() {
            return;
        }
        spawn(async move {
            let mut found = Vec::new();
            for id in wanted {
                let Ok(product_id) = ProductId::new(id.clone()) else {
                    continue;
                };
                let answer = self.client.query(Query::Product(product_id)).await;
                if let Ok(Answer::Product(Some(product))) = answer {
                    found.push((id, product.row.name));
                }
            }
            self.names.try_update(|names| names.extend(found));
        });
    }
}

/// The product whose name the entry's words lack.
pub fn product_of(entry: &JournalEntry) -> Option<String> {
    match entry.event_type.as_str() {
        "ItemRemovedFromCart" => Some(Payload::parse(&entry.payload).text("productId")),
        _ => entry.stream_id.strip_prefix("product-").map(str::to_owned),
    }
}
