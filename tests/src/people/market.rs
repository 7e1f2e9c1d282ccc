//! What families make: activities of the Centre's list with goods that fit them and what those cost.

/// One good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Good {
    /// Its Arabic name.
    pub name_ar: &'static str,
    /// Its English name.
    pub name_en: &'static str,
    /// A usual price in riyals.
    pub riyals: u32,
    /// The code of the unit it is sold by.
    pub unit: &'static str,
}

/// One activity with its goods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    /// The code of the Centre's list.
    pub code: &'static str,
    /// Its Arabic name.
    pub name_ar: &'static str,
    /// Its English name.
    pub name_en: &'static str,
    /// The type of licence it usually needs.
    pub licence: &'static str,
    /// Four goods that such a family sells.
    pub goods: [Good; 4],
}

const fn good(name_ar: &'static str, name_en: &'static str, riyals: u32, unit: &'static str) -> Good {
    Good { name_ar, name_en, riyals, unit }
}

const fn of(
    code: &'static str,
    name_ar: &'static str,
    name_en: &'static str,
    licence: &'static str,
    goods: [Good; 4],
) -> Activity {
    Activity { code, name_ar, name_en, licence, goods }
}

/// The activities that synthetic families have, of every sector.
pub const ACTIVITIES: [Activity; 20] = [
    of(
        "FOOD-BAKE",
        "مخبوزات ومعجنات",
        "Bakery & pastries",
        "HOM",
        [
            good("فطائر جبن بالزعتر", "Cheese and thyme pies", 25, "TRAY"),
            good("خبز تنور حجازي", "Hijazi tandoor bread", 5, "PCS"),
            good("سمبوسة مشكلة", "Mixed samosa", 30, "TRAY"),
            good("مطبق بالبيض", "Egg mutabbaq", 12, "PCS"),
        ],
    ),
    of(
        "FOOD-MAAM",
        "معمول وكعك وغريبة",
        "Maamoul & festive biscuits",
        "HOM",
        [
            good("معمول تمر بالسمن البلدي", "Date maamoul with ghee", 45, "KG"),
            good("كعك العيد", "Eid biscuits", 40, "KG"),
            good("غريبة بالهيل", "Cardamom ghuraibah", 38, "BOX"),
            good("معمول فستق فاخر", "Pistachio maamoul", 70, "BOX"),
        ],
    ),
    of(
        "FOOD-MEAL",
        "وجبات وأطباق شعبية جاهزة",
        "Prepared & traditional meals",
        "HOM",
        [
            good("سليق طائفي", "Taifi saleeg", 90, "TRAY"),
            good("كبسة لحم", "Meat kabsa", 110, "TRAY"),
            good("جريش بالسمن", "Jareesh with ghee", 55, "TRAY"),
            good("مرقوق خضار", "Vegetable margoog", 60, "TRAY"),
        ],
    ),
    of(
        "FOOD-DATE",
        "تمور ومنتجات النخيل الغذائية",
        "Dates & date products",
        "HOM",
        [
            good("تمر سكري مكنوز", "Pressed sukkari dates", 30, "KG"),
            good("دبس تمر", "Date syrup", 22, "L"),
            good("تمر محشو باللوز", "Almond stuffed dates", 65, "BOX"),
            good("عجينة تمر", "Date paste", 18, "KG"),
        ],
    ),
    of(
        "FOOD-SPIC",
        "بهارات وخلطات",
        "Spices & blends",
        "HOM",
        [
            good("بهارات كبسة حجازية", "Hijazi kabsa spices", 20, "G"),
            good("خلطة شوربة رمضان", "Ramadan soup blend", 18, "G"),
            good("كمون بلدي مطحون", "Ground local cumin", 15, "G"),
            good("دقة مكاوية", "Makkan duqqa", 16, "G"),
        ],
    ),
    of(
        "FOOD-COFF",
        "قهوة سعودية ومشروبات ساخنة",
        "Saudi coffee & hot drinks",
        "HOM",
        [
            good("قهوة سعودية مبهرة", "Spiced Saudi coffee", 50, "KG"),
            good("كرك بالزعفران", "Saffron karak", 28, "BOX"),
            good("قشر بالزنجبيل", "Ginger qishr", 24, "BOX"),
            good("شاي ورد طائفي", "Taif rose tea", 35, "BOX"),
        ],
    ),
    of(
        "WEAR-ABAY",
        "عبايات وطرح",
        "Abayas & scarves",
        "PFC",
        [
            good("عباية مطرزة يدويًا", "Hand embroidered abaya", 280, "PCS"),
            good("عباية عملية", "Everyday abaya", 150, "PCS"),
            good("طرحة شيفون", "Chiffon scarf", 45, "PCS"),
            good("عباية بناتي", "Girls' abaya", 120, "PCS"),
        ],
    ),
    of(
        "WEAR-TRAD",
        "أزياء تراثية",
        "Traditional dress",
        "CRF",
        [
            good("ثوب حجازي تراثي", "Hijazi heritage dress", 450, "PCS"),
            good("مسفع مطرز", "Embroidered headcloth", 130, "PCS"),
            good("زي أطفال لليوم الوطني", "Children's heritage dress", 160, "PCS"),
            good("حزام تراثي", "Heritage belt", 90, "PCS"),
        ],
    ),
    of(
        "WEAR-IHRM",
        "ملابس الإحرام والصلاة",
        "Ihram & prayer wear",
        "PFC",
        [
            good("إحرام قطن ثقيل", "Heavy cotton ihram", 95, "SET"),
            good("شرشف صلاة", "Prayer cover", 70, "PCS"),
            good("حقيبة إحرام", "Ihram bag", 40, "PCS"),
            good("حزام إحرام", "Ihram belt", 30, "PCS"),
        ],
    ),
    of(
        "WEAR-KNIT",
        "تريكو وكروشيه",
        "Knitting & crochet",
        "PFC",
        [
            good("شال كروشيه", "Crochet shawl", 110, "PCS"),
            good("طقم مواليد تريكو", "Knitted baby set", 140, "SET"),
            good("مفرش طاولة كروشيه", "Crochet table cloth", 180, "PCS"),
            good("دمية كروشيه", "Crochet doll", 65, "PCS"),
        ],
    ),
    of(
        "CRFT-SADU",
        "غزل وسدو ونسيج يدوي",
        "Sadu & hand weaving",
        "CRF",
        [
            good("وسادة سدو", "Sadu cushion", 120, "PCS"),
            good("بساط سدو", "Sadu rug", 600, "PCS"),
            good("حقيبة سدو", "Sadu bag", 150, "PCS"),
            good("شريط زينة سدو", "Sadu trim", 35, "M"),
        ],
    ),
    of(
        "CRFT-KHWS",
        "خوص وليف ومشغولات نخيل",
        "Palm-leaf & fibre work",
        "CRF",
        [
            good("سلة خوص", "Palm-leaf basket", 60, "PCS"),
            good("مهفة خوص", "Palm-leaf fan", 25, "PCS"),
            good("سفرة خوص", "Palm-leaf mat", 80, "PCS"),
            good("قبعة خوص", "Palm-leaf hat", 45, "PCS"),
        ],
    ),
    of(
        "CRFT-SUBH",
        "سبح",
        "Prayer beads",
        "CRF",
        [
            good("سبحة يسر مكاوي", "Makkan black coral beads", 220, "PCS"),
            good("سبحة خشب عود", "Oud wood beads", 140, "PCS"),
            good("سبحة كهرمان", "Amber beads", 350, "PCS"),
            good("سبحة نوى تمر", "Date stone beads", 40, "PCS"),
        ],
    ),
    of(
        "CRFT-SOUV",
        "تذكارات وهدايا الحجاج والمعتمرين",
        "Pilgrim souvenirs (Made in Makkah)",
        "PFC",
        [
            good("مجسم تذكاري لمكة", "Makkah keepsake", 75, "PCS"),
            good("علبة هدايا للمعتمر", "Umrah gift box", 95, "BOX"),
            good("لوحة خط صغيرة", "Small calligraphy print", 60, "PCS"),
            good("قارورة ماء زمزم مزينة", "Decorated Zamzam bottle", 35, "PCS"),
        ],
    ),
    of(
        "CARE-INCE",
        "بخور ومعمول عود",
        "Incense",
        "CRF",
        [
            good("معمول عود ملكي", "Royal oud maamoul", 130, "BOX"),
            good("بخور مكة", "Makkah incense", 80, "BOX"),
            good("عود مبخر", "Scented oud chips", 190, "BOX"),
            good("مبثوث الورد", "Rose mabthouth", 70, "BOX"),
        ],
    ),
    of(
        "CARE-HENN",
        "حناء",
        "Henna",
        "PFC",
        [
            good("حناء طبيعية", "Natural henna", 20, "KG"),
            good("أقماع حناء", "Henna cones", 15, "SET"),
            good("جلسة نقش حناء", "Henna session", 120, "JOB"),
            good("حناء عروس", "Bridal henna", 350, "JOB"),
        ],
    ),
    of(
        "GIFT-DIST",
        "توزيعات مناسبات",
        "Party favours",
        "PFC",
        [
            good("توزيعات زواج", "Wedding favours", 8, "PCS"),
            good("توزيعات مواليد", "Newborn favours", 7, "PCS"),
            good("بوكس حج مبرور", "Hajj greeting box", 55, "BOX"),
            good("علب عيدية", "Eid money boxes", 5, "PCS"),
        ],
    ),
    of(
        "ESRV-DSGN",
        "تصميم جرافيك",
        "Graphic design",
        "FLD",
        [
            good("تصميم شعار", "Logo design", 300, "JOB"),
            good("تصميم بطاقة دعوة", "Invitation design", 60, "JOB"),
            good("قائمة أسعار مصورة", "Illustrated price list", 90, "JOB"),
            good("باقة منشورات", "Set of social posts", 200, "SET"),
        ],
    ),
    of(
        "ESRV-TRAN",
        "ترجمة",
        "Translation",
        "FLD",
        [
            good("ترجمة صفحة أردية", "Urdu page translation", 35, "JOB"),
            good("ترجمة صفحة إنجليزية", "English page translation", 30, "JOB"),
            good("مرافقة مترجمة", "Escort interpreting", 150, "HOUR"),
            good("تدقيق نص عربي", "Arabic proofreading", 25, "JOB"),
        ],
    ),
    of(
        "AGRI-ROSE",
        "ورد طائفي ومنتجاته",
        "Taif rose products",
        "PFC",
        [
            good("ماء ورد طائفي", "Taif rose water", 40, "L"),
            good("دهن ورد طائفي", "Taif rose oil", 900, "ML"),
            good("مربى ورد", "Rose jam", 35, "BOX"),
            good("ورد مجفف", "Dried roses", 30, "G"),
        ],
    ),
];
