-- Add column "receipt_no" to table: "proposals"
ALTER TABLE `proposals` ADD COLUMN `receipt_no` text NULL;
