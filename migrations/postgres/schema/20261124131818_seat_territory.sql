-- Modify "proposals" table
ALTER TABLE "proposals" ADD COLUMN "seat_territory" character varying NULL COLLATE "C";
