//! Links, lines, age.

use crate::config::Config;
use crate::note::Note;
use std::fs;

/// One line for each note that points at a line which is not there.
pub fn run(notes: &[Note], config: &Config) -> Vec<String> {
    notes
        .iter()
        .filter_map(|note| {
            let (file, line) = note.at.as_ref()?;
            let ignored = config.ignore.iter().any(|path| file.starts_with(path));
            (!ignored && !exists(file, *line)).then(|| format!(".moss/{}: {file}:{line} is gone", note.id))
        })
        .collect()
}

fn exists(file: &str, line: u32) -> bool {
    fs::read_to_string(file).is_ok_and(|text| text.lines().count() >= line as usize)
}
