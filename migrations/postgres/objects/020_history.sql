-- What was recorded is never changed: not by a slip, not by the server's own role.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
DO $$
DECLARE t text;
BEGIN
	FOREACH t IN ARRAY ARRAY['history_entries', 'history_bodies', 'movements', 'proposal_versions', 'decisions', 'definitions', 'rule_sets', 'frozen_rankings', 'ballots',
		'log_origins', 'leaves', 'tree_nodes', 'checkpoints', 'signed_checkpoints'] LOOP
		EXECUTE format('DROP TRIGGER IF EXISTS append_only ON %I', t);
		EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', t);
		EXECUTE format('DROP TRIGGER IF EXISTS append_only_all ON %I', t);
		EXECUTE format('CREATE TRIGGER append_only_all BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', t);
	END LOOP;
END $$;
-- Of a decision the votes may be corrected, by an act that the history keeps.
DROP TRIGGER IF EXISTS append_only ON decisions;
CREATE TRIGGER append_only BEFORE UPDATE OF id, lag_id, meeting_id, subject_id, event, outcome, reasons, adopted_on, synthetic, subject_version, item_id, departs OR DELETE ON decisions FOR EACH ROW EXECUTE FUNCTION refuse_change();
