-- Add column "name_key" to table: "lags"
ALTER TABLE `lags` ADD COLUMN `name_key` text NULL;
-- Add column "name_key" to table: "organisations"
ALTER TABLE `organisations` ADD COLUMN `name_key` text NULL;
-- Add column "name_words" to table: "organisations"
ALTER TABLE `organisations` ADD COLUMN `name_words` text NULL;
-- Add column "title_key" to table: "projects"
ALTER TABLE `projects` ADD COLUMN `title_key` text NULL;
-- Add column "title_words" to table: "projects"
ALTER TABLE `projects` ADD COLUMN `title_words` text NULL;
-- Add column "title_key" to table: "proposals"
ALTER TABLE `proposals` ADD COLUMN `title_key` text NULL;
-- Add column "title_words" to table: "proposals"
ALTER TABLE `proposals` ADD COLUMN `title_words` text NULL;
