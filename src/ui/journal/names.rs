//! Names of the products that events speak of by their id only.

use std::collections::HashMap;

use leptos::prelude::*;

use crate::client::Client;
use crate::domain::ids::ProductId;
use crate::protocol::{Answer, Query};
use crate::ui::changing::spawn;
use crate::views::JournalEntry;

use super::payload::Payload;

/// The most names that are looked up for one page.
const MAX_LOOKUPS: usize = 200;

/// Names by product id; a handle.
#[derive(Clone, Copy)]
pub struct ProductNames {
    client: Client,
    names: RwSignal<HashMap<String, String>>,
}

impl ProductNames {
    /// None are known yet.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            names: RwSignal::new(HashMap::new()),
        }
    }

    /// The name, once it is known; tracked.
    pub fn get(self, product_id: &str) -> Option<String> {
        self.names.with(|names| names.get(product_id).cloned())
    }

    /// Looks up the names that `entries` need.
    pub fn look_up(self, entries: &[JournalEntry]) {
        let mut wanted: Vec<String> = entries.iter().filter_map(product_of).collect();
        wanted.sort_unstable();
        wanted.dedup();
        self.names
            .with_untracked(|names| wanted.retain(|id| !names.contains_key(id)));
        wanted.truncate(MAX_LOOKUPS);
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
