-- Modify "decisions" table
ALTER TABLE "decisions" ADD COLUMN "subject_version" bigint NULL;
