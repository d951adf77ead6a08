SELECT global_position, event_id, stream_id, stream_type, version, event_type, schema_version,
       payload, metadata, timestamp, origin, origin_position, hash
FROM events
WHERE stream_id = ?1 AND version <= ?2
ORDER BY version DESC
LIMIT ?3
