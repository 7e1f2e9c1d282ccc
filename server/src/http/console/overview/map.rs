//! The map of the overview: a circle for each governorate at its centre, as large as it has families. It needs no tiles: the ground is plain where
//! none are given. It shows no home.

use usra_sync_protocol::place::{self, Governorate};

use super::super::families;
use super::super::query::Query;
use super::super::tiles::at;
use crate::registry::overview::Part;
use crate::tiles::Tiles;
use crate::tiles::frame::{self, SIZE, Tile};
use crate::words::Lang;

/// The smallest circle, and how much the largest has more.
const RADIUS: (f64, f64) = (5.0, 15.0);
/// How far a label stands from its circle, above and below.
const ABOVE: f64 = 6.0;
const BELOW: f64 = 16.0;
/// How far a label's letters reach below its line, at most.
const FOOT: f64 = 5.0;
/// How far a tile reaches under the next ones, so that no seam is seen between them.
const SEAM: f64 = 0.5;

/// A governorate on the map.
#[derive(Debug)]
pub(super) struct Spot {
    pub(super) label: String,
    pub(super) families: i64,
    pub(super) href: String,
    pub(super) x: String,
    pub(super) y: String,
    pub(super) radius: String,
    pub(super) label_y: String,
}

/// What lies under the circles.
#[derive(Debug, Default)]
pub(super) struct Ground {
    pub(super) pieces: Vec<Piece>,
    /// Who is to be named for it.
    pub(super) attribution: Option<String>,
}

/// A tile on the map.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) href: String,
    pub(super) x: String,
    pub(super) y: String,
    pub(super) width: String,
    pub(super) height: String,
}

/// The tiles under the map, where there are any.
pub(super) fn ground(tiles: Option<&Tiles>) -> Ground {
    let Some(tiles) = tiles else { return Ground::default() };
    let pieces = tiles.ground().iter().map(|tile| piece(*tile)).collect();
    Ground { pieces, attribution: tiles.attribution().map(str::to_owned) }
}

fn piece(tile: Tile) -> Piece {
    let [(left, top), (right, bottom)] = tile.corners();
    Piece {
        href: at(tile),
        x: format!("{left:.2}"),
        y: format!("{top:.2}"),
        width: format!("{:.2}", right - left + SEAM),
        height: format!("{:.2}", bottom - top + SEAM),
    }
}

/// The governorates with what each has of the families counted.
pub(super) fn spots(lang: Lang, parts: &[Part], (query, counted): (&Query, &str)) -> Vec<Spot> {
    let of =
        |code: &str| parts.iter().find(|part| part.code.as_deref() == Some(code)).map_or(0, |part| part.tally.families);
    let most = parts.iter().map(|part| part.tally.families).max().unwrap_or(1).max(1);
    let all: Vec<(&Governorate, f64, f64)> = place::governorates().iter().map(located).collect();
    let spot = |(governorate, x, y): &(&Governorate, f64, f64)| {
        let families = of(&governorate.code);
        #[expect(clippy::cast_precision_loss, reason = "a circle's size needs no more digits")]
        let radius = RADIUS.0 + RADIUS.1 * (families as f64 / most as f64).sqrt();
        let (above, below) = (y - radius - ABOVE, y + radius + BELOW);
        let label_y = if below > SIZE.1 - FOOT || is_crowded_below((*x, *y), &all) { above } else { below };
        Spot {
            label: lang.pick(&governorate.name_ar, &governorate.name_en).to_owned(),
            families,
            href: query.with(&[("standing", counted), ("governorate", &governorate.code)]).at(families::PATH),
            x: format!("{x:.1}"),
            y: format!("{y:.1}"),
            radius: format!("{radius:.1}"),
            label_y: format!("{label_y:.1}"),
        }
    };
    all.iter().map(spot).collect()
}

fn located(governorate: &Governorate) -> (&Governorate, f64, f64) {
    let (x, y) = frame::place(governorate.lon, governorate.lat);
    (governorate, x, y)
}

/// Whether the nearest other one lies below: then the label goes above.
fn is_crowded_below((x, y): (f64, f64), all: &[(&Governorate, f64, f64)]) -> bool {
    let away = |(_, other_x, other_y): &&(&Governorate, f64, f64)| (other_x - x).hypot(other_y - y);
    let others = all.iter().filter(|(_, other_x, other_y)| (*other_x, *other_y) != (x, y));
    others.min_by(|one, two| away(one).total_cmp(&away(two))).is_some_and(|(_, _, other_y)| *other_y > y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::counts::Tally;

    #[test]
    fn every_governorate_lies_on_the_map_and_the_fullest_is_the_largest() {
        let part = |code: &str, families| Part { code: Some(code.to_owned()), tally: Tally { families, verified: 0 } };
        let spots =
            spots(Lang::En, &[part("JED", 40), part("TIF", 10), part("QNF", 40)], (&Query::default(), "counted"));
        assert_eq!(spots.len(), 17);
        for spot in &spots {
            let [x, y, label_y]: [f64; 3] = [&spot.x, &spot.y, &spot.label_y].map(|text| text.parse().unwrap());
            assert!((20.0..SIZE.0 - 20.0).contains(&x) && (20.0..SIZE.1 - 20.0).contains(&y), "{spot:?}");
            assert!((10.0..=SIZE.1 - FOOT).contains(&label_y), "{spot:?}");
        }
        let radius = |label: &str| spots.iter().find(|spot| spot.label == label).unwrap().radius.clone();
        assert_eq!((radius("Jeddah"), radius("Rabigh")), ("20.0".to_owned(), "5.0".to_owned()));
    }
}
