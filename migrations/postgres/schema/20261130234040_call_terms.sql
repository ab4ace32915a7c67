-- Modify "budget_lines" table
ALTER TABLE "budget_lines" ADD COLUMN "unit_cost" character varying NULL COLLATE "C", ADD COLUMN "quantity" bigint NULL, ADD COLUMN "rate" bigint NULL;
-- Modify "calls" table
ALTER TABLE "calls" ADD COLUMN "checklist" text NULL, ADD COLUMN "unit_costs" text NULL, ADD COLUMN "pool" text NULL;
-- Modify "indicators" table
ALTER TABLE "indicators" ADD COLUMN "target_value" bigint NULL;
-- Modify "meetings" table
ALTER TABLE "meetings" ADD COLUMN "body" character varying NULL COLLATE "C", ADD COLUMN "papers_due" character varying NULL COLLATE "C", ADD COLUMN "observers" text NULL;
-- Modify "proposals" table
ALTER TABLE "proposals" ADD COLUMN "checks" text NULL, ADD COLUMN "participants" bigint NULL, ADD COLUMN "participants_basis" character varying NULL COLLATE "C";
-- Modify "result_records" table
ALTER TABLE "result_records" ADD COLUMN "indicator_id" character varying NULL COLLATE "C", ADD COLUMN "report_id" character varying NULL COLLATE "C", ADD CONSTRAINT "result_records_indicators_results" FOREIGN KEY ("indicator_id") REFERENCES "indicators" ("id") ON UPDATE NO ACTION ON DELETE SET NULL, ADD CONSTRAINT "result_records_matters_results" FOREIGN KEY ("report_id") REFERENCES "matters" ("id") ON UPDATE NO ACTION ON DELETE SET NULL;
