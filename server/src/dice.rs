//! The only room that draws randomness. Everything else is handed the bytes it needs.

use std::io;

/// Draws `N` bytes from the operating system's generator.
///
/// # Errors
/// The operating system has none to give.
pub fn roll<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(io::Error::from)?;
    Ok(bytes)
}
