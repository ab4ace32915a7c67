-- Add column "seat_territory" to table: "proposals"
ALTER TABLE `proposals` ADD COLUMN `seat_territory` text NULL;
