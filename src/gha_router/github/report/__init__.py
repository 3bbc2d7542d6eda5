"""The report on a pull request: one comment that is found again, kept up to date, and never anybody else's."""
