//! The fields of a family: the trade name, the place, the activities, licences and consents. Not its members: those are the household's.

use super::field::Concurrent::{Latest, Log, Review, ReviewWhen, ServerOrder, Set};
use super::field::ValueType::{Bool, Code, Date, FileNo, Instant, Int, Mobile, RecordRef, ShortAddress, Text, Year};
use super::field::{Field, Privacy, Rule, Writers, fields};
use crate::kind::Kind;

// key, value, writers, concurrent, privacy, Arabic label, English label; `required` where a family cannot be registered without it.
fields! { Family:
    "name_ar", Text(60), SFC, Latest, Public, "الاسم التجاري", "Trade name (Arabic)", required;
    "name_en", Text(60), SFC, Latest, Public, "الاسم التجاري بالإنجليزية", "Trade name (English)";
    "mobile", Mobile, SFC, Review, Sensitive, "رقم الجوال", "Mobile number";
    "contact/<channel>", Text(100), SFC, Latest, PublicWithConsent, "وسيلة تواصل", "Contact";
    "governorate", Code("governorate"), SFC, Review, Public, "المحافظة", "Governorate", required;
    "centre", Code("centre"), SFC, ReviewWhen(Rule::GovernorateDiffers), Public, "المركز", "Centre";
    "district", Text(60), SFC, ReviewWhen(Rule::GovernorateDiffers), Public, "الحي أو القرية", "District or village";
    "address", Text(200), SFC, Latest, Sensitive, "العنوان", "Address";
    "short_address", ShortAddress, SFC, Latest, Sensitive, "العنوان الوطني المختصر", "Short national address";
    "primary_activity", Code("activity"), SFC, Review, Public, "النشاط الرئيس", "Main activity";
    "activity/<code>", Bool, SFC, Set, Public, "نشاط", "Activity";
    "channel/<code>", Bool, SFC, Set, Internal, "قناة بيع", "Sales channel";
    "language/<code>", Bool, SFC, Set, Public, "لغة", "Language spoken";
    "started_year", Year, SFC, Latest, Internal, "سنة بدء النشاط", "Year the activity began";
    "place_of_work", Code("place_of_work"), SFC, Latest, Internal, "مكان العمل", "Place of work";
    "lead_time_days", Int(0, 365), SFC, Latest, Internal, "مدة التجهيز بالأيام", "Lead time in days";
    "capacity_note", Text(300), SFC, Latest, Internal, "الطاقة الإنتاجية", "Capacity";
    "workers_family", Int(0, 100), SFC, Review, Internal, "العاملون من الأسرة", "Workers of the family";
    "workers_hired", Int(0, 100), SFC, Review, Internal, "العاملون بأجر", "Hired workers";
    "story_ar", Text(600), FC, Review, PublicAfterApproval, "قصة الأسرة", "Story (Arabic)";
    "story_en", Text(600), FC, Review, PublicAfterApproval, "قصة الأسرة بالإنجليزية", "Story (English)";
    "licence/<id>/type", Code("licence_type"), SFCP, Review, Internal, "نوع الترخيص", "Licence type";
    "licence/<id>/number", Text(32), SFCP, Review, Sensitive, "رقم الترخيص", "Licence number";
    "licence/<id>/issuer", Code("provider"), SFCP, Review, Internal, "جهة الإصدار", "Issuer";
    "licence/<id>/issued_on", Date, SFCP, Review, Internal, "تاريخ الإصدار", "Issued on";
    "licence/<id>/expires_on", Date, SFCP, Review, Internal, "تاريخ الانتهاء", "Expires on";
    "consent/<id>/purpose", Code("consent_purpose"), SFC, Log, Internal, "غرض الموافقة", "Purpose of consent";
    "consent/<id>/decision", Code("consent_decision"), SFC, Log, Internal, "القرار", "Decision";
    "consent/<id>/basis", Code("consent_basis"), SFC, Log, Internal, "طريقة الموافقة", "How it was given";
    "consent/<id>/language", Code("language"), SFC, Log, Internal, "لغة النص", "Language of the text";
    "consent/<id>/at", Instant, SFC, Log, Internal, "وقت الموافقة", "Given at";
    "consent/<id>/text_version", Text(16), SFC, Log, Internal, "نسخة النص", "Version of the text";
    "assigned_to", Text(64), C, Latest, Internal, "الباحث المكلف", "Assigned to";
    "block", Text(64), C, Latest, Internal, "البلوك", "Survey block";
    "origin/system", Text(60), SC, Latest, Internal, "نظام المصدر", "Imported from";
    "origin/key", Text(120), SC, Latest, Internal, "مفتاح المصدر", "Key in the source";
    "official/file_no", FileNo, X, ServerOrder, Internal, "رقم الملف", "File number";
    "official/status", Code("family_status"), X, ServerOrder, Internal, "حالة الأسرة", "Status";
    "official/count_state", Code("count_state"), X, ServerOrder, Internal, "حالة الاحتساب", "Counted as";
    "official/duplicate_of", RecordRef, X, ServerOrder, Internal, "مكررة عن", "Duplicate of";
    "official/licence/<id>/state", Code("licence_status"), X, ServerOrder, Internal, "حالة الترخيص", "Licence state";
    "official/verified_on", Date, X, ServerOrder, Internal, "تاريخ التحقق", "Verified on";
}
