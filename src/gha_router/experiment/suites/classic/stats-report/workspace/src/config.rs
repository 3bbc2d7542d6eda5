//! Settings with their defaults.

use std::fs;

pub struct Config {
    pub old_after_days: u32,
    pub ignore: Vec<String>,
}

/// Read `.moss/config`; what it does not set keeps its default.
pub fn load() -> Config {
    let text = fs::read_to_string(".moss/config").unwrap_or_default();
    let setting = |name: &str| {
        text.lines()
            .filter_map(|line| line.split_once(" = "))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    };
    Config {
        old_after_days: setting("old_after_days").and_then(|days| days.parse().ok()).unwrap_or(365),
        ignore: setting("ignore").unwrap_or("").split_whitespace().map(str::to_string).collect(),
    }
}
