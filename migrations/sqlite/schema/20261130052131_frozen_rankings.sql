-- Add column "aggregation" to table: "calls"
ALTER TABLE `calls` ADD COLUMN `aggregation` text NULL;
-- Create "frozen_rankings" table
CREATE TABLE `frozen_rankings` (`id` text NOT NULL, `lag_id` text NOT NULL, `ordinal` integer NOT NULL, `hash` text NOT NULL, `text` text NOT NULL, `lots` text NULL, `frozen_at` integer NOT NULL, `synthetic` bool NOT NULL DEFAULT (false), `call_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `frozen_rankings_calls_rankings` FOREIGN KEY (`call_id`) REFERENCES `calls` (`id`) ON DELETE NO ACTION);
-- Create index "frozenranking_call_id_ordinal" to table: "frozen_rankings"
CREATE UNIQUE INDEX `frozenranking_call_id_ordinal` ON `frozen_rankings` (`call_id`, `ordinal`);
