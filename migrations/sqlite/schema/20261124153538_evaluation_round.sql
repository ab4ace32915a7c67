-- Add column "evaluation_round" to table: "proposals"
ALTER TABLE `proposals` ADD COLUMN `evaluation_round` integer NULL;
