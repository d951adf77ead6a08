//! Accounts of store credit from command to view, natively and in a worker on
//! OPFS.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use daybook::application::{Command, Refusal};
use daybook::domain::account::{AccountCommand, AccountError, AccountStatus};
use daybook::domain::ids::{AccountId, CustomerId, OrderId};
use daybook::domain::money::Money;
use daybook::views::{
    self, AccountHistoryFilter, AccountHistoryPage, AccountTotals, TransactionKind,
};
use support::{TestShop, dump, eur};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

fn account_id(id: &str) -> AccountId {
    AccountId::new(id).unwrap()
}

fn customer(id: &str) -> CustomerId {
    CustomerId::new(id).unwrap()
}

fn to_account(id: &str, command: AccountCommand) -> Command {
    Command::Account {
        account_id: account_id(id),
        command,
    }
}

fn open(id: &str, owner: &str, deposit_minor: i64) -> Command {
    let initial_deposit = (deposit_minor > 0).then(|| eur(deposit_minor));
    let owner_id = customer(owner);
    to_account(
        id,
        AccountCommand::Open {
            owner_id,
            initial_deposit,
        },
    )
}

fn deposit(id: &str, amount: Money, description: &str) -> Command {
    let description = description.to_owned();
    to_account(
        id,
        AccountCommand::Deposit {
            amount,
            description,
        },
    )
}

fn withdraw(id: &str, minor: i64, order: Option<&str>) -> Command {
    to_account(
        id,
        AccountCommand::Withdraw {
            amount: eur(minor),
            description: "Loaf".to_owned(),
            order_id: order.map(|order| OrderId::new(order).unwrap()),
        },
    )
}

fn close(id: &str) -> Command {
    let reason = "Moved away".to_owned();
    to_account(id, AccountCommand::Close { reason })
}

/// Three accounts of two customers, one of them closed.
fn bank(shop: &mut TestShop) {
    for command in [
        open("a1", "mara", 10_000),
        open("a2", "mara", 0),
        open("b1", "jo", 500),
        deposit("a1", eur(2550), "Gift card"),
        withdraw("a1", 520, Some("order-1")),
        withdraw("b1", 500, None),
        close("b1"),
    ] {
        shop.run(command).unwrap();
    }
}

fn history(shop: &TestShop, id: &str, before: Option<u64>, limit: u32) -> AccountHistoryPage {
    let filter = AccountHistoryFilter {
        account_id: account_id(id),
        before,
        limit,
    };
    views::account_history(shop.projector.views(), &filter).unwrap()
}

fn balance(shop: &TestShop, id: &str) -> Option<(i64, AccountStatus)> {
    views::account(shop.projector.views(), &account_id(id))
        .unwrap()
        .map(|account| (account.balance_minor, account.status))
}

