-- Modify "actions" table
ALTER TABLE "actions" ADD COLUMN "synthetic_fields" text NULL;
-- Modify "activity_kinds" table
ALTER TABLE "activity_kinds" ADD COLUMN "synthetic_fields" text NULL, ADD COLUMN "heading" text NULL COLLATE "C", ADD COLUMN "printed" text NULL COLLATE "C";
-- Modify "calls" table
ALTER TABLE "calls" ADD COLUMN "synthetic_fields" text NULL;
-- Modify "consultation_inputs" table
ALTER TABLE "consultation_inputs" ADD COLUMN "synthetic_fields" text NULL;
-- Modify "directions" table
ALTER TABLE "directions" ADD COLUMN "synthetic_fields" text NULL, ADD COLUMN "printed" text NULL COLLATE "C", ADD COLUMN "delivered_through" text NULL COLLATE "C";
-- Modify "findings" table
ALTER TABLE "findings" ADD COLUMN "synthetic_fields" text NULL;
-- Modify "funding_sources" table
ALTER TABLE "funding_sources" ADD COLUMN "synthetic_fields" text NULL;
-- Modify "goals" table
ALTER TABLE "goals" ADD COLUMN "synthetic_fields" text NULL;
-- Modify "indicators" table
ALTER TABLE "indicators" ADD COLUMN "synthetic_fields" text NULL;
-- Modify "lag_members" table
ALTER TABLE "lag_members" ADD COLUMN "synthetic_fields" text NULL;
-- Modify "lags" table
ALTER TABLE "lags" ADD COLUMN "synthetic_fields" text NULL, ADD COLUMN "founded_printed" text NULL COLLATE "C", ADD COLUMN "bodies" text NULL, ADD COLUMN "administration" text NULL;
-- Modify "measures" table
ALTER TABLE "measures" ADD COLUMN "synthetic_fields" text NULL;
-- Modify "objectives" table
ALTER TABLE "objectives" ADD COLUMN "synthetic_fields" text NULL;
-- Modify "organisations" table
ALTER TABLE "organisations" ADD COLUMN "synthetic_fields" text NULL, ADD COLUMN "name_as_printed" text NULL COLLATE "C";
-- Modify "persons" table
ALTER TABLE "persons" ADD COLUMN "synthetic_fields" text NULL;
-- Modify "projects" table
ALTER TABLE "projects" ADD COLUMN "synthetic_fields" text NULL, ADD COLUMN "title_printed" text NULL COLLATE "C", ADD COLUMN "theme_printed" text NULL COLLATE "C", ADD COLUMN "theme_read_by" character varying NULL COLLATE "C", ADD COLUMN "stated_stage" character varying NULL COLLATE "C", ADD COLUMN "started_in" character varying NULL COLLATE "C", ADD COLUMN "continued_from_before" character varying NULL COLLATE "C", ADD COLUMN "planned_for" character varying NULL COLLATE "C", ADD COLUMN "aim_of" text NULL COLLATE "C", ADD COLUMN "accomplishments" text NULL, ADD COLUMN "places" text NULL, ADD COLUMN "partners_from" text NULL COLLATE "C";
-- Modify "proposals" table
ALTER TABLE "proposals" ADD COLUMN "synthetic_fields" text NULL;
-- Modify "result_records" table
ALTER TABLE "result_records" ADD COLUMN "synthetic_fields" text NULL, ADD COLUMN "items" text NULL, ADD COLUMN "printed" text NULL COLLATE "C", ADD COLUMN "printed_as" character varying NULL COLLATE "C", ADD COLUMN "read_by" character varying NULL COLLATE "C";
-- Modify "rule_sets" table
ALTER TABLE "rule_sets" ADD COLUMN "synthetic_fields" text NULL;
-- Modify "stated_figures" table
ALTER TABLE "stated_figures" ADD COLUMN "synthetic_fields" text NULL;
-- Modify "strategies" table
ALTER TABLE "strategies" ADD COLUMN "synthetic_fields" text NULL, ADD COLUMN "title_printed" text NULL COLLATE "C", ADD COLUMN "approvals" text NULL, ADD COLUMN "aims" text NULL, ADD COLUMN "implementers" text NULL, ADD COLUMN "consultation_called_by" text NULL, ADD COLUMN "consultation_expected" text NULL;
-- Modify "territories" table
ALTER TABLE "territories" ADD COLUMN "synthetic_fields" text NULL, ADD COLUMN "closes_at" text NULL COLLATE "C";
