//! Questions, answered from the views (and the journal from the log).

use super::shop::Shop;
use crate::protocol::{Answer, Query, WorkerError};
use crate::views;

/// Answers a question.
pub fn run(shop: &Shop, query: Query) -> Result<Answer, WorkerError> {
    answer(shop, query)
}

fn answer(shop: &Shop, query: Query) -> Result<Answer, WorkerError> {
    let tables = shop.projector.views();
    let register = shop.store.origin();
    Ok(match query {
        Query::Shop => shop_or_none(shop)?,
        Query::Products(filter) => Answer::Products(views::products(tables, &filter)?),
        Query::Product(id) => Answer::Product(views::product(tables, &id)?.map(Box::new)),
        Query::Stock(filter) => Answer::Stock(views::stock(tables, &filter)?),
        Query::OpenOrders => Answer::OpenOrders(views::open_orders(tables, register)?),
        Query::Orders(filter) => Answer::Orders(views::orders(tables, &filter)?),
        Query::Order(id) => Answer::Order(views::order(tables, &id)?.map(Box::new)),
        Query::OrderTimeline(id) => Answer::Journal(views::order_timeline(&shop.store, &id)?),
        Query::Journal { before, limit } => {
            Answer::Journal(views::journal(&shop.store, before, limit)?)
        }
        Query::Progress => Answer::Progress {
            head: shop.store.head(),
            projections: views::projection_progress(tables)?,
        },
        Query::DeadLetters { limit } => Answer::DeadLetters(views::dead_letters(tables, limit)?),
        Query::Health => Answer::Health(shop.health(0.0)),
    })
}

/// “No shop” would offer a first run: it is said only of an empty log, not of
/// views that are still being built.
fn shop_or_none(shop: &Shop) -> Result<Answer, WorkerError> {
    let overview = views::shop_overview(shop.projector.views(), shop.store.origin())?;
    match overview {
        None if shop.store.head() > 0 => Err(WorkerError::Storage(
            "the views are still being built".to_owned(),
        )),
        overview => Ok(Answer::Shop(overview.map(Box::new))),
    }
}
