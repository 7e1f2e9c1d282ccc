//! The binary `usra`: hands the command line to the library and its result to the shell.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let _armed = usra_server::fail_point::arm();
    usra_server::cli::run()
}
