//! The fields of a visit: what a surveyor saw on a day, written once. The exact point is sealed and in no record.

use super::field::Concurrent::{Latest, Log};
use super::field::ValueType::{Code, Date, Instant, Int, Text};
use super::field::{Field, Privacy, Writers, fields};
use crate::kind::Kind;

// key, value, writers, concurrent, privacy, Arabic label, English label; `required` where a visit cannot be registered without it.
fields! { Visit:
    "type", Code("visit_type"), S, Log, Internal, "نوع الزيارة", "Kind of visit", required;
    "outcome", Code("visit_outcome"), S, Log, Internal, "نتيجة الزيارة", "Outcome";
    "started_at", Instant, S, Log, Internal, "وقت البدء", "Started at", required;
    "ended_at", Instant, S, Log, Internal, "وقت الانتهاء", "Ended at";
    "form_version", Text(32), S, Log, Internal, "نسخة النموذج", "Version of the form";
    "note", Text(1000), S, Log, Internal, "ملاحظة", "Note";
    "next_visit_on", Date, S, Log, Internal, "موعد الزيارة القادمة", "Next visit on";
    "accuracy_m", Int(0, 100_000), S, Log, Internal, "دقة الموقع بالمتر", "Accuracy of the point in metres";
    "origin/system", Text(60), SC, Latest, Internal, "نظام المصدر", "Imported from";
    "origin/key", Text(120), SC, Latest, Internal, "مفتاح المصدر", "Key in the source";
}
