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
