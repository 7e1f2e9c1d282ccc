//! The frame of the overview's map: plain degrees, which the circles are placed by, and the tiles that cover it, placed by the same.
//!
//! Tiles are drawn in web mercator, in which degrees of latitude grow with distance from the equator; the map stretches each tile evenly
//! between the true places of its edges. So nothing is off at an edge, and inside a tile nothing by more than 0.23 units at zoom 8 and 0.94 at
//! zoom 7; a unit is about a pixel, and a test computes it. Tiles of zoom 6 would be off by four, so they are not used.

use std::f64::consts::PI;

/// The picture's size in its own units, as the template says it.
pub const SIZE: (f64, f64) = (600.0, 620.0);
/// The place of the picture's upper left corner, in degrees.
const CORNER: (f64, f64) = (38.75, 23.1);
/// Units to a degree, and how much narrower a degree of longitude is at this latitude.
const DEGREE: f64 = 150.0;
const NARROWER: f64 = 0.934;

/// The zooms at which tiles fit under the map, the better one first: sixteen tiles, or nine.
pub const ZOOMS: [u8; 2] = [8, 7];

/// Where a place lies on the map, in units from its upper left corner; `lon` and `lat` are degrees.
#[must_use]
pub fn place(lon: f64, lat: f64) -> (f64, f64) {
    ((lon - CORNER.0) * DEGREE * NARROWER, (CORNER.1 - lat) * DEGREE)
}

/// A tile by its address: columns count from the antimeridian, rows from the north.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile {
    /// How near it is: there are 2^zoom columns, and as many rows.
    pub zoom: u8,
    /// Its column.
    pub column: u32,
    /// Its row.
    pub row: u32,
}

impl Tile {
    /// Where its upper left and its lower right corner lie on the map, in units.
    #[must_use]
    pub fn corners(self) -> [(f64, f64); 2] {
        let (column, row) = (f64::from(self.column), f64::from(self.row));
        [(column, row), (column + 1.0, row + 1.0)].map(|(column, row)| {
            let lon = column / count(self.zoom) * 360.0 - 180.0;
            place(lon, latitude(self.zoom, row))
        })
    }

    fn is_on_the_map(self) -> bool {
        let [(left, top), (right, bottom)] = self.corners();
        left < SIZE.0 && right > 0.0 && top < SIZE.1 && bottom > 0.0
    }
}

/// How many columns and rows there are.
fn count(zoom: u8) -> f64 {
    f64::from(zoom).exp2()
}

/// The latitude at so many rows from the north, in degrees.
fn latitude(zoom: u8, rows: f64) -> f64 {
    (PI * (1.0 - 2.0 * rows / count(zoom))).sinh().atan().to_degrees()
}

/// The tiles that cover the map at a zoom, row by row.
#[must_use]
pub fn cover(zoom: u8) -> Vec<Tile> {
    let all = 0..1_u32.checked_shl(zoom.into()).unwrap_or(0);
    let of_row = |row: u32| all.clone().map(move |column| Tile { zoom, column, row });
    all.clone().flat_map(of_row).filter(|tile| tile.is_on_the_map()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_is_covered_by_a_few_tiles() {
        let [near, far] = ZOOMS.map(cover);
        assert_eq!((near.len(), far.len()), (16, 9));
        assert_eq!(far.first(), Some(&Tile { zoom: 7, column: 77, row: 55 }));
        for tiles in [near, far] {
            let [first, last] = [tiles.first(), tiles.last()].map(|tile| tile.unwrap().corners());
            assert!(first[0].0 <= 0.0 && first[0].1 <= 0.0 && last[1].0 >= SIZE.0 && last[1].1 >= SIZE.1);
        }
    }

    #[test]
    fn tiles_lie_edge_to_edge_at_their_true_places() {
        // The tile 8/155/113: its edges by the formula of web mercator, worked out by hand.
        let [(left, top), (right, bottom)] = Tile { zoom: 8, column: 155, row: 113 }.corners();
        assert_eq!((left, right), (place(37.968_75, 0.0).0, place(39.375, 0.0).0));
        let (north, south) = (place(0.0, 20.632_784).1, place(0.0, 19.311_143).1);
        assert!((top - north).abs() < 0.001 && (bottom - south).abs() < 0.001, "{top} {north} {bottom} {south}");
        assert_eq!(Tile { zoom: 8, column: 156, row: 114 }.corners()[0], (right, bottom));
    }

    #[test]
    fn a_place_inside_of_a_tile_is_shown_where_its_circle_is() {
        let most = |zoom: u8| cover(zoom).into_iter().flat_map(faults).fold(0.0, f64::max);
        let (near, far, too_far) = (most(8), most(7), most(6));
        assert!((0.1..0.25).contains(&near), "{near}");
        assert!((0.5..1.0).contains(&far), "{far}");
        assert!(too_far > 3.5, "{too_far}");
    }

    /// How far the tile, stretched evenly, shows places inside of it from where they are, at a hundred heights.
    fn faults(tile: Tile) -> impl Iterator<Item = f64> {
        let [(_, top), (_, bottom)] = tile.corners();
        (0..=100).map(move |hundredths| {
            let part = f64::from(hundredths) / 100.0;
            let true_place = place(0.0, latitude(tile.zoom, f64::from(tile.row) + part)).1;
            (top + (bottom - top) * part - true_place).abs()
        })
    }
}
