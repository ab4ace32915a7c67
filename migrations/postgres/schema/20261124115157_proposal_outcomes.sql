-- Create index "movement_for_id" to table: "movements"
CREATE INDEX "movement_for_id" ON "movements" ("for_id");
-- Modify "proposals" table
ALTER TABLE "proposals" ADD COLUMN "failed_item" character varying NULL COLLATE "C", ADD COLUMN "failed_rules" character varying NULL COLLATE "C", ADD COLUMN "unanswered" boolean NULL, ADD COLUMN "not_adopted" bigint NULL;
