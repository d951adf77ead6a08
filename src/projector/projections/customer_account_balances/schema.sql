CREATE TABLE {customer_account_balances} (
    account_id             TEXT PRIMARY KEY,
    owner_id               TEXT    NOT NULL,
    balance_minor          INTEGER NOT NULL,
    currency               TEXT    NOT NULL,
    status                 TEXT    NOT NULL CHECK (status IN ('ACTIVE', 'CLOSED')),
    last_updated_event_id  TEXT    NOT NULL,
    last_updated_timestamp INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX {customer_account_balances}_owner ON {customer_account_balances} (owner_id, account_id);
