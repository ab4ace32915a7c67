-- Modify "calls" table
ALTER TABLE "calls" ADD COLUMN "stopped_days" bigint NULL, ADD COLUMN "term_until" character varying NULL COLLATE "C";
-- Modify "contracts" table
ALTER TABLE "contracts" ADD COLUMN "stopped_days" bigint NULL, ADD COLUMN "term_until" character varying NULL COLLATE "C";
-- Modify "proposals" table
ALTER TABLE "proposals" ADD COLUMN "stopped_days" bigint NULL, ADD COLUMN "term_until" character varying NULL COLLATE "C";
-- Modify "strategies" table
ALTER TABLE "strategies" ADD COLUMN "stopped_days" bigint NULL, ADD COLUMN "term_until" character varying NULL COLLATE "C";
-- Create "incidents" table
CREATE TABLE "incidents" ("id" character varying NOT NULL COLLATE "C", "lag_id" character varying NOT NULL COLLATE "C", "subject_id" character varying NOT NULL COLLATE "C", "event" character varying NOT NULL COLLATE "C", "code" character varying NOT NULL COLLATE "C", "guard" character varying NULL COLLATE "C", "attempts" bigint NOT NULL, "message_lt" text NOT NULL COLLATE "C", "message_en" text NOT NULL COLLATE "C", "opened_at" bigint NOT NULL, "resolved_at" bigint NULL, "resolution" character varying NULL COLLATE "C", PRIMARY KEY ("id"));
-- Create index "incident_subject_id_resolved_at" to table: "incidents"
CREATE INDEX "incident_subject_id_resolved_at" ON "incidents" ("subject_id", "resolved_at");
