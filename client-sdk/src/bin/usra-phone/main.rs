//! `usra-phone`: a phone at the command line, for people and scripts, on the same API as an app. It reads the command, runs the
//! one file that serves it, and turns what came of it into an exit code: 0 done, 1 failed, 2 misuse, 3 server not reachable.

mod args;
mod clock;
mod conflicts;
mod dice;
mod edit;
mod enrol;
mod failure;
mod held;
mod import;
mod key_file;
mod lang;
mod list;
mod opened;
mod register;
mod resolve;
mod said;
mod seal;
mod setting;
mod show;
mod sign_in;
mod status;
mod sync;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use failure::Failed;
use said::Said;

fn main() -> ExitCode {
    let _armed = usra_client_sdk::fail_point::arm();
    let args = Args::parse();
    let said = Said { lang: args.lang, json: args.json };
    match run(&args, said) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            said.failed(&failed);
            ExitCode::from(failed.exit_code())
        }
    }
}

fn run(args: &Args, said: Said) -> Result<(), Failed> {
    let store = &args.folder;
    match &args.command {
        Command::Enrol(command) => enrol::run(store, command, said),
        Command::SignIn(command) => sign_in::run(store, command, said),
        Command::Register(command) => register::run(store, command, said),
        Command::Edit(command) => edit::run(store, command, said),
        Command::Show(command) => show::run(store, command, said),
        Command::List(command) => list::run(store, command, said),
        Command::Conflicts(command) => conflicts::run(store, command, said),
        Command::Resolve(command) => resolve::run(store, command, said),
        Command::Sync => sync::run(store, said),
        Command::Status => status::run(store, said),
        Command::Seal(command) => seal::run(store, command, said),
        Command::Held => held::run(store, said),
        Command::Import(command) => import::run(store, command, said),
    }
}
