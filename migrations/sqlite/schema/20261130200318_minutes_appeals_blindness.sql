-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Add columns to table: "calls"
ALTER TABLE `calls` ADD COLUMN `evaluators_hidden` bool NOT NULL DEFAULT false;
ALTER TABLE `calls` ADD COLUMN `scores_shown` text NULL;
ALTER TABLE `calls` ADD COLUMN `reannounces_id` text NULL CONSTRAINT `calls_calls_announced_again` REFERENCES `calls` (`id`) ON DELETE SET NULL;
-- Create "new_matters" table
CREATE TABLE `new_matters` (`id` text NOT NULL, `lag_id` text NOT NULL, `state` text NOT NULL, `state_since` integer NOT NULL, `version` integer NOT NULL, `definition` text NOT NULL, `stopped_days` integer NULL, `term_until` text NULL, `kind` text NOT NULL, `subject_id` text NOT NULL, `number` text NULL, `form` text NULL, `amount` integer NULL, `accepted` integer NULL, `due_on` text NULL, `period_from` text NULL, `period_to` text NULL, `signed_on` text NULL, `publication_url` text NULL, `reviewers` text NULL, `content` text NULL, `hash` text NULL, `synthetic` bool NOT NULL DEFAULT (false), `meeting_id` text NULL, `proposal_id` text NULL, PRIMARY KEY (`id`), CONSTRAINT `matters_meetings_minutes` FOREIGN KEY (`meeting_id`) REFERENCES `meetings` (`id`) ON DELETE SET NULL, CONSTRAINT `matters_proposals_matters` FOREIGN KEY (`proposal_id`) REFERENCES `proposals` (`id`) ON DELETE SET NULL);
-- Copy rows from old table "matters" to new temporary table "new_matters"
INSERT INTO `new_matters` (`id`, `lag_id`, `state`, `state_since`, `version`, `definition`, `stopped_days`, `term_until`, `kind`, `subject_id`, `number`, `form`, `amount`, `accepted`, `due_on`, `period_from`, `period_to`, `synthetic`, `proposal_id`) SELECT `id`, `lag_id`, `state`, `state_since`, `version`, `definition`, `stopped_days`, `term_until`, `kind`, `subject_id`, `number`, `form`, `amount`, `accepted`, `due_on`, `period_from`, `period_to`, `synthetic`, `proposal_id` FROM `matters`;
-- Drop "matters" table after copying rows
DROP TABLE `matters`;
-- Rename temporary table "new_matters" to "matters"
ALTER TABLE `new_matters` RENAME TO `matters`;
-- Create index "matter_proposal_id_kind" to table: "matters"
CREATE INDEX `matter_proposal_id_kind` ON `matters` (`proposal_id`, `kind`);
-- Create index "matter_lag_id_kind_state" to table: "matters"
CREATE INDEX `matter_lag_id_kind_state` ON `matters` (`lag_id`, `kind`, `state`);
-- Add column "presider_id" to table: "meetings"
ALTER TABLE `meetings` ADD COLUMN `presider_id` text NULL;
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
