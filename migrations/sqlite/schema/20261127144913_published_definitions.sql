-- Create "definitions" table
CREATE TABLE `definitions` (`id` text NOT NULL, `lag_id` text NULL, `kind` text NOT NULL, `version` integer NOT NULL, `text` text NOT NULL, `hash` text NOT NULL, `report` text NOT NULL, `author_id` text NOT NULL, `confirmed_by_id` text NOT NULL, `published_at` integer NOT NULL, PRIMARY KEY (`id`));
-- Create index "definition_kind_version" to table: "definitions"
CREATE UNIQUE INDEX `definition_kind_version` ON `definitions` (`kind`, `version`);
