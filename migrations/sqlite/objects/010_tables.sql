-- Tables that only the store's own statements touch.
CREATE TABLE IF NOT EXISTS disclosures (
	dossier_id text NOT NULL, n integer NOT NULL, path text NOT NULL,
	salt blob NOT NULL, value text NOT NULL, PRIMARY KEY (dossier_id, n, path));
CREATE TABLE IF NOT EXISTS claims (
	actor_id text NOT NULL, key text NOT NULL, input_hash text NOT NULL,
	dossier_id text, n integer NOT NULL DEFAULT 0, confirmation_id text, PRIMARY KEY (actor_id, key));
CREATE TABLE IF NOT EXISTS confirmations (
	id text PRIMARY KEY, lag_id text NOT NULL, command text NOT NULL, input_hash text NOT NULL,
	expires_at integer NOT NULL);
CREATE TABLE IF NOT EXISTS tokens (
	hash text PRIMARY KEY, person_id text NOT NULL, role text NOT NULL, lag_id text,
	created_at integer NOT NULL, expires_at integer NOT NULL);
CREATE TABLE IF NOT EXISTS security_log (
	at integer NOT NULL, actor_id text NOT NULL, subject text NOT NULL, what text NOT NULL);
CREATE TABLE IF NOT EXISTS marks (name text PRIMARY KEY, value text NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS one_envelope_a_subject ON envelopes (subject_id);
CREATE TABLE IF NOT EXISTS timers (
	subject_id text NOT NULL, kind text NOT NULL, group_id text NOT NULL, definition text NOT NULL,
	state text NOT NULL, ahead integer NOT NULL, event text NOT NULL, rings_at integer NOT NULL, ends_at integer NOT NULL,
	lent_until integer, PRIMARY KEY (subject_id, ahead));
CREATE INDEX IF NOT EXISTS timers_by_ring ON timers (rings_at);
CREATE INDEX IF NOT EXISTS timers_by_end ON timers (group_id, ends_at);
-- The log that all dossiers are sealed into (package history/seal): which logs there were, the last being
-- the one that goes on; its leaves in the order of sealing; the nodes above them; checkpoints as they were
-- taken, and as they were signed. None knows a group: a log is the database's.
CREATE TABLE IF NOT EXISTS log_origins (
	id integer PRIMARY KEY, origin text NOT NULL UNIQUE, statement text NOT NULL);
CREATE TABLE IF NOT EXISTS leaves (
	log integer NOT NULL, seq integer NOT NULL, entry_id text NOT NULL, hash text NOT NULL,
	PRIMARY KEY (log, seq), UNIQUE (log, entry_id));
CREATE TABLE IF NOT EXISTS tree_nodes (
	log integer NOT NULL, id integer NOT NULL, hash text NOT NULL, PRIMARY KEY (log, id));
CREATE TABLE IF NOT EXISTS checkpoints (
	log integer NOT NULL, size integer NOT NULL, text text NOT NULL, PRIMARY KEY (log, size));
CREATE TABLE IF NOT EXISTS signed_checkpoints (
	log integer NOT NULL, size integer NOT NULL, note text NOT NULL, PRIMARY KEY (log, size));
CREATE INDEX IF NOT EXISTS history_entries_by_instant ON history_entries (recorded_at);
