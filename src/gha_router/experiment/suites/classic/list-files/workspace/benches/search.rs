// Measures a search over a thousand notes.
fn main() {}
