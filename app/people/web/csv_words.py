"""What is wrong in a file with people, in words that say how to fix it."""

from app.wording import N_

WORDS = {
    "file_empty": N_("The file is empty. Choose a file with a header row and one row for each person."),
    "file_too_large": N_("The file is larger than 10 MB. Split it into smaller files."),
    "file_is_workbook": N_("This is a workbook, not a CSV file. In your spreadsheet choose Save as, then CSV."),
    "file_not_text": N_("This is not a text file. In your spreadsheet choose Save as, then CSV."),
    "file_broken": N_("The file cannot be read as CSV. Save it again from your spreadsheet as CSV."),
    "header_missing": N_("The first row must hold the names of the columns, such as name and email."),
    "name_column_missing": N_("No column holds the name. Add one called name, or first name and surname."),
    "column_twice": N_("This column appears twice. Keep one of the two."),
    "too_many_columns": N_("The file has more than 500 columns. Keep only those about people."),
    "too_many_rows": N_("The file has more than 20,000 rows. Split it into smaller files."),
    "line_too_long": N_("A line of this file is longer than 250,000 characters. Keep only columns about people."),
    "row_too_long": N_("This row has more cells than the header. Put quotes around texts with separators."),
    "cell_too_long": N_("This text is longer than 200 characters. Shorten it."),
    "hidden_characters": N_("This text holds invisible characters. Type it again instead of pasting it."),
    "name_missing": N_("The name is missing. Write the person's name."),
    "email_invalid": N_("This is not an e-mail address. Write it as name@example.com, or leave it empty."),
    "email_twice": N_("Another row has this e-mail address. Each person needs their own, or none."),
    "external_id_twice": N_("Another row has this number. Each person needs their own, or none."),
    "date_invalid": N_("This is not a date. Write it as 31/12/2026 or 2026-12-31."),
    "day_out_of_reach": N_("Write a day between 1900 and 2199."),
    "ends_before_start": N_("The last day is before the first day. Correct one of the two."),
    "language_unknown": N_("This language is not known. Write it or en, or leave it empty."),
    "window_invalid": N_("These are not working hours. Write 08:00-17:00 mon-fri, or leave it empty."),
    "role_unknown": N_("This role is not known. Write employee, hr, marketing lead or owner, or leave it empty."),
    "role_not_allowed": N_("Only an owner can give roles. Leave this role empty, or let an owner import the file."),
    "role_holder": N_(
        "This person has a role: only an owner changes their e-mail or when they work here. Leave these cells as they "
        "are, or let an owner import the file."
    ),
    "row_twice": N_("An earlier row is about the same person. Keep one of the two."),
    "name_twice": N_("Another row has this name. Give each of them a number or an e-mail address."),
    "several_match": N_("Several people have this name. Write their number or e-mail address in this row."),
    "email_taken": N_("Another person has this e-mail address. Correct the address or the number in this row."),
    "left_already": N_("This person left. Write a new first day to take them back, or remove the row."),
    "owner_leaves": N_("This person owns the company and would be out. Take the role away on their page first."),
    "name_too_long": N_("This name is longer than 200 characters. Shorten it."),
    "external_id_too_long": N_("This number is longer than 64 characters. Shorten it."),
    "team_too_long": N_("The name of this team is longer than 120 characters. Shorten it."),
    "site_too_long": N_("The name of this site is longer than 120 characters. Shorten it."),
}
"""By the codes of app.rules.people_csv and app.services.people_matching."""
