-- Create "definitions" table
CREATE TABLE "definitions" ("id" character varying NOT NULL COLLATE "C", "lag_id" character varying NULL COLLATE "C", "kind" character varying NOT NULL COLLATE "C", "version" bigint NOT NULL, "text" text NOT NULL COLLATE "C", "hash" character varying NOT NULL COLLATE "C", "report" text NOT NULL COLLATE "C", "author_id" character varying NOT NULL COLLATE "C", "confirmed_by_id" character varying NOT NULL COLLATE "C", "published_at" bigint NOT NULL, PRIMARY KEY ("id"));
-- Create index "definition_kind_version" to table: "definitions"
CREATE UNIQUE INDEX "definition_kind_version" ON "definitions" ("kind", "version");
