-- Tables that only the store's own statements touch.
CREATE TABLE IF NOT EXISTS disclosures (
	dossier_id text COLLATE "C" NOT NULL, n bigint NOT NULL, path text COLLATE "C" NOT NULL,
	salt bytea NOT NULL, value text NOT NULL, PRIMARY KEY (dossier_id, n, path));
CREATE TABLE IF NOT EXISTS claims (
	actor_id text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, input_hash text NOT NULL,
	dossier_id text, n bigint NOT NULL DEFAULT 0, confirmation_id text, PRIMARY KEY (actor_id, key));
CREATE TABLE IF NOT EXISTS confirmations (
	id text COLLATE "C" PRIMARY KEY, lag_id text NOT NULL, command text NOT NULL, input_hash text NOT NULL,
	expires_at bigint NOT NULL);
CREATE TABLE IF NOT EXISTS tokens (
	hash text COLLATE "C" PRIMARY KEY, person_id text NOT NULL, role text NOT NULL, lag_id text,
	created_at bigint NOT NULL, expires_at bigint NOT NULL);
CREATE TABLE IF NOT EXISTS security_log (
	at bigint NOT NULL, actor_id text NOT NULL, subject text NOT NULL, what text NOT NULL);
CREATE TABLE IF NOT EXISTS marks (name text COLLATE "C" PRIMARY KEY, value text NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS one_envelope_a_subject ON envelopes (subject_id);
-- The clock serves all groups in one transaction, so no policy of one can hold here.
CREATE TABLE IF NOT EXISTS timers (
	subject_id text COLLATE "C" NOT NULL, kind text NOT NULL, group_id text COLLATE "C" NOT NULL, definition text NOT NULL,
	state text NOT NULL, ahead bigint NOT NULL, event text NOT NULL, rings_at bigint NOT NULL, ends_at bigint NOT NULL,
	lent_until bigint, PRIMARY KEY (subject_id, ahead));
CREATE INDEX IF NOT EXISTS timers_by_ring ON timers (rings_at);
CREATE INDEX IF NOT EXISTS timers_by_end ON timers (group_id, ends_at);
-- The log that all dossiers are sealed into (package history/seal): which logs there were, the last being
-- the one that goes on; its leaves in the order of sealing; the nodes above them; checkpoints as they were
-- taken, and as they were signed. None knows a group: a log is the database's.
CREATE TABLE IF NOT EXISTS log_origins (
	id bigint PRIMARY KEY, origin text COLLATE "C" NOT NULL UNIQUE, statement text NOT NULL);
CREATE TABLE IF NOT EXISTS leaves (
	log bigint NOT NULL, seq bigint NOT NULL, entry_id text COLLATE "C" NOT NULL, hash text COLLATE "C" NOT NULL,
	PRIMARY KEY (log, seq), UNIQUE (log, entry_id));
CREATE TABLE IF NOT EXISTS tree_nodes (
	log bigint NOT NULL, id bigint NOT NULL, hash text COLLATE "C" NOT NULL, PRIMARY KEY (log, id));
CREATE TABLE IF NOT EXISTS checkpoints (
	log bigint NOT NULL, size bigint NOT NULL, text text NOT NULL, PRIMARY KEY (log, size));
CREATE TABLE IF NOT EXISTS signed_checkpoints (
	log bigint NOT NULL, size bigint NOT NULL, note text NOT NULL, PRIMARY KEY (log, size));
CREATE INDEX IF NOT EXISTS history_entries_by_instant ON history_entries (recorded_at);
