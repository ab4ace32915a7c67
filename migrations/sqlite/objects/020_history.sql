-- What was recorded is never changed.
DROP TRIGGER IF EXISTS append_only_history_entries_update;
CREATE TRIGGER append_only_history_entries_update BEFORE UPDATE ON history_entries BEGIN SELECT RAISE(ABORT, 'history_entries is append-only'); END;
DROP TRIGGER IF EXISTS append_only_history_entries_delete;
CREATE TRIGGER append_only_history_entries_delete BEFORE DELETE ON history_entries BEGIN SELECT RAISE(ABORT, 'history_entries is append-only'); END;
DROP TRIGGER IF EXISTS append_only_history_bodies_update;
CREATE TRIGGER append_only_history_bodies_update BEFORE UPDATE ON history_bodies BEGIN SELECT RAISE(ABORT, 'history_bodies is append-only'); END;
DROP TRIGGER IF EXISTS append_only_history_bodies_delete;
CREATE TRIGGER append_only_history_bodies_delete BEFORE DELETE ON history_bodies BEGIN SELECT RAISE(ABORT, 'history_bodies is append-only'); END;
DROP TRIGGER IF EXISTS append_only_movements_update;
CREATE TRIGGER append_only_movements_update BEFORE UPDATE ON movements BEGIN SELECT RAISE(ABORT, 'movements is append-only'); END;
DROP TRIGGER IF EXISTS append_only_movements_delete;
CREATE TRIGGER append_only_movements_delete BEFORE DELETE ON movements BEGIN SELECT RAISE(ABORT, 'movements is append-only'); END;
DROP TRIGGER IF EXISTS append_only_proposal_versions_update;
CREATE TRIGGER append_only_proposal_versions_update BEFORE UPDATE ON proposal_versions BEGIN SELECT RAISE(ABORT, 'proposal_versions is append-only'); END;
DROP TRIGGER IF EXISTS append_only_proposal_versions_delete;
CREATE TRIGGER append_only_proposal_versions_delete BEFORE DELETE ON proposal_versions BEGIN SELECT RAISE(ABORT, 'proposal_versions is append-only'); END;
DROP TRIGGER IF EXISTS append_only_decisions_update;
-- Of a decision the votes may be corrected, by an act that the history keeps.
CREATE TRIGGER append_only_decisions_update BEFORE UPDATE OF id, lag_id, meeting_id, subject_id, event, outcome, reasons, adopted_on, synthetic, subject_version ON decisions BEGIN SELECT RAISE(ABORT, 'decisions is append-only'); END;
DROP TRIGGER IF EXISTS append_only_decisions_delete;
CREATE TRIGGER append_only_decisions_delete BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'decisions is append-only'); END;
DROP TRIGGER IF EXISTS append_only_definitions_update;
CREATE TRIGGER append_only_definitions_update BEFORE UPDATE ON definitions BEGIN SELECT RAISE(ABORT, 'definitions is append-only'); END;
DROP TRIGGER IF EXISTS append_only_definitions_delete;
CREATE TRIGGER append_only_definitions_delete BEFORE DELETE ON definitions BEGIN SELECT RAISE(ABORT, 'definitions is append-only'); END;
DROP TRIGGER IF EXISTS append_only_rule_sets_update;
CREATE TRIGGER append_only_rule_sets_update BEFORE UPDATE ON rule_sets BEGIN SELECT RAISE(ABORT, 'rule_sets is append-only'); END;
DROP TRIGGER IF EXISTS append_only_rule_sets_delete;
CREATE TRIGGER append_only_rule_sets_delete BEFORE DELETE ON rule_sets BEGIN SELECT RAISE(ABORT, 'rule_sets is append-only'); END;
-- Nor is it replaced: REPLACE deletes the row in its way and fires no trigger of
-- deletion.
DROP TRIGGER IF EXISTS append_only_history_entries_replace;
CREATE TRIGGER append_only_history_entries_replace BEFORE INSERT ON history_entries WHEN EXISTS (SELECT 1 FROM history_entries WHERE id = NEW.id OR (dossier_id = NEW.dossier_id AND n = NEW.n)) BEGIN SELECT RAISE(ABORT, 'history_entries is append-only'); END;
DROP TRIGGER IF EXISTS append_only_history_bodies_replace;
CREATE TRIGGER append_only_history_bodies_replace BEFORE INSERT ON history_bodies WHEN EXISTS (SELECT 1 FROM history_bodies WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'history_bodies is append-only'); END;
DROP TRIGGER IF EXISTS append_only_movements_replace;
CREATE TRIGGER append_only_movements_replace BEFORE INSERT ON movements WHEN EXISTS (SELECT 1 FROM movements WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'movements is append-only'); END;
DROP TRIGGER IF EXISTS append_only_proposal_versions_replace;
CREATE TRIGGER append_only_proposal_versions_replace BEFORE INSERT ON proposal_versions WHEN EXISTS (SELECT 1 FROM proposal_versions WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'proposal_versions is append-only'); END;
DROP TRIGGER IF EXISTS append_only_decisions_replace;
CREATE TRIGGER append_only_decisions_replace BEFORE INSERT ON decisions WHEN EXISTS (SELECT 1 FROM decisions WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'decisions is append-only'); END;
DROP TRIGGER IF EXISTS append_only_definitions_replace;
CREATE TRIGGER append_only_definitions_replace BEFORE INSERT ON definitions WHEN EXISTS (SELECT 1 FROM definitions WHERE id = NEW.id OR (kind = NEW.kind AND version = NEW.version)) BEGIN SELECT RAISE(ABORT, 'definitions is append-only'); END;
DROP TRIGGER IF EXISTS append_only_rule_sets_replace;
CREATE TRIGGER append_only_rule_sets_replace BEFORE INSERT ON rule_sets WHEN EXISTS (SELECT 1 FROM rule_sets WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'rule_sets is append-only'); END;
