//! A café's days, one after the other: deliveries in the morning, customers by
//! the hour, what is left thrown away at night, prices that rise.

use std::collections::VecDeque;

use jiff::Span;
use jiff::civil::{Date, Weekday, date, time};

use super::basket::{self, Counter};
use super::price;
use super::shelf::{Product, Shelf, Stock, below, between, happens};
use crate::application::command::{Command, CommandEnvelope, OpenShop};
use crate::application::{Environment, FIRST_REGISTER, SeededEnvironment};
use crate::domain::ids::{CommandId, RegisterId, ShiftId, TaxRateId};
use crate::domain::money::{Currency, Money};
use crate::domain::product::ProductCommand;
use crate::domain::quantity::Quantity;
use crate::domain::shop::{ShopConfigured, TaxRateSetting};
use crate::domain::tax::{Pricing, TaxPolicy, TaxRounding};
use crate::domain::time::{Timestamp, ZoneName};

/// A Monday, a week before prices rise.
const FIRST_DAY: Date = date(2024, 1, 29);
const MS_A_MINUTE: i64 = 60_000;
const MS_AN_HOUR: i64 = 60 * MS_A_MINUTE;
const MS_A_DAY: i64 = 24 * MS_AN_HOUR;

/// Customers on an ordinary day, from Monday.
const CUSTOMERS: [i64; 7] = [190, 185, 200, 210, 240, 300, 210];
/// Customers by the hour, in proportion, from the opening hour on.
const WEEKDAY: (i64, &[u64]) = (7, &[14, 26, 18, 12, 12, 24, 22, 12, 12, 14, 10, 6]);
const WEEKEND: (i64, &[u64]) = (8, &[6, 16, 26, 28, 22, 18, 16, 16, 12, 6]);
/// The hours at which noon, afternoon and evening begin.
const DAY_PARTS_BEGIN: [i64; 3] = [11, 14, 17];

/// The life of a café as commands, each with the time at which it is given. It
/// never ends; [`days`](Self::days) ends it. It keeps the shop's products and one
/// day, however long it goes on.
///
/// The first day begins with [`OpenShop`] and the products. From then on a day
/// has about 210 orders and makes about 1,500 events with 60 products. The same
/// opening, number of products and seed give the same commands. A bus whose
/// settings and currency are the opening's accepts each of them, if all before it
/// were carried out.
pub struct Trade {
    open: OpenShop,
    random: SeededEnvironment,
    shelf: Shelf,
    day: u32,
    days: Option<u32>,
    planned: VecDeque<(Timestamp, CommandEnvelope)>,
}

impl Trade {
    /// A café that opens like this and sells so many products.
    #[must_use]
    pub fn new(open: OpenShop, products: usize, seed: u64) -> Self {
        let mut random = SeededEnvironment::new(seed, Timestamp(0));
        let zone = &open.settings.time_zone;
        let shelf = Shelf::new(
            products,
            &open.settings,
            &mut random,
            midnight(zone, FIRST_DAY),
        );
        Self {
            open,
            random,
            shelf,
            day: 0,
            days: None,
            planned: VecDeque::new(),
        }
    }

    /// The same, for so many days.
    #[must_use]
    pub fn days(self, days: u32) -> Self {
        Self {
            days: Some(days),
            ..self
        }
    }

    /// Plans the next day; whether there is one.
    fn plan(&mut self) -> bool {
        let date = FIRST_DAY.checked_add(Span::new().days(self.day));
        let (Ok(date), false) = (date, self.days.is_some_and(|days| self.day >= days)) else {
            return false;
        };
        let mut plan = Plan {
            open: &self.open,
            random: &mut self.random,
            shelf: &mut self.shelf,
            date,
            midnight: midnight(&self.open.settings.time_zone, date),
            commands: Vec::new(),
        };
        if self.day == 0 {
            plan.opening();
        }
        plan.day(self.day);
        plan.commands.sort_by_key(|(at, _)| *at);
        self.planned = plan.commands.into();
        self.day += 1;
        true
    }
}

impl Iterator for Trade {
    type Item = (Timestamp, CommandEnvelope);

    fn next(&mut self) -> Option<Self::Item> {
        while self.planned.is_empty() {
            if !self.plan() {
                return None;
            }
        }
        self.planned.pop_front()
    }
}

/// When a day begins. A zone that the database does not have is taken for UTC.
fn midnight(zone: &ZoneName, date: Date) -> Timestamp {
    zone.instant(date, time(0, 0, 0, 0)).unwrap_or_else(|_| {
        let days = (date - FIRST_DAY).get_days();
        Timestamp(1_706_486_400_000 + i64::from(days) * MS_A_DAY)
    })
}

