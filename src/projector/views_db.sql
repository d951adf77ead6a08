-- views.db: what the projector itself keeps.

-- The log that the views were built from.
CREATE TABLE IF NOT EXISTS built_from (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    log_id BLOB    NOT NULL,
    epoch  INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS projection_progress (
    projection_id            TEXT PRIMARY KEY,
    version                  INTEGER NOT NULL,
    last_processed_position  INTEGER NOT NULL,
    last_processed_timestamp INTEGER NOT NULL,
    status                   TEXT    NOT NULL CHECK (status IN ('running', 'failed')),
    error                    TEXT
) STRICT, WITHOUT ROWID;

-- States of long streams, so that loading them need not read every event.
CREATE TABLE IF NOT EXISTS snapshots (
    stream_id      TEXT PRIMARY KEY,
    version        INTEGER NOT NULL,
    schema_version INTEGER NOT NULL,
    state          TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
