-- Modify "evaluations" table
ALTER TABLE "evaluations" ADD COLUMN "state" character varying NOT NULL DEFAULT 'assigned' COLLATE "C", ADD COLUMN "state_since" bigint NOT NULL DEFAULT 0, ADD COLUMN "version" bigint NOT NULL DEFAULT 1, ADD COLUMN "definition" character varying NOT NULL DEFAULT 'evaluation@1' COLLATE "C", ADD COLUMN "stopped_days" bigint NULL, ADD COLUMN "term_until" character varying NULL COLLATE "C";
-- Create index "evaluation_evaluator_id_state" to table: "evaluations"
CREATE INDEX "evaluation_evaluator_id_state" ON "evaluations" ("evaluator_id", "state");
-- Create index "evaluation_proposal_id_evaluator_id" to table: "evaluations"
CREATE INDEX "evaluation_proposal_id_evaluator_id" ON "evaluations" ("proposal_id", "evaluator_id");
-- What was handed in before was so, and counts where its proposal has been scored
UPDATE "evaluations" SET "state" = 'submitted', "state_since" = "submitted_at", "declared_at" = COALESCE("declared_at", "submitted_at") WHERE "submitted_at" IS NOT NULL;
UPDATE "evaluations" SET "state" = 'counted' WHERE "submitted_at" IS NOT NULL AND EXISTS (SELECT 1 FROM "proposals" p WHERE p."id" = "evaluations"."proposal_id" AND p."final_score" IS NOT NULL AND COALESCE(p."evaluation_round", 1) = "evaluations"."round");
