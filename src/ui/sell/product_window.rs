//! The part of the catalogue around what is on screen. The grid knows how many
//! products there are in all and asks only for a few hundred at a time.

use leptos::prelude::*;

use crate::client::Client;
use crate::protocol::{Answer, Query, View};
use crate::ui::changing::memo;
use crate::views::{ProductFilter, ProductPage, ProductRow};

/// Windows begin at multiples of this many products.
const STEP: u32 = 128;
/// One step before what is on screen, the step itself, and one after.
const WINDOW: u32 = 3 * STEP;

/// The window on the catalogue; a handle.
#[derive(Clone, Copy)]
pub struct ProductWindow {
    first_shown: RwSignal<u32>,
    loaded: Signal<Option<Loaded>>,
    categories: Memo<Vec<String>>,
}

/// A page, and where it begins.
#[derive(Clone, PartialEq)]
struct Loaded {
    offset: u32,
    page: ProductPage,
}

impl ProductWindow {
    /// Of the products that match `search` in `category`.
    pub fn new(
        client: Client,
        search: RwSignal<String>,
        category: RwSignal<Option<String>>,
    ) -> Self {
        let first_shown = RwSignal::new(0_u32);
        let offset = memo(move || (first_shown.get() / STEP).saturating_sub(1) * STEP);
        let loaded = client.live(
            &[View::Products, View::Stock],
            move || {
                Some(Query::Products(ProductFilter {
                    search: search.get(),
                    category: category.get(),
                    include_discontinued: false,
                    offset: offset.get(),
                    limit: WINDOW,
                }))
            },
            |query, answer| match (query, answer) {
                (Query::Products(filter), Answer::Products(page)) => Some(Loaded {
                    offset: filter.offset,
                    page,
                }),
                _ => None,
            },
        );
        let categories = memo(move || {
            loaded.with(|loaded| {
                loaded
                    .as_ref()
                    .map(|loaded| loaded.page.categories.clone())
                    .unwrap_or_default()
            })
        });
        Self {
            first_shown,
            loaded,
            categories,
        }
    }

    /// Says which product is the first on screen.
    pub fn show_from(self, index: u32) {
        if self.first_shown.get_untracked() != index {
            self.first_shown.set(index);
        }
    }

    /// How many products match; nothing before the first answer.
    pub fn total(self) -> Option<u32> {
        self.loaded
            .with(|loaded| loaded.as_ref().map(|loaded| loaded.page.total))
    }

    /// The product at `index`, if it is loaded.
    pub fn row(self, index: u32) -> Option<ProductRow> {
        self.loaded.with(|loaded| {
            let loaded = loaded.as_ref()?;
            let place = index.checked_sub(loaded.offset)?;
            loaded.page.rows.get(usize::try_from(place).ok()?).cloned()
        })
    }

    /// Every category, by name.
    pub fn categories(self) -> Memo<Vec<String>> {
        self.categories
    }

    /// Which of the category colours is this category's.
    pub fn colour_of(self, category: &str) -> Option<usize> {
        const COLOURS: usize = 8;
        self.categories.with(|categories| {
            categories
                .iter()
                .position(|known| known == category)
                .map(|index| index % COLOURS)
        })
    }
}
