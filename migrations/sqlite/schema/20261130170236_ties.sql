-- Create "ties" table
CREATE TABLE `ties` (`id` text NOT NULL, `one_id` text NOT NULL, `other_id` text NOT NULL, `kind` text NOT NULL, `since` text NOT NULL, `until` text NULL, `synthetic` bool NOT NULL DEFAULT (false), `lag_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `ties_lags_ties` FOREIGN KEY (`lag_id`) REFERENCES `lags` (`id`) ON DELETE NO ACTION);
-- Create index "tie_one_id" to table: "ties"
CREATE INDEX `tie_one_id` ON `ties` (`one_id`);
-- Create index "tie_other_id" to table: "ties"
CREATE INDEX `tie_other_id` ON `ties` (`other_id`);
