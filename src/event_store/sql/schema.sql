-- events.db, format 1. Described for readers in any language in docs/log-format.md.

-- Which log this is.
CREATE TABLE log (
    id             INTEGER PRIMARY KEY CHECK (id = 1),
    log_id         BLOB    NOT NULL CHECK (length(log_id) = 16),
    epoch          INTEGER NOT NULL,
    format_version INTEGER NOT NULL,
    v1_currency    TEXT    NOT NULL
) STRICT;

-- What may happen. An append of a type that is not listed is refused.
CREATE TABLE event_types (
    event_type_name TEXT PRIMARY KEY,
    description     TEXT    NOT NULL,
    schema_version  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What happened, in order of arrival.
CREATE TABLE events (
    global_position INTEGER PRIMARY KEY,
    event_id        TEXT    NOT NULL UNIQUE,
    stream_id       TEXT    NOT NULL,
    stream_type     TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    event_type      TEXT    NOT NULL,
    schema_version  INTEGER NOT NULL,
    payload         TEXT    NOT NULL CHECK (json_valid(payload)),
    metadata        TEXT    NOT NULL CHECK (json_valid(metadata)),
    timestamp       INTEGER NOT NULL,
    origin          TEXT    NOT NULL,
    origin_position INTEGER NOT NULL,
    hash            BLOB    NOT NULL CHECK (length(hash) = 32),
    UNIQUE (stream_id, version),
    UNIQUE (origin, origin_position)
) STRICT;

CREATE INDEX events_timestamp ON events (timestamp);

-- By what an event is found besides its stream; derived from the events.
CREATE TABLE event_tags (
    tag             TEXT    NOT NULL,
    global_position INTEGER NOT NULL,
    PRIMARY KEY (tag, global_position)
) STRICT, WITHOUT ROWID;

-- Commands that were carried out, so that a retry is answered and not repeated.
CREATE TABLE commands (
    command_id     TEXT PRIMARY KEY,
    outcome        TEXT    NOT NULL,
    first_position INTEGER NOT NULL,
    last_position  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How far what acts upon the world has come.
CREATE TABLE reactor_marks (
    reactor         TEXT PRIMARY KEY,
    global_position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Append-only. REPLACE deletes too, which fires the second one because
-- recursive_triggers is on.
CREATE TRIGGER events_refuse_update BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are never changed');
END;

CREATE TRIGGER events_refuse_delete BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are never deleted');
END;
