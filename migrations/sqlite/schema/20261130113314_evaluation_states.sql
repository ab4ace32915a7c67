-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create "new_evaluations" table
CREATE TABLE `new_evaluations` (`id` text NOT NULL, `lag_id` text NOT NULL, `state` text NOT NULL, `state_since` integer NOT NULL, `version` integer NOT NULL, `definition` text NOT NULL, `stopped_days` integer NULL, `term_until` text NULL, `evaluator_id` text NOT NULL, `round` integer NOT NULL, `due_on` text NULL, `declared_at` integer NULL, `submitted_at` integer NULL, `comment` text NULL, `synthetic` bool NOT NULL DEFAULT (false), `proposal_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `evaluations_proposals_evaluations` FOREIGN KEY (`proposal_id`) REFERENCES `proposals` (`id`) ON DELETE NO ACTION);
-- Copy rows from old table "evaluations" to new temporary table "new_evaluations"; those that were there before begin where they stood
INSERT INTO `new_evaluations` (`state`, `state_since`, `version`, `definition`, `id`, `lag_id`, `evaluator_id`, `round`, `due_on`, `declared_at`, `submitted_at`, `comment`, `synthetic`, `proposal_id`) SELECT CASE WHEN `submitted_at` IS NULL THEN 'assigned' ELSE 'submitted' END, COALESCE(`submitted_at`, 0), 1, 'evaluation@1', `id`, `lag_id`, `evaluator_id`, `round`, `due_on`, `declared_at`, `submitted_at`, `comment`, `synthetic`, `proposal_id` FROM `evaluations`;
-- Drop "evaluations" table after copying rows
DROP TABLE `evaluations`;
-- Rename temporary table "new_evaluations" to "evaluations"
ALTER TABLE `new_evaluations` RENAME TO `evaluations`;
-- Create index "evaluation_proposal_id_evaluator_id" to table: "evaluations"
CREATE INDEX `evaluation_proposal_id_evaluator_id` ON `evaluations` (`proposal_id`, `evaluator_id`);
-- Create index "evaluation_evaluator_id_state" to table: "evaluations"
CREATE INDEX `evaluation_evaluator_id_state` ON `evaluations` (`evaluator_id`, `state`);
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
