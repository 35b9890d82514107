//! One client's connection, from greeting to farewell.

use crate::protocol::{Command, parse};
use crate::relay::Relay;
use crate::room::{Member, Room};
use std::io;
use std::rc::Rc;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;

struct Session {
    relay: Rc<Relay>,
    member: Rc<Member>,
    joined: Option<(String, Rc<Room>)>,
}

/// Reads commands until the client quits or hangs up.
pub async fn run(relay: Rc<Relay>, stream: TcpStream) -> io::Result<()> {
    let (reader, writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let Some(Command::Name(name)) = lines.next_line().await?.as_deref().and_then(parse) else {
        return Err(io::Error::other("the first line is not /name"));
    };
    let mut session = Session { relay, member: Member::new(name, writer), joined: None };
    session.member.send("welcome").await?;
    while let Some(line) = lines.next_line().await? {
        let Some(command) = parse(&line) else { continue };
        if command == Command::Quit {
            break;
        }
        session.handle(command).await?;
    }
    session.leave().await;
    Ok(())
}

impl Session {
    async fn handle(&mut self, command: Command) -> io::Result<()> {
        match command {
            Command::Name(_) => self.member.send("you have a name").await,
            Command::Join(name) => self.join(name).await,
            Command::Topic(text) => self.set_topic(&text).await,
            Command::Who => {
                let names = self.joined.as_ref().map(|(_, room)| room.names()).unwrap_or_default();
                self.member.send(&names.join(" ")).await
            }
            Command::Say(text) => self.say(&text).await,
            Command::Quit => Ok(()),
        }
    }

    async fn join(&mut self, name: String) -> io::Result<()> {
        self.leave().await;
        let room = self.relay.join(&name, self.member.clone());
        let topic = room.topic();
        self.joined = Some((name, room));
        self.member.send(&format!("topic: {topic}")).await
    }

    async fn set_topic(&self, text: &str) -> io::Result<()> {
        if let Some((_, room)) = &self.joined {
            room.set_topic(text);
            room.broadcast(&self.member.name, &format!("topic is now {text}")).await;
        }
        Ok(())
    }

    async fn say(&self, text: &str) -> io::Result<()> {
        let Some((name, _)) = &self.joined else {
            return self.member.send("join a room first").await;
        };
        let reached = self.relay.say(name, &self.member.name, text).await;
        self.member.send(&format!("sent to {reached}")).await
    }

    async fn leave(&mut self) {
        if let Some((_, room)) = self.joined.take() {
            room.leave(&self.member.name);
            room.broadcast(&self.member.name, "left").await;
        }
    }
}
