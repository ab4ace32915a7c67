-- Create "ties" table
CREATE TABLE "ties" ("id" character varying NOT NULL COLLATE "C", "one_id" character varying NOT NULL COLLATE "C", "other_id" character varying NOT NULL COLLATE "C", "kind" character varying NOT NULL COLLATE "C", "since" character varying NOT NULL COLLATE "C", "until" character varying NULL COLLATE "C", "synthetic" boolean NOT NULL DEFAULT false, "lag_id" character varying NOT NULL COLLATE "C", PRIMARY KEY ("id"), CONSTRAINT "ties_lags_ties" FOREIGN KEY ("lag_id") REFERENCES "lags" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- Create index "tie_one_id" to table: "ties"
CREATE INDEX "tie_one_id" ON "ties" ("one_id");
-- Create index "tie_other_id" to table: "ties"
CREATE INDEX "tie_other_id" ON "ties" ("other_id");
