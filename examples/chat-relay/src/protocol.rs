//! What a client may say, one command a line.

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `/name NAME`
    Name(String),
    /// `/join ROOM`
    Join(String),
    /// `/topic TEXT`
    Topic(String),
    /// `/who`
    Who,
    /// `/quit`
    Quit,
    /// Anything else is said to the room.
    Say(String),
}

/// Reads one line; `None` for an empty one.
pub fn parse(line: &str) -> Option<Command> {
    let line = line.trim();
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let rest = rest.trim().to_owned();
    match word {
        "" => None,
        "/name" => Some(Command::Name(rest)),
        "/join" => Some(Command::Join(rest)),
        "/topic" => Some(Command::Topic(rest)),
        "/who" => Some(Command::Who),
        "/quit" => Some(Command::Quit),
        _ => Some(Command::Say(line.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_a_word_and_the_rest_of_the_line() {
        assert_eq!(parse("/join  kitchen "), Some(Command::Join("kitchen".into())));
        assert_eq!(parse("hello there"), Some(Command::Say("hello there".into())));
        assert_eq!(parse("   "), None);
    }
}
