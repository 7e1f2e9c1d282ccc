//! A list as points of a map (GeoJSON, RFC 7946). A family stands at the middle of its governorate, never at its home.

use serde_json::{Map, Value, json};
use usra_sync_protocol::place;

use super::columns::{Cell, Sheet};
use super::figures;
use crate::storage::taken_family::TakenRow;

/// The list as a collection of features.
pub(super) fn write(sheet: &Sheet) -> anyhow::Result<Vec<u8>> {
    let features: Vec<Value> = sheet.rows.iter().map(|row| feature(sheet, row)).collect();
    Ok(serde_json::to_vec(&json!({ "type": "FeatureCollection", "features": features }))?)
}

fn feature(sheet: &Sheet, row: &TakenRow) -> Value {
    let mut properties = Map::new();
    for column in &sheet.columns {
        put(&mut properties, column.name(), column.cell(sheet.lang, row));
    }
    json!({ "type": "Feature", "id": row.record_id, "geometry": geometry(row), "properties": properties })
}

/// Adds a property; of a code also its word.
fn put(properties: &mut Map<String, Value>, name: &str, cell: Cell) {
    let value = match cell {
        Cell::Text(text) => json!(text),
        Cell::Day(day) => json!(day.map(|day| day.to_string())),
        Cell::Moment(moment) => json!(figures::universal(moment)),
        Cell::Whole(number) => json!(number),
        Cell::Code(code) => {
            let (code, word) = code.unzip();
            properties.insert(format!("{name}_name"), json!(word));
            json!(code)
        }
    };
    properties.insert(name.to_owned(), value);
}

/// The middle of its governorate, which is also what is known of its centre; nothing without one.
fn geometry(row: &TakenRow) -> Option<Value> {
    let of_centre = row.centre.as_deref().and_then(place::centre).map(|(governorate, _)| governorate);
    let named = |code: &str| place::governorates().iter().find(|governorate| governorate.code == code);
    let of = row.governorate.as_deref().and_then(named).or(of_centre)?;
    Some(json!({ "type": "Point", "coordinates": [of.lon, of.lat] }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::console::take_out::columns::tests::{made_up, sheet};

    #[test]
    fn a_family_stands_at_the_middle_of_its_governorate_and_nowhere_without_one() {
        let mut list = sheet(&["كعك"]);
        list.rows.push(TakenRow { governorate: None, ..made_up("تمر") });
        let map: Value = serde_json::from_slice(&write(&list).unwrap()).unwrap();
        let [first, second] = [0, 1].map(|place| &map["features"][place]);
        let jeddah = place::governorates().iter().find(|governorate| governorate.code == "JED").unwrap();
        assert_eq!(first["geometry"]["coordinates"], json!([jeddah.lon, jeddah.lat]));
        let told = &first["properties"];
        assert_eq!((&told["governorate"], &told["governorate_name"]), (&json!("JED"), &json!("جدة")));
        assert_eq!((&told["verified_on"], &told["products"]), (&json!("2026-11-29"), &json!(3)));
        assert_eq!(second["geometry"], Value::Null);
    }
}
