-- Modify "proposals" table
ALTER TABLE "proposals" ADD COLUMN "receipt_no" character varying NULL COLLATE "C";
