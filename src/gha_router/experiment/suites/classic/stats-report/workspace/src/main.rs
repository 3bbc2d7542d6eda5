//! The command line: parse, call, exit code.

mod check;
mod config;
mod index;
mod note;
mod search;

use std::env;
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    match words.first().map(String::as_str) {
        Some("find") => report(search::find(&index::load(), &words[1..])),
        Some("check") => report(check::run(&index::load(), &config::load())),
        Some(other) => usage(other),
        None => usage("nothing"),
    }
}

fn report(lines: Vec<String>) -> ExitCode {
    for line in &lines {
        println!("{line}");
    }
    ExitCode::from(u8::from(lines.is_empty()))
}

fn usage(word: &str) -> ExitCode {
    eprintln!("moss: {word} is no command; try `moss --help`");
    ExitCode::from(2)
}
