INSERT INTO commands (command_id, outcome, first_position, last_position)
VALUES (?1, 'appended', ?2, ?3)
ON CONFLICT (command_id) DO UPDATE SET outcome = outcome
RETURNING first_position, last_position
