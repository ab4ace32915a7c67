-- Modify "lags" table
ALTER TABLE "lags" ADD COLUMN "name_key" text NULL COLLATE "C";
-- Modify "organisations" table
ALTER TABLE "organisations" ADD COLUMN "name_key" text NULL COLLATE "C", ADD COLUMN "name_words" text NULL COLLATE "C";
-- Modify "projects" table
ALTER TABLE "projects" ADD COLUMN "title_key" text NULL COLLATE "C", ADD COLUMN "title_words" text NULL COLLATE "C";
-- Modify "proposals" table
ALTER TABLE "proposals" ADD COLUMN "title_key" text NULL COLLATE "C", ADD COLUMN "title_words" text NULL COLLATE "C";
