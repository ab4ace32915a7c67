-- Modify "calls" table
ALTER TABLE "calls" ADD COLUMN "aggregation" character varying NULL COLLATE "C";
-- Create "frozen_rankings" table
CREATE TABLE "frozen_rankings" ("id" character varying NOT NULL COLLATE "C", "lag_id" character varying NOT NULL COLLATE "C", "ordinal" bigint NOT NULL, "hash" character varying NOT NULL COLLATE "C", "text" text NOT NULL COLLATE "C", "lots" text NULL, "frozen_at" bigint NOT NULL, "synthetic" boolean NOT NULL DEFAULT false, "call_id" character varying NOT NULL COLLATE "C", PRIMARY KEY ("id"), CONSTRAINT "frozen_rankings_calls_rankings" FOREIGN KEY ("call_id") REFERENCES "calls" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- Create index "frozenranking_call_id_ordinal" to table: "frozen_rankings"
CREATE UNIQUE INDEX "frozenranking_call_id_ordinal" ON "frozen_rankings" ("call_id", "ordinal");
