-- Add column "unit_cost" to table: "budget_lines"
ALTER TABLE `budget_lines` ADD COLUMN `unit_cost` text NULL;
-- Add column "quantity" to table: "budget_lines"
ALTER TABLE `budget_lines` ADD COLUMN `quantity` integer NULL;
-- Add column "rate" to table: "budget_lines"
ALTER TABLE `budget_lines` ADD COLUMN `rate` integer NULL;
-- Add column "checklist" to table: "calls"
ALTER TABLE `calls` ADD COLUMN `checklist` text NULL;
-- Add column "unit_costs" to table: "calls"
ALTER TABLE `calls` ADD COLUMN `unit_costs` text NULL;
-- Add column "pool" to table: "calls"
ALTER TABLE `calls` ADD COLUMN `pool` text NULL;
-- Add column "target_value" to table: "indicators"
ALTER TABLE `indicators` ADD COLUMN `target_value` integer NULL;
-- Add column "body" to table: "meetings"
ALTER TABLE `meetings` ADD COLUMN `body` text NULL;
-- Add column "papers_due" to table: "meetings"
ALTER TABLE `meetings` ADD COLUMN `papers_due` text NULL;
-- Add column "observers" to table: "meetings"
ALTER TABLE `meetings` ADD COLUMN `observers` text NULL;
-- Add column "checks" to table: "proposals"
ALTER TABLE `proposals` ADD COLUMN `checks` text NULL;
-- Add column "participants" to table: "proposals"
ALTER TABLE `proposals` ADD COLUMN `participants` integer NULL;
-- Add column "participants_basis" to table: "proposals"
ALTER TABLE `proposals` ADD COLUMN `participants_basis` text NULL;
-- Add column "indicator_id" to table: "result_records"
ALTER TABLE `result_records` ADD COLUMN `indicator_id` text NULL CONSTRAINT `result_records_indicators_results` REFERENCES `indicators` (`id`) ON DELETE SET NULL;
-- Add column "report_id" to table: "result_records"
ALTER TABLE `result_records` ADD COLUMN `report_id` text NULL CONSTRAINT `result_records_matters_results` REFERENCES `matters` (`id`) ON DELETE SET NULL;
