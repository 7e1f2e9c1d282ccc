//! The binary `usra`: hands the command line to the library and its result to the shell.

use std::process::ExitCode;

fn main() -> ExitCode {
    usra_server::cli::run()
}
