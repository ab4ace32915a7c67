-- Create index "movement_for_id" to table: "movements"
CREATE INDEX `movement_for_id` ON `movements` (`for_id`);
-- Add column "failed_item" to table: "proposals"
ALTER TABLE `proposals` ADD COLUMN `failed_item` text NULL;
-- Add column "failed_rules" to table: "proposals"
ALTER TABLE `proposals` ADD COLUMN `failed_rules` text NULL;
-- Add column "unanswered" to table: "proposals"
ALTER TABLE `proposals` ADD COLUMN `unanswered` bool NULL;
-- Add column "not_adopted" to table: "proposals"
ALTER TABLE `proposals` ADD COLUMN `not_adopted` integer NULL;
