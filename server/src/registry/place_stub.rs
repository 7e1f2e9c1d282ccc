//! A few places until the list of the region is here; replaced by `usra_sync_protocol::place`.

use usra_sync_protocol::area::Area;
use usra_sync_protocol::id::AreaId;

/// The areas of the region.
#[must_use]
pub fn areas() -> Vec<Area> {
    let area = |id: u32, parent: Option<u32>, code: &str, ar: &str, en: Option<&str>| Area {
        id: AreaId(id),
        parent: parent.map(AreaId),
        code: code.to_owned(),
        name_ar: ar.to_owned(),
        name_en: en.map(str::to_owned),
    };
    vec![
        area(1, None, "SA-02", "منطقة مكة المكرمة", Some("Makkah Region")),
        area(100, Some(1), "MKH", "مكة المكرمة", Some("Makkah")),
        area(101, Some(100), "MKH-01", "المضيق", None),
        area(102, Some(100), "MKH-02", "الزيمة", None),
        area(200, Some(1), "JED", "جدة", Some("Jeddah")),
        area(201, Some(200), "JED-01", "ذهبان", None),
    ]
}
