-- Modify "proposals" table
ALTER TABLE "proposals" ADD COLUMN "evaluation_round" bigint NULL;
