INSERT INTO snapshots (stream_id, version, schema_version, state)
VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (stream_id) DO UPDATE SET
    version = excluded.version, schema_version = excluded.schema_version, state = excluded.state
