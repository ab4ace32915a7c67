-- Add column "departs" to table: "decisions"
ALTER TABLE `decisions` ADD COLUMN `departs` bool NOT NULL DEFAULT false;
-- Add column "departs" to table: "agenda_items"
ALTER TABLE `agenda_items` ADD COLUMN `departs` bool NOT NULL DEFAULT false;