/// One day as it comes to be.
struct Plan<'a> {
    open: &'a OpenShop,
    random: &'a mut SeededEnvironment,
    shelf: &'a mut Shelf,
    date: Date,
    midnight: Timestamp,
    commands: Vec<(Timestamp, CommandEnvelope)>,
}

impl Plan<'_> {
    fn at(&self, hour: i64, minute: i64) -> Timestamp {
        Timestamp(self.midnight.0 + hour * MS_AN_HOUR + minute * MS_A_MINUTE)
    }

    fn give(&mut self, at: Timestamp, actor: &str, command: Command) {
        let command_id = CommandId::from(self.random.new_id(at));
        let envelope = CommandEnvelope {
            command_id,
            actor: actor.to_owned(),
            command,
        };
        self.commands.push((at, envelope));
    }

    fn tell_product(&mut self, at: Timestamp, index: usize, command: ProductCommand) {
        let product_id = self.shelf.products[index].id.clone();
        let command = Command::Product {
            product_id,
            command,
        };
        let actor = self.open.cashier.clone();
        self.give(at, &actor, command);
    }

    fn opening(&mut self) {
        let at = self.at(4, 0);
        let actor = self.open.cashier.clone();
        self.give(at, &actor, Command::OpenShop(self.open.clone()));
        for index in 0..self.shelf.products.len() {
            let create = self.shelf.products[index].creation();
            self.tell_product(at, index, ProductCommand::Create(create));
        }
    }

    fn day(&mut self, day: u32) {
        let begins_the_month = self.date.day() <= 7 && self.date.weekday() == Weekday::Monday;
        if begins_the_month && day > 0 {
            self.change_prices();
            self.change_the_range();
        }
        self.take_deliveries();
        self.serve_customers();
        self.close(day);
    }

    /// One product in twelve costs 3 to 8 % more.
    fn change_prices(&mut self) {
        let currency = self.open.settings.currency;
        for index in 0..self.shelf.products.len() {
            if !happens(self.random, 83) {
                continue;
            }
            let step = price(10, currency).minor().max(1);
            let old = self.shelf.products[index].price.minor();
            let rise = old * between(self.random, 3, 8) / 100;
            let new = old + (rise / step).max(1) * step;
            if let Ok(new_price) = Money::new(new, currency) {
                self.shelf.products[index].price = new_price;
                let at = self.at(5, 0);
                self.tell_product(at, index, ProductCommand::ChangePrice { new_price });
            }
        }
    }

    /// A product goes, one that went comes back, and one is described anew.
    fn change_the_range(&mut self) {
        const SMALLEST_RANGE: usize = 8;
        let at = self.at(5, 5);
        let count = self.shelf.products.len();
        if count < SMALLEST_RANGE {
            return;
        }
        for index in 0..count {
            if !self.shelf.products[index].on_sale {
                self.shelf.products[index].on_sale = true;
                self.tell_product(at, index, ProductCommand::Reinstate);
            }
        }
        let gone = self.any_product();
        self.shelf.products[gone].on_sale = false;
        self.tell_product(at, gone, ProductCommand::Discontinue);

        let changed = self.any_product();
        let product = &mut self.shelf.products[changed];
        product.description = format!("By {}, since {}", product.kind.supplier, self.date);
        let edit = product.edited();
        self.tell_product(at, changed, ProductCommand::Edit(edit));
    }

    fn any_product(&mut self) -> usize {
        let count = self.shelf.products.len() as u64;
        usize::try_from(below(self.random, count)).unwrap_or(0)
    }

    /// What is made fresh comes every day, the rest when little is left.
    fn take_deliveries(&mut self) {
        for index in 0..self.shelf.products.len() {
            let product = &self.shelf.products[index];
            let Some(quantity) = delivery(product) else {
                continue;
            };
            let cost_per_unit = product.cost(self.open.settings.currency);
            let supplier = product.kind.supplier.to_owned();
            if let Some(stock) = &mut self.shelf.products[index].stock {
                stock.on_hand_milli += quantity.milli();
                stock.sold_milli = 0;
            }
            let at = Timestamp(self.at(5, 20).0 + between(self.random, 0, 30 * MS_A_MINUTE));
            let receive = ProductCommand::ReceiveStock {
                quantity,
                supplier,
                cost_per_unit,
            };
            self.tell_product(at, index, receive);
        }
    }

    fn serve_customers(&mut self) {
        let weekday = self.date.weekday();
        let (opens, hours) = match weekday {
            Weekday::Saturday | Weekday::Sunday => WEEKEND,
            _ => WEEKDAY,
        };
        let usual = CUSTOMERS[usize::from(weekday.to_monday_zero_offset().unsigned_abs())];
        let customers = usual * between(self.random, 88, 112) / 100;
        let all: u64 = hours.iter().sum();
        for _ in 0..customers {
            let mut place = below(self.random, all);
            let mut hour = opens;
            for share in hours {
                if place < *share {
                    break;
                }
                place -= share;
                hour += 1;
            }
            let minutes = between(self.random, 0, 59);
            let at = self.at(hour, minutes).0 + between(self.random, 0, MS_A_MINUTE - 1);
            let part = DAY_PARTS_BEGIN
                .iter()
                .filter(|begin| hour >= **begin)
                .count();
            let mut counter = Counter {
                settings: &self.open.settings,
                random: self.random,
                shelf: self.shelf,
                part,
                now: Timestamp(at),
                commands: &mut self.commands,
            };
            basket::serve(&mut counter);
        }
    }

    /// A third of what was made fresh and not sold is thrown away each night, some
    /// of the rest breaks, and on Sundays some is counted.
    fn close(&mut self, day: u32) {
        let at = self.at(19, 45);
        for index in 0..self.shelf.products.len() {
            let product = &self.shelf.products[index];
            let left = product.stock.map_or(0, |stock| stock.on_hand_milli);
            let its_turn = index as u64 % 3 == u64::from(day % 3);
            if product.kind.fresh && its_turn && left > 0 {
                self.adjust(at, index, -left, "Unsold at closing");
            }
        }
        if happens(self.random, 600) {
            let broken = self.any_product();
            self.adjust(at, broken, -1000, "Fell on the floor");
        }
        if self.date.weekday() == Weekday::Sunday {
            for _ in 0..3 {
                let counted = self.any_product();
                let change =
                    [-2000, -1000, 1000][usize::try_from(below(self.random, 3)).unwrap_or(0)];
                self.adjust(at, counted, change, "Counted");
            }
        }
    }

    fn adjust(&mut self, at: Timestamp, index: usize, milli: i64, reason: &str) {
        let Some(stock) = &mut self.shelf.products[index].stock else {
            return;
        };
        stock.on_hand_milli += milli;
        let adjust = ProductCommand::AdjustStock {
            change: Quantity::saturating(milli),
            reason: reason.to_owned(),
        };
        self.tell_product(at, index, adjust);
    }
}

