SELECT global_position, event_id, stream_id, stream_type, version, event_type, schema_version,
       payload, metadata, timestamp, origin, origin_position, hash
FROM event_tags
JOIN events USING (global_position)
WHERE tag = ?1
ORDER BY global_position DESC
LIMIT ?2
