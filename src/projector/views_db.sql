-- views.db: what the projector itself keeps.

-- The log that the views were built from.
CREATE TABLE IF NOT EXISTS built_from (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    log_id BLOB    NOT NULL,
    epoch  INTEGER NOT NULL
) STRICT;

-- How far each projection is. One whose version is not this build's is outdated:
-- its tables still serve, but nobody can go on building them.
CREATE TABLE IF NOT EXISTS projection_progress (
    projection_id            TEXT PRIMARY KEY,
    version                  INTEGER NOT NULL,
    generation               INTEGER NOT NULL,
    last_processed_position  INTEGER NOT NULL,
    last_processed_timestamp INTEGER NOT NULL,
    last_processed_event_id  TEXT    NOT NULL,
    status                   TEXT    NOT NULL CHECK (status IN ('running', 'outdated')),
    error                    TEXT
) STRICT, WITHOUT ROWID;

-- Tables that are being built aside, while older ones serve.
CREATE TABLE IF NOT EXISTS rebuilds (
    projection_id TEXT PRIMARY KEY,
    version       INTEGER NOT NULL,
    generation    INTEGER NOT NULL,
    position      INTEGER NOT NULL,
    timestamp     INTEGER NOT NULL,
    event_id      TEXT    NOT NULL,
    status        TEXT    NOT NULL CHECK (status IN ('running', 'stopped')),
    stopped_at    INTEGER,
    error         TEXT
) STRICT, WITHOUT ROWID;

-- Every table of every generation. One of a generation that neither serves nor
-- is being built is dropped in slices.
CREATE TABLE IF NOT EXISTS projection_tables (
    physical      TEXT PRIMARY KEY,
    projection_id TEXT    NOT NULL,
    generation    INTEGER NOT NULL,
    name          TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- The SQL views through which readers see them.
CREATE TABLE IF NOT EXISTS reader_views (
    name          TEXT PRIMARY KEY,
    projection_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Events that a projection could not apply, and those that wait behind them
-- (without an error of their own). A pointer: the payload stays in the log.
CREATE TABLE IF NOT EXISTS dead_letters (
    projection_id   TEXT    NOT NULL,
    global_position INTEGER NOT NULL,
    sequence_key    TEXT    NOT NULL,
    error           TEXT,
    attempts        INTEGER NOT NULL,
    skipped         INTEGER NOT NULL,
    PRIMARY KEY (projection_id, global_position)
) STRICT, WITHOUT ROWID;

-- States of long streams, so that loading them need not read every event.
CREATE TABLE IF NOT EXISTS snapshots (
    stream_id      TEXT PRIMARY KEY,
    version        INTEGER NOT NULL,
    schema_version INTEGER NOT NULL,
    state          TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
