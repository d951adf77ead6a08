SELECT physical
FROM projection_tables
JOIN projection_progress USING (projection_id, generation)
WHERE name = ?1
