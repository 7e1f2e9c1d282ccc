//! A point on the map: latitude, then longitude, in degrees. It identifies a home, so it travels sealed and rests encrypted.

use super::ValueFault;
use crate::arabic;

/// Where a point of the Kingdom may lie, in ten-millionths of a degree. Latitudes and longitudes do not overlap, so the two
/// cannot be given in the wrong order.
const LATITUDES: (i64, i64) = (160_000_000, 330_000_000);
const LONGITUDES: (i64, i64) = (340_000_000, 560_000_000);
/// Decimals kept: a centimetre.
const DECIMALS: usize = 7;

/// The canonical form `21.4858000,39.1925000`. A comma or blanks stand between the two.
///
/// # Errors
/// [`ValueFault::NotPoint`].
pub fn point(input: &str) -> Result<String, ValueFault> {
    let text = arabic::latin_digits(input).replace('٫', ".");
    let mut parts = text.split([',', '،', ' ']).filter(|part| !part.is_empty());
    let (latitude, longitude) = (parts.next().and_then(degrees), parts.next().and_then(degrees));
    match (latitude, longitude, parts.next()) {
        (Some(latitude), Some(longitude), None) if inside(latitude, LATITUDES) && inside(longitude, LONGITUDES) => {
            Ok(format!("{},{}", written(latitude), written(longitude)))
        }
        _ => Err(ValueFault::NotPoint),
    }
}

fn inside(value: i64, (least, greatest): (i64, i64)) -> bool {
    (least..=greatest).contains(&value)
}

/// Ten-millionths of a degree; further decimals are cut.
fn degrees(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || part.len() > 20 || !digits(whole) || !digits(part) {
        return None;
    }
    let part: String = part.chars().chain(std::iter::repeat('0')).take(DECIMALS).collect();
    format!("{whole}{part}").parse().ok()
}

fn written(value: i64) -> String {
    format!("{}.{:07}", value / 10_000_000, value % 10_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_has_one_form_and_swapped_or_foreign_ones_are_refused() {
        for typed in ["21.4858,39.1925", " 21.4858 ، 39.1925 ", "٢١٫٤٨٥٨ ٣٩٫١٩٢٥", "21.48580000001,39.1925"]
        {
            assert_eq!(point(typed).as_deref(), Ok("21.4858000,39.1925000"), "{typed}");
        }
        for wrong in
            ["", "21.4858", "39.1925,21.4858", "51.5,0.1", "21.4858,39.1925,1", "-21.4,39.1", "a,b", "21.4858,0.1"]
        {
            assert_eq!(point(wrong), Err(ValueFault::NotPoint), "{wrong}");
        }
    }

    #[test]
    fn degrees_have_up_to_three_digits_and_twenty_decimals() {
        for (typed, read) in [("39", 390_000_000), ("039.5", 395_000_000), ("0.12345678901234567890", 1_234_567)] {
            assert_eq!(degrees(typed), Some(read), "{typed}");
        }
        for typed in ["", ".5", "0039", "39.123456789012345678901", "3a", "39.a", "3a.b"] {
            assert_eq!(degrees(typed), None, "{typed}");
        }
    }
}
