-- An envelope's reserved sum is what its ledger adds up to, and nothing else.
DROP TRIGGER IF EXISTS reserve;
CREATE TRIGGER reserve AFTER INSERT ON movements BEGIN
	UPDATE envelopes SET reserved = reserved + NEW.amount WHERE id = NEW.envelope_id;
END;
