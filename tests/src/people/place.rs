//! The seventeen governorates of the Makkah region, as the demo prints them. The product's own list is in `sync-protocol`;
//! this copy is what the independent check counts against.

/// A governorate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Governorate {
    /// The Centre's code.
    pub code: &'static str,
    /// Its Arabic name.
    pub name_ar: &'static str,
    /// Its English name.
    pub name_en: &'static str,
    /// How many centres it has; their codes are `CODE-01` and so on.
    pub centres: u32,
}

const fn of(code: &'static str, name_ar: &'static str, name_en: &'static str, centres: u32) -> Governorate {
    Governorate { code, name_ar, name_en, centres }
}

/// Every governorate, in the order of the Centre's list.
pub const GOVERNORATES: [Governorate; 17] = [
    of("MKH", "مكة المكرمة", "Makkah (Holy Capital)", 7),
    of("JED", "جدة", "Jeddah", 2),
    of("TIF", "الطائف", "Taif", 18),
    of("QNF", "القنفذة", "Al Qunfudhah", 9),
    of("LTH", "الليث", "Al Lith", 12),
    of("RBG", "رابغ", "Rabigh", 6),
    of("JMM", "الجموم", "Al Jumum", 8),
    of("KHL", "خليص", "Khulays", 9),
    of("KML", "الكامل", "Al Kamil", 4),
    of("KRM", "الخرمة", "Al Khurmah", 4),
    of("RNY", "رنية", "Ranyah", 8),
    of("TRB", "تربة", "Turabah", 10),
    of("MYS", "ميسان", "Maysan", 6),
    of("MWH", "المويه", "Al Muwayh", 17),
    of("ADM", "أضم", "Adham", 4),
    of("ARD", "العرضيات", "Al Ardiyat", 6),
    of("BHR", "بحرة", "Bahrah", 4),
];

/// The governorate of a code.
#[must_use]
pub fn governorate(code: &str) -> Option<Governorate> {
    GOVERNORATES.into_iter().find(|place| place.code == code)
}
