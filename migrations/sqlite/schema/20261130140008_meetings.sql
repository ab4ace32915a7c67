-- Add column "item_id" to table: "decisions"
ALTER TABLE `decisions` ADD COLUMN `item_id` text NULL;
-- Add columns of the state to table: "meetings"
ALTER TABLE `meetings` ADD COLUMN `state` text NOT NULL DEFAULT 'held';
ALTER TABLE `meetings` ADD COLUMN `state_since` integer NOT NULL DEFAULT '0';
ALTER TABLE `meetings` ADD COLUMN `version` integer NOT NULL DEFAULT '1';
ALTER TABLE `meetings` ADD COLUMN `definition` text NOT NULL DEFAULT 'meeting@1';
ALTER TABLE `meetings` ADD COLUMN `stopped_days` integer NULL;
ALTER TABLE `meetings` ADD COLUMN `term_until` text NULL;
ALTER TABLE `meetings` ADD COLUMN `scheduled_at` integer NULL;
ALTER TABLE `meetings` ADD COLUMN `ballots_until` integer NULL;
-- Create "agenda_items" table
CREATE TABLE `agenda_items` (`id` text NOT NULL, `lag_id` text NOT NULL, `state` text NOT NULL, `state_since` integer NOT NULL, `version` integer NOT NULL, `definition` text NOT NULL, `stopped_days` integer NULL, `term_until` text NULL, `ordinal` integer NOT NULL, `subject_id` text NOT NULL, `event` text NOT NULL, `voters` text NULL, `synthetic` bool NOT NULL DEFAULT (false), `meeting_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `agenda_items_meetings_items` FOREIGN KEY (`meeting_id`) REFERENCES `meetings` (`id`) ON DELETE NO ACTION);
-- Create index "agendaitem_meeting_id_ordinal" to table: "agenda_items"
CREATE UNIQUE INDEX `agendaitem_meeting_id_ordinal` ON `agenda_items` (`meeting_id`, `ordinal`);
-- Create "attendances" table
CREATE TABLE `attendances` (`id` text NOT NULL, `lag_id` text NOT NULL, `person_id` text NULL, `declared_at` integer NULL, `arrived_at` integer NULL, `left_at` integer NULL, `synthetic` bool NOT NULL DEFAULT (false), `seat_id` text NOT NULL, `meeting_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `attendances_board_seats_attendance` FOREIGN KEY (`seat_id`) REFERENCES `board_seats` (`id`) ON DELETE NO ACTION, CONSTRAINT `attendances_meetings_attendance` FOREIGN KEY (`meeting_id`) REFERENCES `meetings` (`id`) ON DELETE NO ACTION);
-- Create index "attendance_meeting_id_seat_id" to table: "attendances"
CREATE UNIQUE INDEX `attendance_meeting_id_seat_id` ON `attendances` (`meeting_id`, `seat_id`);
-- Create "ballots" table
CREATE TABLE `ballots` (`id` text NOT NULL, `lag_id` text NOT NULL, `person_id` text NOT NULL, `vote` text NOT NULL, `ground` text NULL, `cast_at` integer NOT NULL, `synthetic` bool NOT NULL DEFAULT (false), `item_id` text NOT NULL, `seat_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `ballots_agenda_items_ballots` FOREIGN KEY (`item_id`) REFERENCES `agenda_items` (`id`) ON DELETE NO ACTION, CONSTRAINT `ballots_board_seats_ballots` FOREIGN KEY (`seat_id`) REFERENCES `board_seats` (`id`) ON DELETE NO ACTION);
-- Create index "ballot_item_id_seat_id" to table: "ballots"
CREATE UNIQUE INDEX `ballot_item_id_seat_id` ON `ballots` (`item_id`, `seat_id`);
