//! A command line tool whose sync client brings its own runtime; a later change made its callers async.

use std::io;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::runtime::Builder;

async fn read_origin(address: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let mut text = String::new();
    stream.read_to_string(&mut text).await?;
    Ok(text)
}

/// Made for callers without a runtime.
pub struct SyncClient {
    pub address: String,
}

impl SyncClient {
    pub fn show_origin(&self) -> io::Result<String> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(read_origin(&self.address))
    }
}

pub mod buggy {
    use super::SyncClient;

    pub async fn command_origin_show(client: &SyncClient, out: &mut Vec<String>) -> std::io::Result<()> {
        let origin = client.show_origin()?; //~ nested-block-on
        out.push(origin);
        Ok(())
    }

    pub fn main_of_the_tool(client: SyncClient) -> std::io::Result<Vec<String>> {
        let runtime = tokio::runtime::Runtime::new()?;
        let mut out = Vec::new();
        runtime.block_on(command_origin_show(&client, &mut out))?;
        Ok(out)
    }
}

pub mod fixed {
    use super::{SyncClient, read_origin};

    pub async fn command_origin_show(client: &SyncClient, out: &mut Vec<String>) -> std::io::Result<()> {
        let origin = read_origin(&client.address).await?;
        out.push(origin);
        Ok(())
    }

    pub fn main_of_the_tool(client: SyncClient) -> std::io::Result<Vec<String>> {
        let runtime = tokio::runtime::Runtime::new()?;
        let mut out = Vec::new();
        runtime.block_on(command_origin_show(&client, &mut out))?;
        Ok(out)
    }
}
