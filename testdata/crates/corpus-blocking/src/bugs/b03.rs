//! Writes a file so that a crash leaves the old or the new content: temporary file, sync, rename, sync
//! of the directory.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

fn write_temporary(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

fn sync_directory(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) => File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}

pub struct Layout {
    pub final_path: PathBuf,
    pub temporary_path: PathBuf,
}

pub mod buggy {
    use super::{Layout, sync_directory, write_temporary};
    use std::io;
    use tokio::runtime::Handle;

    pub async fn crashsafe_overwrite(layout: &Layout, content: &[u8]) -> io::Result<()> {
        write_temporary(&layout.temporary_path, content)?; //~ blocking-in-async
        std::fs::rename(&layout.temporary_path, &layout.final_path)?; //~ blocking-in-async
        sync_directory(&layout.final_path) //~ blocking-in-async
    }

    /// One caller knew and went around it, the other did not.
    pub async fn save_metadata(layout: Layout, content: Vec<u8>) -> io::Result<()> {
        let runtime = Handle::current();
        tokio::task::spawn_blocking(move || runtime.block_on(crashsafe_overwrite(&layout, &content)))
            .await
            .map_err(io::Error::other)?
    }

    pub async fn save_location(layout: &Layout, content: &[u8]) -> io::Result<()> {
        crashsafe_overwrite(layout, content).await
    }
}

pub mod fixed {
    use super::{Layout, sync_directory, write_temporary};
    use std::io;

    pub async fn crashsafe_overwrite(layout: Layout, content: Vec<u8>) -> io::Result<()> {
        tokio::task::spawn_blocking(move || {
            write_temporary(&layout.temporary_path, &content)?;
            std::fs::rename(&layout.temporary_path, &layout.final_path)?;
            sync_directory(&layout.final_path)
        })
        .await
        .map_err(io::Error::other)?
    }

    pub async fn save_metadata(layout: Layout, content: Vec<u8>) -> io::Result<()> {
        crashsafe_overwrite(layout, content).await
    }

    pub async fn save_location(layout: Layout, content: Vec<u8>) -> io::Result<()> {
        crashsafe_overwrite(layout, content).await
    }
}