in_both_worlds! {
    fn balances_are_what_came_in_less_what_went_out(files) {
        let mut shop = TestShop::open(files);
        bank(&mut shop);
        assert_eq!(balance(&shop, "a1"), Some((12_030, AccountStatus::Active)));
        assert_eq!(balance(&shop, "a2"), Some((0, AccountStatus::Active)));
        assert_eq!(balance(&shop, "b1"), Some((0, AccountStatus::Closed)));
        assert_eq!(balance(&shop, "none"), None);

        let a1 = views::account(shop.projector.views(), &account_id("a1")).unwrap().unwrap();
        let last = shop.store.read_stream("account-a1", 3, 9).unwrap().pop().unwrap();
        assert_eq!(last.event_type, "MoneyWithdrawn");
        assert_eq!(
            (a1.last_updated_event_id, a1.last_updated_timestamp_ms),
            (last.event_id, last.timestamp_ms)
        );
        assert_eq!(a1.currency, eur(0).currency());
    }

    fn an_owner_sees_their_own_accounts(files) {
        let mut shop = TestShop::open(files);
        bank(&mut shop);
        let of = |owner: &str| -> Vec<String> {
            let accounts = views::accounts_of(shop.projector.views(), &customer(owner)).unwrap();
            accounts.into_iter().map(|account| account.account_id.to_string()).collect()
        };
        assert_eq!(of("mara"), ["a1", "a2"]);
        assert_eq!(of("jo"), ["b1"]);
        assert_eq!(of("none").len(), 0);
    }

    fn the_history_has_the_balance_after_each_movement_newest_first(files) {
        let mut shop = TestShop::open(files);
        bank(&mut shop);
        let page = history(&shop, "a1", None, 10);
        let rows: Vec<_> = page.rows.iter().map(|row| {
            (row.version, row.kind, row.amount_minor, row.balance_after_minor, row.description.as_str())
        }).collect();
        assert_eq!(rows, [
            (3, TransactionKind::Withdrawal, 520, 12_030, "Loaf"),
            (2, TransactionKind::Deposit, 2550, 12_550, "Gift card"),
            (1, TransactionKind::Opened, 10_000, 10_000, ""),
        ]);
        assert_eq!(page.total, 3);
        assert_eq!(page.rows[0].order_id, Some(OrderId::new("order-1").unwrap()));
        let positions: Vec<u64> = page.rows.iter().map(|row| row.position).collect();
        assert!(positions.is_sorted_by(|newer, older| newer > older));

        let closed = history(&shop, "b1", None, 1);
        assert_eq!((closed.rows[0].kind, closed.total), (TransactionKind::Closed, 3));
        assert_eq!((closed.rows[0].amount_minor, closed.rows[0].description.as_str()), (0, "Moved away"));
        assert_eq!(history(&shop, "none", None, 10), AccountHistoryPage::default());
    }

    fn pages_of_the_history_miss_nothing_and_repeat_nothing(files) {
        let mut shop = TestShop::open(files);
        shop.run(open("a", "mara", 0)).unwrap();
        for minor in 1..=20 {
            shop.run(deposit("a", eur(minor), "")).unwrap();
        }
        let mut found = Vec::new();
        let mut before = None;
        loop {
            let page = history(&shop, "a", before, 6);
            assert_eq!(page.total, 21);
            let Some(last) = page.rows.last() else { break };
            before = Some(last.version);
            // What happens meanwhile comes before the first page.
            found.extend(page.rows.into_iter().map(|row| row.version));
        }
        assert_eq!(found, (1..=21).rev().collect::<Vec<u64>>());
        assert_eq!(history(&shop, "a", Some(0), 6).rows.len(), 0);
        assert_eq!(history(&shop, "a", Some(u64::MAX), 6).rows.len(), 6);
        assert_eq!(history(&shop, "a", None, u32::MAX).rows.len(), 21);
    }

    fn a_balance_can_be_asked_for_any_time(files) {
        let mut shop = TestShop::open(files);
        bank(&mut shop);
        let at = |id: &str, at_ms: i64| {
            views::account_balance_at(shop.projector.views(), &account_id(id), at_ms).unwrap()
        };
        for row in history(&shop, "a1", None, 10).rows {
            assert_eq!(at("a1", row.timestamp_ms), Some(row.balance_after_minor));
        }
        let rows = history(&shop, "a1", None, 10).rows;
        let (last, first) = (rows[0].timestamp_ms, rows[2].timestamp_ms);
        assert_eq!(at("a1", first - 1), None);
        assert_eq!(at("a1", last - 1), Some(12_550));
        assert_eq!(at("a1", i64::MAX), Some(12_030));
        assert_eq!(at("none", i64::MAX), None);
    }

    fn the_summary_counts_each_account_and_all_of_them(files) {
        let mut shop = TestShop::open(files);
        let totals = |shop: &TestShop| views::account_totals(shop.projector.views()).unwrap();
        assert_eq!(totals(&shop), AccountTotals::default());
        bank(&mut shop);
        shop.run(deposit("a2", eur(5), "")).unwrap();
        assert_eq!(totals(&shop), AccountTotals {
            accounts: 3,
            active: 2,
            closed: 1,
            total_balance_minor: 12_035,
            // Of 12,030 and 5; the closed account does not count.
            average_balance_minor: 6018,
        });
        let rows = views::accounts(shop.projector.views(), None, 10).unwrap();
        let rows: Vec<_> = rows.iter().map(|row| {
            (row.account_id.as_str(), row.owner_id.as_str(), row.status, row.balance_minor, row.transaction_count)
        }).collect();
        assert_eq!(rows, [
            ("a1", "mara", AccountStatus::Active, 12_030, 3),
            ("a2", "mara", AccountStatus::Active, 5, 1),
            ("b1", "jo", AccountStatus::Closed, 0, 2),
        ]);
        let a2 = account_id("a2");
        let after = views::accounts(shop.projector.views(), Some(&a2), 10).unwrap();
        assert_eq!(after.len(), 1);
        let activity = history(&shop, "b1", None, 1).rows[0].timestamp_ms;
        let opened = history(&shop, "b1", Some(2), 1).rows[0].timestamp_ms;
        assert_eq!((after[0].last_activity_ms, after[0].opened_at_ms), (activity, opened));
    }

    fn what_a_rule_refuses_records_nothing(files) {
        let mut shop = TestShop::open(files);
        bank(&mut shop);
        let refusal = shop.refusal(withdraw("a1", 12_031, None));
        assert_eq!(refusal, Refusal::Account(AccountError::InsufficientFunds {
            available: eur(12_030),
            requested: eur(12_031),
        }));
        assert_eq!(shop.refusal(deposit("b1", eur(1), "")), AccountError::Closed.into());
        assert_eq!(shop.refusal(deposit("none", eur(1), "")), AccountError::NotFound.into());
        assert_eq!(shop.refusal(open("a1", "jo", 0)), AccountError::AlreadyOpened.into());
        assert_eq!(balance(&shop, "a1"), Some((12_030, AccountStatus::Active)));
    }

    fn accounts_built_anew_are_what_they_were(files) {
        let mut shop = TestShop::open(files);
        bank(&mut shop);
        let incremental = dump(shop.projector.views());
        shop.projector.reset().unwrap();
        shop.projector.catch_up(&shop.store).unwrap();
        assert_eq!(dump(shop.projector.views()), incremental);
    }
}
