-- Modify "evaluations" table
ALTER TABLE "evaluations" ADD COLUMN "state" character varying NULL COLLATE "C", ADD COLUMN "state_since" bigint NULL, ADD COLUMN "version" bigint NULL, ADD COLUMN "definition" character varying NULL COLLATE "C", ADD COLUMN "stopped_days" bigint NULL, ADD COLUMN "term_until" character varying NULL COLLATE "C";
-- Those that were there before begin where they stood
UPDATE "evaluations" SET "state" = CASE WHEN "submitted_at" IS NULL THEN 'assigned' ELSE 'submitted' END, "state_since" = COALESCE("submitted_at", 0), "version" = 1, "definition" = 'evaluation@1';
-- Modify "evaluations" table
ALTER TABLE "evaluations" ALTER COLUMN "state" SET NOT NULL, ALTER COLUMN "state_since" SET NOT NULL, ALTER COLUMN "version" SET NOT NULL, ALTER COLUMN "definition" SET NOT NULL;
-- Create index "evaluation_evaluator_id_state" to table: "evaluations"
CREATE INDEX "evaluation_evaluator_id_state" ON "evaluations" ("evaluator_id", "state");
-- Create index "evaluation_proposal_id_evaluator_id" to table: "evaluations"
CREATE INDEX "evaluation_proposal_id_evaluator_id" ON "evaluations" ("proposal_id", "evaluator_id");
