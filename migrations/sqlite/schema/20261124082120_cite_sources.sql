-- Add column "synthetic_fields" to table: "actions"
ALTER TABLE `actions` ADD COLUMN `synthetic_fields` text NULL;
-- Add column "synthetic_fields" to table: "activity_kinds"
ALTER TABLE `activity_kinds` ADD COLUMN `synthetic_fields` text NULL;
-- Add column "heading" to table: "activity_kinds"
ALTER TABLE `activity_kinds` ADD COLUMN `heading` text NULL;
-- Add column "printed" to table: "activity_kinds"
ALTER TABLE `activity_kinds` ADD COLUMN `printed` text NULL;
-- Add column "synthetic_fields" to table: "calls"
ALTER TABLE `calls` ADD COLUMN `synthetic_fields` text NULL;
-- Add column "synthetic_fields" to table: "consultation_inputs"
ALTER TABLE `consultation_inputs` ADD COLUMN `synthetic_fields` text NULL;
-- Add column "synthetic_fields" to table: "directions"
ALTER TABLE `directions` ADD COLUMN `synthetic_fields` text NULL;
-- Add column "printed" to table: "directions"
ALTER TABLE `directions` ADD COLUMN `printed` text NULL;
-- Add column "delivered_through" to table: "directions"
ALTER TABLE `directions` ADD COLUMN `delivered_through` text NULL;
-- Add column "synthetic_fields" to table: "findings"
ALTER TABLE `findings` ADD COLUMN `synthetic_fields` text NULL;
-- Add column "synthetic_fields" to table: "funding_sources"
ALTER TABLE `funding_sources` ADD COLUMN `synthetic_fields` text NULL;
-- Add column "synthetic_fields" to table: "goals"
ALTER TABLE `goals` ADD COLUMN `synthetic_fields` text NULL;
-- Add column "synthetic_fields" to table: "indicators"
ALTER TABLE `indicators` ADD COLUMN `synthetic_fields` text NULL;
-- Add column "synthetic_fields" to table: "lags"
ALTER TABLE `lags` ADD COLUMN `synthetic_fields` text NULL;
-- Add column "founded_printed" to table: "lags"
ALTER TABLE `lags` ADD COLUMN `founded_printed` text NULL;
-- Add column "bodies" to table: "lags"
ALTER TABLE `lags` ADD COLUMN `bodies` text NULL;
-- Add column "administration" to table: "lags"
ALTER TABLE `lags` ADD COLUMN `administration` text NULL;
-- Add column "synthetic_fields" to table: "lag_members"
ALTER TABLE `lag_members` ADD COLUMN `synthetic_fields` text NULL;
-- Add column "synthetic_fields" to table: "measures"
ALTER TABLE `measures` ADD COLUMN `synthetic_fields` text NULL;
-- Add column "synthetic_fields" to table: "objectives"
ALTER TABLE `objectives` ADD COLUMN `synthetic_fields` text NULL;
-- Add column "synthetic_fields" to table: "organisations"
ALTER TABLE `organisations` ADD COLUMN `synthetic_fields` text NULL;
-- Add column "name_as_printed" to table: "organisations"
ALTER TABLE `organisations` ADD COLUMN `name_as_printed` text NULL;
-- Add column "synthetic_fields" to table: "persons"
ALTER TABLE `persons` ADD COLUMN `synthetic_fields` text NULL;
-- Add column "synthetic_fields" to table: "projects"
ALTER TABLE `projects` ADD COLUMN `synthetic_fields` text NULL;
-- Add column "title_printed" to table: "projects"
ALTER TABLE `projects` ADD COLUMN `title_printed` text NULL;
-- Add column "theme_printed" to table: "projects"
ALTER TABLE `projects` ADD COLUMN `theme_printed` text NULL;
-- Add column "theme_read_by" to table: "projects"
ALTER TABLE `projects` ADD COLUMN `theme_read_by` text NULL;
-- Add column "stated_stage" to table: "projects"
ALTER TABLE `projects` ADD COLUMN `stated_stage` text NULL;
-- Add column "started_in" to table: "projects"
ALTER TABLE `projects` ADD COLUMN `started_in` text NULL;
-- Add column "continued_from_before" to table: "projects"
ALTER TABLE `projects` ADD COLUMN `continued_from_before` text NULL;
-- Add column "planned_for" to table: "projects"
ALTER TABLE `projects` ADD COLUMN `planned_for` text NULL;
-- Add column "aim_of" to table: "projects"
ALTER TABLE `projects` ADD COLUMN `aim_of` text NULL;
-- Add column "accomplishments" to table: "projects"
ALTER TABLE `projects` ADD COLUMN `accomplishments` text NULL;
-- Add column "places" to table: "projects"
ALTER TABLE `projects` ADD COLUMN `places` text NULL;
-- Add column "partners_from" to table: "projects"
ALTER TABLE `projects` ADD COLUMN `partners_from` text NULL;
-- Add column "synthetic_fields" to table: "proposals"
ALTER TABLE `proposals` ADD COLUMN `synthetic_fields` text NULL;
-- Add column "synthetic_fields" to table: "result_records"
ALTER TABLE `result_records` ADD COLUMN `synthetic_fields` text NULL;
-- Add column "items" to table: "result_records"
ALTER TABLE `result_records` ADD COLUMN `items` text NULL;
-- Add column "printed" to table: "result_records"
ALTER TABLE `result_records` ADD COLUMN `printed` text NULL;
-- Add column "printed_as" to table: "result_records"
ALTER TABLE `result_records` ADD COLUMN `printed_as` text NULL;
-- Add column "read_by" to table: "result_records"
ALTER TABLE `result_records` ADD COLUMN `read_by` text NULL;
-- Add column "synthetic_fields" to table: "rule_sets"
ALTER TABLE `rule_sets` ADD COLUMN `synthetic_fields` text NULL;
-- Add column "synthetic_fields" to table: "stated_figures"
ALTER TABLE `stated_figures` ADD COLUMN `synthetic_fields` text NULL;
-- Add column "synthetic_fields" to table: "strategies"
ALTER TABLE `strategies` ADD COLUMN `synthetic_fields` text NULL;
-- Add column "title_printed" to table: "strategies"
ALTER TABLE `strategies` ADD COLUMN `title_printed` text NULL;
-- Add column "approvals" to table: "strategies"
ALTER TABLE `strategies` ADD COLUMN `approvals` text NULL;
-- Add column "aims" to table: "strategies"
ALTER TABLE `strategies` ADD COLUMN `aims` text NULL;
-- Add column "implementers" to table: "strategies"
ALTER TABLE `strategies` ADD COLUMN `implementers` text NULL;
-- Add column "consultation_called_by" to table: "strategies"
ALTER TABLE `strategies` ADD COLUMN `consultation_called_by` text NULL;
-- Add column "consultation_expected" to table: "strategies"
ALTER TABLE `strategies` ADD COLUMN `consultation_expected` text NULL;
-- Add column "synthetic_fields" to table: "territories"
ALTER TABLE `territories` ADD COLUMN `synthetic_fields` text NULL;
-- Add column "closes_at" to table: "territories"
ALTER TABLE `territories` ADD COLUMN `closes_at` text NULL;
