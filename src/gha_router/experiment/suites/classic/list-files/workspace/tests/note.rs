#[test]
fn a_note_without_a_title_is_refused() {}
