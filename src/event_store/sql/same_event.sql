SELECT global_position
FROM events
WHERE event_id = ?1 AND stream_id = ?2 AND event_type = ?3 AND schema_version = ?4 AND payload = ?5
