//! All notes of a repository.

use crate::note::{parse, Note};
use std::fs;

/// Read `.moss/`; files that are no notes are passed over.
pub fn load() -> Vec<Note> {
    let Ok(folder) = fs::read_dir(".moss") else {
        return Vec::new();
    };
    folder
        .flatten()
        .filter_map(|entry| {
            let id = entry.file_name().into_string().ok()?;
            parse(&id, &fs::read_to_string(entry.path()).ok()?)
        })
        .collect()
}
