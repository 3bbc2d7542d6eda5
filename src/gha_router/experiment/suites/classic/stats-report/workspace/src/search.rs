//! Finding and ordering.

use crate::note::Note;

/// Notes that hold all words, best class first: title, tags, body.
pub fn find(notes: &[Note], words: &[String]) -> Vec<String> {
    let mut found: Vec<(u8, &Note)> = notes
        .iter()
        .filter_map(|note| {
            let classes: Option<Vec<u8>> = words.iter().map(|word| class(note, &word.to_lowercase())).collect();
            Some((classes?.into_iter().max().unwrap_or(0), note))
        })
        .collect();
    found.sort_by(|left, right| left.0.cmp(&right.0));
    found.iter().map(|(_, note)| format!("{}  {}", note.id, note.title)).collect()
}

fn class(note: &Note, word: &str) -> Option<u8> {
    let fields = [note.title.clone(), note.tags.join(" "), note.body.clone()];
    (0..3u8).find(|n| fields[*n as usize].to_lowercase().contains(word))
}
