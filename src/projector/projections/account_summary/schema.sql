CREATE TABLE {account_summary} (
    account_id             TEXT PRIMARY KEY,
    owner_id               TEXT    NOT NULL,
    status                 TEXT    NOT NULL CHECK (status IN ('ACTIVE', 'CLOSED')),
    balance_minor          INTEGER NOT NULL,
    currency               TEXT    NOT NULL,
    -- Movements of money; a first deposit is one, an opening without one is none.
    transaction_count      INTEGER NOT NULL,
    opened_at              INTEGER NOT NULL,
    last_updated_event_id  TEXT    NOT NULL,
    -- The last activity.
    last_updated_timestamp INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
