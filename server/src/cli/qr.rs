//! A QR code in the terminal, two modules to a character.

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use qrcode::types::QrError;

/// Draws `text`. Dark on light whatever the terminal's colours are: phones do not read inverted codes.
///
/// # Errors
/// The text is longer than a code can hold.
pub fn draw(text: &str) -> Result<String, QrError> {
    let code = QrCode::new(text)?;
    Ok(code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build())
}
