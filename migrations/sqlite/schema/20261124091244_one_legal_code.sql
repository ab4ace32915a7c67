-- Create index "organisation_legal_code" to table: "organisations"
CREATE UNIQUE INDEX `organisation_legal_code` ON `organisations` (`legal_code`);
