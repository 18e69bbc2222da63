-- What programs and admins ask for, beside what is kept already.

ALTER TABLE letter ADD COLUMN subject TEXT NOT NULL DEFAULT '';
CREATE INDEX letter_to ON letter (address COLLATE NOCASE);
