-- Create "matters" table
CREATE TABLE `matters` (`id` text NOT NULL, `lag_id` text NOT NULL, `state` text NOT NULL, `state_since` integer NOT NULL, `version` integer NOT NULL, `definition` text NOT NULL, `stopped_days` integer NULL, `term_until` text NULL, `kind` text NOT NULL, `subject_id` text NOT NULL, `number` text NULL, `form` text NULL, `amount` integer NULL, `accepted` integer NULL, `due_on` text NULL, `period_from` text NULL, `period_to` text NULL, `synthetic` bool NOT NULL DEFAULT (false), `proposal_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `matters_proposals_matters` FOREIGN KEY (`proposal_id`) REFERENCES `proposals` (`id`) ON DELETE NO ACTION);
-- Create index "matter_proposal_id_kind" to table: "matters"
CREATE INDEX `matter_proposal_id_kind` ON `matters` (`proposal_id`, `kind`);
-- Create index "matter_lag_id_kind_state" to table: "matters"
CREATE INDEX `matter_lag_id_kind_state` ON `matters` (`lag_id`, `kind`, `state`);
