-- Add columns to table "evaluations"; without a copy of it, for its scores refer to it
ALTER TABLE `evaluations` ADD COLUMN `state` text NOT NULL DEFAULT 'assigned';
ALTER TABLE `evaluations` ADD COLUMN `state_since` integer NOT NULL DEFAULT '0';
ALTER TABLE `evaluations` ADD COLUMN `version` integer NOT NULL DEFAULT '1';
ALTER TABLE `evaluations` ADD COLUMN `definition` text NOT NULL DEFAULT 'evaluation@1';
ALTER TABLE `evaluations` ADD COLUMN `stopped_days` integer NULL;
ALTER TABLE `evaluations` ADD COLUMN `term_until` text NULL;
-- What was handed in before was so, and counts where its proposal has been scored
UPDATE `evaluations` SET `state` = 'submitted', `state_since` = `submitted_at`, `declared_at` = COALESCE(`declared_at`, `submitted_at`) WHERE `submitted_at` IS NOT NULL;
UPDATE `evaluations` SET `state` = 'counted' WHERE `submitted_at` IS NOT NULL AND EXISTS (SELECT 1 FROM `proposals` p WHERE p.`id` = `evaluations`.`proposal_id` AND p.`final_score` IS NOT NULL AND COALESCE(p.`evaluation_round`, 1) = `evaluations`.`round`);
-- Create index "evaluation_proposal_id_evaluator_id" to table: "evaluations"
CREATE INDEX `evaluation_proposal_id_evaluator_id` ON `evaluations` (`proposal_id`, `evaluator_id`);
-- Create index "evaluation_evaluator_id_state" to table: "evaluations"
CREATE INDEX `evaluation_evaluator_id_state` ON `evaluations` (`evaluator_id`, `state`);
