-- A row never moves to another local action group.
CREATE OR REPLACE FUNCTION refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '%.lag_id is immutable', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
DO $$
DECLARE t text;
BEGIN
	FOR t IN SELECT table_name FROM information_schema.columns
		WHERE column_name = 'lag_id' AND is_nullable = 'NO' AND table_schema = current_schema() AND table_name <> 'confirmations'
	LOOP
		EXECUTE format('DROP TRIGGER IF EXISTS tenant_for_good ON %I', t);
		EXECUTE format('CREATE TRIGGER tenant_for_good BEFORE UPDATE OF lag_id ON %I FOR EACH ROW WHEN (OLD.lag_id IS DISTINCT FROM NEW.lag_id) EXECUTE FUNCTION refuse_move()', t);
	END LOOP;
END $$;
