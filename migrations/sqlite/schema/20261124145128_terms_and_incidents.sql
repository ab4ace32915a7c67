-- Add column "stopped_days" to table: "calls"
ALTER TABLE `calls` ADD COLUMN `stopped_days` integer NULL;
-- Add column "term_until" to table: "calls"
ALTER TABLE `calls` ADD COLUMN `term_until` text NULL;
-- Add column "stopped_days" to table: "contracts"
ALTER TABLE `contracts` ADD COLUMN `stopped_days` integer NULL;
-- Add column "term_until" to table: "contracts"
ALTER TABLE `contracts` ADD COLUMN `term_until` text NULL;
-- Add column "stopped_days" to table: "proposals"
ALTER TABLE `proposals` ADD COLUMN `stopped_days` integer NULL;
-- Add column "term_until" to table: "proposals"
ALTER TABLE `proposals` ADD COLUMN `term_until` text NULL;
-- Add column "stopped_days" to table: "strategies"
ALTER TABLE `strategies` ADD COLUMN `stopped_days` integer NULL;
-- Add column "term_until" to table: "strategies"
ALTER TABLE `strategies` ADD COLUMN `term_until` text NULL;
-- Create "incidents" table
CREATE TABLE `incidents` (`id` text NOT NULL, `lag_id` text NOT NULL, `subject_id` text NOT NULL, `event` text NOT NULL, `code` text NOT NULL, `guard` text NULL, `attempts` integer NOT NULL, `message_lt` text NOT NULL, `message_en` text NOT NULL, `opened_at` integer NOT NULL, `resolved_at` integer NULL, `resolution` text NULL, PRIMARY KEY (`id`));
-- Create index "incident_subject_id_resolved_at" to table: "incidents"
CREATE INDEX `incident_subject_id_resolved_at` ON `incidents` (`subject_id`, `resolved_at`);
