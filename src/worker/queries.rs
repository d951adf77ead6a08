//! Questions, answered from the views (and the journal from the log).

use super::shop::Shop;
use crate::protocol::{Answer, Query, WorkerError};
use crate::views::{self, ViewError};

/// Answers a question.
pub fn run(shop: &Shop, query: Query) -> Result<Answer, WorkerError> {
    answer(shop, query).map_err(|error| WorkerError::Storage(error.to_string()))
}

fn answer(shop: &Shop, query: Query) -> Result<Answer, ViewError> {
    let tables = shop.projector.views();
    let register = shop.store.origin();
    Ok(match query {
        Query::Shop => Answer::Shop(views::shop_overview(tables, register)?.map(Box::new)),
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
        Query::Progress => Answer::Progress(views::projection_progress(tables)?),
    })
}
