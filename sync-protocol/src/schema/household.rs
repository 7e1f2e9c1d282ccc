//! The fields of a household: members, income, needs and services. All sensitive; the full national id is in none of them.

use super::field::Concurrent::{Latest, Log, Review, ReviewWhen, Set};
use super::field::ValueType::{Bool, Code, Date, Halalas, IdLast4, Int, PartRef, Text};
use super::field::{Field, Privacy, Rule, Writers, fields};
use crate::kind::Kind;

// key, value, writers, concurrent, privacy, Arabic label, English label; `required` where a row cannot be registered without it.
fields! { Household:
    "member/<id>/name", Text(120), SC, Review, Sensitive, "اسم الفرد", "Member's name", required;
    "member/<id>/gender", Code("gender"), SC, Review, Sensitive, "الجنس", "Gender";
    "member/<id>/birth_date", Date, SC, Review, Sensitive, "تاريخ الميلاد", "Birth date";
    "member/<id>/birth_precision", Code("birth_precision"), SC, Review, Sensitive, "دقة تاريخ الميلاد", "Precision of the birth date";
    "member/<id>/birth_calendar", Code("calendar"), SC, Latest, Sensitive, "التقويم المدخل", "Calendar it was entered in";
    "member/<id>/relation", Code("relation"), SC, Latest, Sensitive, "صلة القرابة", "Relation to the head";
    "member/<id>/work_role", Code("work_role"), SFC, Latest, Sensitive, "الدور في النشاط", "Role in the activity";
    "member/<id>/education", Code("education"), SFC, Latest, Sensitive, "المؤهل", "Education";
    "member/<id>/left_on", Date, SC, Latest, Sensitive, "تاريخ المغادرة", "Left on";
    "member/<id>/id_last4", IdLast4, SC, Review, Sensitive, "آخر أربعة أرقام من الهوية", "Last four digits of the id";
    "housing", Code("housing"), SC, Latest, Sensitive, "نوع السكن", "Housing";
    "rooms", Int(0, 50), SC, Latest, Sensitive, "عدد الغرف", "Rooms";
    "eligibility/<code>", Bool, SC, Set, Sensitive, "فئة مستحقة", "Eligibility";
    "income/<id>/period_from", Date, SFC, Log, Sensitive, "الدخل من تاريخ", "Income from";
    "income/<id>/period_to", Date, SFC, Log, Sensitive, "الدخل إلى تاريخ", "Income until";
    "income/<id>/kind", Code("income_kind"), SFC, Log, Sensitive, "نوع الدخل", "Kind of income";
    "income/<id>/band", Code("income_band"), SFC, Log, Sensitive, "فئة الدخل الشهري", "Monthly income band";
    "income/<id>/amount", Halalas, SFC, Log, Sensitive, "مبلغ الدخل", "Income amount";
    "income/<id>/source", Code("income_source"), SFC, Log, Sensitive, "مصدر المعلومة", "Source of the figure";
    "need/<id>/category", Code("need_category"), SFC, Latest, Sensitive, "نوع الاحتياج", "Kind of need";
    "need/<id>/detail", Text(300), SFC, Latest, Sensitive, "تفصيل الاحتياج", "Detail of the need";
    "need/<id>/priority", Int(1, 4), SFC, ReviewWhen(Rule::PriorityDiffersByTwo), Sensitive, "الأولوية", "Priority (1 is urgent)";
    "need/<id>/amount", Halalas, SFC, Latest, Sensitive, "المبلغ المطلوب", "Amount needed";
    "need/<id>/status", Code("need_status"), FC, Review, Sensitive, "حالة الاحتياج", "State of the need";
    "need/<id>/agency", Code("provider"), C, Latest, Sensitive, "الجهة المكلفة بالاحتياج", "Agency the need is assigned to";
    "service/<id>/type", Code("service_type"), SCP, Log, Sensitive, "نوع الخدمة", "Kind of service";
    "service/<id>/provider", Code("provider"), SCP, Log, Sensitive, "مقدم الخدمة", "Provider";
    "service/<id>/need", PartRef, SCP, Log, Sensitive, "الاحتياج الذي تلبيه", "Need it serves";
    "service/<id>/date", Date, SCP, Log, Sensitive, "تاريخ الخدمة", "Date of the service";
    "service/<id>/amount", Halalas, SCP, Log, Sensitive, "قيمة الخدمة", "Value of the service";
    "service/<id>/note", Text(300), SCP, Log, Sensitive, "ملاحظة", "Note";
    "origin/system", Text(60), SC, Latest, Internal, "نظام المصدر", "Imported from";
    "origin/key", Text(120), SC, Latest, Internal, "مفتاح المصدر", "Key in the source";
}
