-- Modify "calls" table
ALTER TABLE "calls" ADD COLUMN "evaluators_hidden" boolean NOT NULL DEFAULT false, ADD COLUMN "scores_shown" character varying NULL COLLATE "C", ADD COLUMN "reannounces_id" character varying NULL COLLATE "C";
-- Modify "meetings" table
ALTER TABLE "meetings" ADD COLUMN "presider_id" character varying NULL COLLATE "C";
-- Modify "matters" table
ALTER TABLE "matters" DROP CONSTRAINT "matters_proposals_matters", ALTER COLUMN "proposal_id" DROP NOT NULL, ADD COLUMN "signed_on" character varying NULL COLLATE "C", ADD COLUMN "publication_url" text NULL COLLATE "C", ADD COLUMN "reviewers" text NULL, ADD COLUMN "content" text NULL COLLATE "C", ADD COLUMN "hash" character varying NULL COLLATE "C", ADD COLUMN "meeting_id" character varying NULL COLLATE "C", ADD CONSTRAINT "matters_proposals_matters" FOREIGN KEY ("proposal_id") REFERENCES "proposals" ("id") ON UPDATE NO ACTION ON DELETE SET NULL, ADD CONSTRAINT "matters_meetings_minutes" FOREIGN KEY ("meeting_id") REFERENCES "meetings" ("id") ON UPDATE NO ACTION ON DELETE SET NULL;
