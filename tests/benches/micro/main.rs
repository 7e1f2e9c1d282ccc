//! Small benchmarks: reader, codec, merge and engine, each beside what the same bytes cost somebody else in the same run. `make bench-micro`
//! runs them; docs/performance.md tells what they said.

mod bench;
mod day;

fn main() {
    divan::main();
}
