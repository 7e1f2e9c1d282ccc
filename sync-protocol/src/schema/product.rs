//! The fields of a product: what the public listing shows, and what food needs before it is published.

use super::field::Concurrent::{Latest, Review, ServerOrder, Set};
use super::field::ValueType::{Bool, Code, Halalas, Int, Text};
use super::field::{Field, Privacy, Writers, fields};
use crate::kind::Kind;

// key, value, writers, concurrent, privacy, Arabic label, English label; `required` where a product cannot be registered without it.
fields! { Product:
    "name_ar", Text(80), SFC, Latest, Public, "اسم المنتج بالعربية", "Name (Arabic)", required;
    "name_en", Text(80), SFC, Latest, Public, "اسم المنتج بالإنجليزية", "Name (English)";
    "name_ur", Text(80), SFC, Latest, Public, "اسم المنتج بالأردية", "Name (Urdu)";
    "name_id", Text(80), SFC, Latest, Public, "اسم المنتج بالإندونيسية", "Name (Indonesian)";
    "name_tr", Text(80), SFC, Latest, Public, "اسم المنتج بالتركية", "Name (Turkish)";
    "name_fr", Text(80), SFC, Latest, Public, "اسم المنتج بالفرنسية", "Name (French)";
    "description_ar", Text(1000), SFC, Review, Public, "وصف المنتج بالعربية", "Description (Arabic)";
    "description_en", Text(1000), SFC, Review, Public, "وصف المنتج بالإنجليزية", "Description (English)";
    "description_ur", Text(1000), SFC, Review, Public, "وصف المنتج بالأردية", "Description (Urdu)";
    "description_id", Text(1000), SFC, Review, Public, "وصف المنتج بالإندونيسية", "Description (Indonesian)";
    "description_tr", Text(1000), SFC, Review, Public, "وصف المنتج بالتركية", "Description (Turkish)";
    "description_fr", Text(1000), SFC, Review, Public, "وصف المنتج بالفرنسية", "Description (French)";
    "activity", Code("activity"), SFC, Review, Public, "النشاط", "Activity", required;
    "price_halalas", Halalas, SFC, Review, Public, "السعر", "Price";
    "unit", Code("unit"), SFC, Review, Public, "الوحدة", "Unit";
    "min_quantity", Int(1, 100_000), SFC, Review, Public, "أقل كمية", "Smallest order";
    "photo/<hash>/alt", Text(200), SFC, Set, PublicAfterApproval, "وصف الصورة", "What the photo shows";
    "photo/<hash>/order", Int(0, 100), SFC, Set, PublicAfterApproval, "ترتيب الصورة", "Place of the photo";
    "in_stock", Bool, FC, Latest, Public, "متوفر", "In stock";
    "made_to_order", Bool, FC, Latest, Public, "حسب الطلب", "Made to order";
    "lead_days", Int(0, 365), FC, Latest, Public, "أيام التجهيز", "Days to make";
    "season/<code>", Bool, FC, Set, Public, "موسم", "Season";
    "visitor_ready", Bool, FC, Latest, Public, "مناسب للزوار", "Ready for visitors";
    "ingredients", Text(1000), FC, Latest, Public, "المكونات", "Ingredients";
    "allergen/<code>", Bool, FC, Set, Public, "مسبب حساسية", "Allergen";
    "shelf_life_days", Int(0, 3650), FC, Latest, Public, "مدة الصلاحية بالأيام", "Shelf life in days";
    "storage", Code("storage"), FC, Latest, Public, "طريقة الحفظ", "Storage";
    "submitted", Bool, SF, Latest, Internal, "مقدم للاعتماد", "Submitted for approval";
    "origin/system", Text(60), SC, Latest, Internal, "نظام المصدر", "Imported from";
    "origin/key", Text(120), SC, Latest, Internal, "مفتاح المصدر", "Key in the source";
    "official/publication", Code("publication"), X, ServerOrder, Internal, "حالة النشر", "Publication";
    "official/reason", Text(300), X, ServerOrder, Internal, "سبب القرار", "Reason of the decision";
}
