//! `mims-sim man DIR`: a man page for the tool and for each verb, from the same definitions as the arguments.

use super::Exit;
use super::files::{reason, write};
use super::terminal::{complain, out};
use clap_mangen::Man;
use std::path::PathBuf;

/// Where to.
#[derive(clap::Args)]
pub struct Options {
    /// The folder of the pages, such as `man1`.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Runs the verb.
pub fn run(options: &Options, mut command: clap::Command) -> Exit {
    command.build();
    let verbs: Vec<clap::Command> = command.get_subcommands().filter(|c| c.get_name() != "help").cloned().collect();
    let mut count = 0;
    for command in std::iter::once(command.clone()).chain(verbs) {
        let name = command.get_display_name().unwrap_or("mims-sim").to_owned();
        let mut page = Vec::new();
        let written = Man::new(command)
            .render(&mut page)
            .and_then(|()| std::fs::create_dir_all(&options.folder))
            .and_then(|()| write(&options.folder.join(format!("{name}.1")), &page));
        if let Err(why) = written {
            complain(&format!("cannot write {}: {}\n", options.folder.join(name).display(), reason(&why)));
            return Exit::BadInput;
        }
        count += 1;
    }
    out(&format!("{count} pages are in {}\n", options.folder.display()));
    Exit::Fine
}