/// How much of a product comes this morning.
fn delivery(product: &Product) -> Option<Quantity> {
    const LEAST_PIECES: i64 = 4;
    let Stock {
        on_hand_milli,
        sold_milli,
    } = product.stock?;
    let sold = sold_milli / 1000;
    // Fresh goods for a day, the others for a week or two.
    let wanted = if product.kind.fresh {
        sold + sold / 6 + LEAST_PIECES
    } else {
        sold + 5 * LEAST_PIECES
    };
    let missing = wanted - on_hand_milli / 1000;
    let due = if product.kind.fresh {
        missing > 0
    } else {
        on_hand_milli < 1000 * LEAST_PIECES
    };
    (due && missing > 0 && product.on_sale).then(|| Quantity::saturating(missing * 1000))
}

/// How the café opens unless somebody says otherwise: in Dublin, in euros, at the
/// till `T1`. `None` would mean that one of its ids is none.
#[must_use]
pub fn corner_cafe() -> Option<OpenShop> {
    let rate = |id: &str, name: &str, basis_points| {
        let id = TaxRateId::new(id).ok()?;
        let name = name.to_owned();
        Some(TaxRateSetting {
            id,
            name,
            basis_points,
        })
    };
    Some(OpenShop {
        settings: ShopConfigured {
            name: "Corner Café".to_owned(),
            address: "1 Market Square".to_owned(),
            tax_id: String::new(),
            currency: Currency::EUR,
            locale: "en-IE".to_owned(),
            time_zone: ZoneName::new("Europe/Dublin").ok()?,
            day_start_minutes: 0,
            tax_rates: vec![
                rate("standard", "VAT 23 %", 2300)?,
                rate("reduced", "VAT 13.5 %", 1350)?,
            ],
            tax_policy: TaxPolicy {
                pricing: Pricing::TaxInclusive,
                rounding: TaxRounding::PerDocument,
            },
            cash_rounding_minor: 5,
        },
        register_code: RegisterId::new(FIRST_REGISTER).ok()?,
        register_name: "Till 1".to_owned(),
        shift_id: ShiftId::new("demo-shift-1").ok()?,
        cashier: "Mara".to_owned(),
        opening_float: Money::new(15_000, Currency::EUR).ok()?,
    })
}
