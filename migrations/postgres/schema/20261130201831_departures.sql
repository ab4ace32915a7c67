-- Modify "agenda_items" table
ALTER TABLE "agenda_items" ADD COLUMN "departs" boolean NOT NULL DEFAULT false;
-- Modify "decisions" table
ALTER TABLE "decisions" ADD COLUMN "departs" boolean NOT NULL DEFAULT false;
