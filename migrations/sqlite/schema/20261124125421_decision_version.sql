-- Add column "subject_version" to table: "decisions"
ALTER TABLE `decisions` ADD COLUMN `subject_version` integer NULL;
