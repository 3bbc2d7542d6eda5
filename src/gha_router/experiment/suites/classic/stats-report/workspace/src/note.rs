//! A note: read, write, identity.

#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    pub id: String,
    pub title: String,
    pub tags: Vec<String>,
    pub at: Option<(String, u32)>,
    pub body: String,
}

/// Parse the head and the body; `None` when there is no title.
pub fn parse(id: &str, text: &str) -> Option<Note> {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let field = |name: &str| {
        head.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
            .map(str::to_string)
    };
    Some(Note {
        id: id.to_string(),
        title: field("title")?,
        tags: field("tags").unwrap_or_default().split_whitespace().map(str::to_string).collect(),
        at: field("at").and_then(place),
        body: body.to_string(),
    })
}

fn place(text: String) -> Option<(String, u32)> {
    let (file, line) = text.rsplit_once(':')?;
    Some((file.to_string(), line.parse().ok()?))
}
