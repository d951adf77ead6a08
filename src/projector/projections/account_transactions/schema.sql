CREATE TABLE {account_transactions} (
    account_id          TEXT    NOT NULL,
    version             INTEGER NOT NULL,
    position            INTEGER NOT NULL,
    -- One of OPENED, DEPOSIT, WITHDRAWAL, CLOSED.
    -- A CHECK of so many words would fill a temporary table for each row.
    kind                TEXT    NOT NULL,
    -- What came in or went out, as the kind says; never signed.
    amount_minor        INTEGER NOT NULL,
    balance_after_minor INTEGER NOT NULL,
    currency            TEXT    NOT NULL,
    description         TEXT    NOT NULL,
    order_id            TEXT,
    event_id            TEXT    NOT NULL,
    timestamp           INTEGER NOT NULL,
    PRIMARY KEY (account_id, version)
) STRICT, WITHOUT ROWID;
