SELECT p.projection_id, p.version, p.last_processed_position, p.status, p.error,
       (SELECT count(*) FROM dead_letters d
        WHERE d.projection_id = p.projection_id AND NOT d.skipped),
       r.version, r.position, r.status = 'stopped', r.stopped_at, r.error
FROM projection_progress p
LEFT JOIN rebuilds r USING (projection_id)
ORDER BY p.projection_id
