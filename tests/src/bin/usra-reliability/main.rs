//! `make reliability`: prints `docs/reliability.md` with the figures that lie in `docs/figures`.

use std::io::Write as _;
use std::path::Path;

use anyhow::Result;
use usra_tests::reliability::render;

fn main() -> Result<()> {
    let page = render(Path::new("docs/figures"))?;
    std::io::stdout().lock().write_all(page.as_bytes())?;
    Ok(())
}
