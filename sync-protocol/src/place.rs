//! The places of the Makkah region: 17 governorates and their centres, with stable codes and area numbers.
//! Names alone do not identify: القوز, دوقة and الغريف each occur in two governorates.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::area::Area;
use crate::code_list::{Code, CodeList};
use crate::id::AreaId;

/// A governorate.
#[derive(Clone, Debug, Deserialize)]
pub struct Governorate {
    /// Its code: `JED`.
    pub code: String,
    /// Its Arabic name.
    pub name_ar: String,
    /// Its English name.
    pub name_en: String,
    /// Where its seat lies, in degrees north (GeoNames, CC BY 4.0).
    pub lat: f64,
    /// Where its seat lies, in degrees east.
    pub lon: f64,
    /// Its centres, in the order that numbers them.
    pub centres: Vec<Centre>,
}

/// A centre of a governorate.
#[derive(Clone, Debug, Deserialize)]
pub struct Centre {
    /// Its code: `JED-01`.
    pub code: String,
    /// Its Arabic name.
    pub name_ar: String,
}

#[derive(Deserialize)]
struct Region {
    code: String,
    name_ar: String,
    name_en: String,
}

#[derive(Deserialize)]
struct PlaceFile {
    source: String,
    region: Region,
    governorates: Vec<Governorate>,
}

/// The area number of the region.
const REGION: AreaId = AreaId(1);

static PLACES: LazyLock<Option<PlaceFile>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../data/governorates.json")).ok());

/// Every governorate, in the order that numbers them.
#[must_use]
pub fn governorates() -> &'static [Governorate] {
    PLACES.as_ref().map(|file| file.governorates.as_slice()).unwrap_or_default()
}

/// The centre of a code, with its governorate.
#[must_use]
pub fn centre(code: &str) -> Option<(&'static Governorate, &'static Centre)> {
    let mut pairs = governorates().iter().flat_map(|place| place.centres.iter().map(move |centre| (place, centre)));
    pairs.find(|(_, centre)| centre.code == code)
}

/// The region (number 1), each governorate (100 i, i from 1) and each centre (100 i + j, j from 1), in ascending order of number.
#[must_use]
pub fn areas() -> Vec<Area> {
    let region = PLACES.as_ref().map(|file| &file.region).map(|region| Area {
        id: REGION,
        parent: None,
        code: region.code.clone(),
        name_ar: region.name_ar.clone(),
        name_en: Some(region.name_en.clone()),
    });
    let below = (1_u32..).zip(governorates()).flat_map(|(number, place)| branch(100 * number, place));
    region.into_iter().chain(below).collect()
}

fn branch(number: u32, place: &Governorate) -> Vec<Area> {
    let top = Area {
        id: AreaId(number),
        parent: Some(REGION),
        code: place.code.clone(),
        name_ar: place.name_ar.clone(),
        name_en: Some(place.name_en.clone()),
    };
    let centres = (number + 1..).zip(&place.centres).map(|(id, centre)| Area {
        id: AreaId(id),
        parent: Some(AreaId(number)),
        code: centre.code.clone(),
        name_ar: centre.name_ar.clone(),
        name_en: None,
    });
    std::iter::once(top).chain(centres).collect()
}

/// The code lists `governorate` and `centre`. A centre has no English name yet: its Arabic one stands in both places.
pub(crate) fn code_lists() -> [(String, CodeList); 2] {
    let source = PLACES.as_ref().map(|file| file.source.clone()).unwrap_or_default();
    let code = |area: &Area| Code {
        code: area.code.clone(),
        ar: area.name_ar.clone(),
        en: area.name_en.clone().unwrap_or_else(|| area.name_ar.clone()),
    };
    let all = areas();
    let level =
        |top: bool| all.iter().filter(|a| a.id != REGION && (a.parent == Some(REGION)) == top).map(code).collect();
    [
        ("governorate".to_owned(), CodeList { source: source.clone(), codes: level(true) }),
        ("centre".to_owned(), CodeList { source, codes: level(false) }),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_has_17_governorates_and_their_numbers_never_meet() {
        let areas = areas();
        assert_eq!(governorates().len(), 17);
        assert!(areas.windows(2).all(|pair| pair[0].id < pair[1].id));
        let jeddah = areas.iter().find(|area| area.code == "JED").unwrap();
        assert_eq!((jeddah.id, jeddah.parent), (AreaId(200), Some(AreaId(1))));
        let thuwal = areas.iter().find(|area| area.code == "JED-01").unwrap();
        assert_eq!((thuwal.id, thuwal.parent, thuwal.name_ar.as_str()), (AreaId(201), Some(AreaId(200)), "ثول"));
    }

    #[test]
    fn a_centre_is_found_by_its_code_only() {
        assert_eq!(centre("JED-02").unwrap().0.code, "JED");
        assert!(centre("JED-99").is_none());
    }
}
