//! Arabic words that notes and descriptions of a field day are strung together from.

use crate::dice::Dice;

const WORDS: [&str; 54] = [
    "تعمل",
    "الأسرة",
    "في",
    "البيت",
    "منذ",
    "سنوات",
    "وتبيع",
    "إنتاجها",
    "للجيران",
    "والزوار",
    "بأسعار",
    "مناسبة",
    "ونوعية",
    "ممتازة",
    "تحتاج",
    "إلى",
    "ماكينة",
    "أكبر",
    "وتدريب",
    "على",
    "التسويق",
    "والتغليف",
    "يصل",
    "الطلب",
    "خلال",
    "يومين",
    "مصنوع",
    "باليد",
    "من",
    "خامات",
    "محلية",
    "بألوان",
    "ومقاسات",
    "كثيرة",
    "مع",
    "إمكان",
    "التوصيل",
    "داخل",
    "المدينة",
    "يصلح",
    "هدية",
    "للمناسبات",
    "والأعياد",
    "ومواسم",
    "الحج",
    "والعمرة",
    "لديهم",
    "خبرة",
    "طويلة",
    "وزبائن",
    "دائمون",
    "قرب",
    "الحرم",
    "عناية",
];

/// So many words.
pub(super) fn words(dice: &mut Dice, count: std::ops::RangeInclusive<u32>) -> String {
    let words: Vec<&str> = (0..dice.of(count)).map(|_| dice.pick(&WORDS)).collect();
    words.join(" ")
}

/// A need's words, as many as a field of 32 characters takes.
pub(super) fn few(dice: &mut Dice) -> String {
    let mut text = words(dice, 4..=6);
    while text.chars().count() > 32 {
        text.truncate(text.rfind(' ').unwrap_or_default());
    }
    text
}
