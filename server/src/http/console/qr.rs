//! A QR code as a picture inside a page: one path of squares, without style or script, which the pages' policy forbids.

use qrcode::types::QrError;
use qrcode::{Color, QrCode};

/// Modules around a code that stay light, or phones do not find it.
const QUIET: usize = 4;

/// A picture of a code.
#[derive(Debug)]
pub(super) struct Picture {
    /// Its width and height, the quiet margin included.
    pub(super) size: usize,
    /// The dark squares, as the data of an SVG path.
    pub(super) path: String,
}

/// Draws `text`.
///
/// # Errors
/// The text is longer than a code can hold.
pub(super) fn draw(text: &str) -> Result<Picture, QrError> {
    let code = QrCode::new(text)?;
    let width = code.width();
    let colours = code.to_colors();
    let dark = colours.iter().enumerate().filter(|(_, colour)| **colour == Color::Dark);
    let square = |(place, _): (usize, &Color)| {
        format!(
            "M{} {}h1v1h-1z",
            place.checked_rem(width).unwrap_or_default() + QUIET,
            place.checked_div(width).unwrap_or_default() + QUIET
        )
    };
    Ok(Picture { size: width + 2 * QUIET, path: dark.map(square).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_square_with_its_corner_and_a_margin() {
        let picture = draw("https://usra.example/enrol/ABC#F").unwrap();
        assert_eq!((picture.size - 2 * QUIET - 17) % 4, 0, "the sizes of codes are 21, 25, 29 ...");
        assert!(picture.path.starts_with("M4 4h1v1h-1zM5 4h1v1h-1z"), "the finder's corner is dark");
        assert!(!picture.path.contains("M3 ") && !picture.path.contains(" 3h"));
    }
}
