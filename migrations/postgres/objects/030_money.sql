-- An envelope's reserved sum is what its ledger adds up to, and nothing else.
CREATE OR REPLACE FUNCTION reserve() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE envelopes SET reserved = reserved + NEW.amount WHERE id = NEW.envelope_id;
	RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS reserve ON movements;
CREATE TRIGGER reserve AFTER INSERT ON movements FOR EACH ROW EXECUTE FUNCTION reserve();
