//! What was left out of a list: why, in the reader's language, and all of it as CSV to put the list right by.

use usra_sync_protocol::value::ValueFault;

use super::super::formula::harmless;
use crate::registry::bring_in::reading::{Fault, Reject};
use crate::words::Lang;

/// Why something was left out.
pub(super) fn reason(lang: Lang, fault: Fault) -> String {
    let message = match fault {
        Fault::Value(fault) => return sentence(lang, fault),
        Fault::Refused(reason) => return lang.say(&format!("reason-{}", reason.code())).into_owned(),
        Fault::KeyMissing => "bring-in-key-missing",
        Fault::KeyTooLong => "bring-in-key-too-long",
        Fault::KeyRepeated => "bring-in-key-repeated",
        Fault::KeyIsNationalId => "bring-in-key-national-id",
        Fault::Needed => "bring-in-needed",
        Fault::CentreElsewhere => "bring-in-centre-elsewhere",
        Fault::AreaUnknown => "bring-in-area-unknown",
        Fault::OutOfScope => "bring-in-out-of-scope",
    };
    lang.say(message).into_owned()
}

fn sentence(lang: Lang, fault: ValueFault) -> String {
    match lang {
        Lang::Ar => fault.sentence_ar(),
        Lang::En => fault.sentence_en(),
    }
}

/// What was left out: the row, or a value of it.
pub(super) fn left_out(lang: Lang, reject: &Reject) -> String {
    lang.say(if reject.whole { "bring-in-left-row" } else { "bring-in-left-value" }).into_owned()
}

/// All of it as CSV that Excel opens as UTF-8.
pub(super) fn write(lang: Lang, rejects: &[Reject]) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer("\u{FEFF}".as_bytes().to_vec());
    writer.write_record(HEADS.map(|head| lang.say(head).into_owned()))?;
    for reject in rejects {
        let (column, value) = (harmless(reject.column.clone()), harmless(reject.value.clone()));
        let cells = [reject.line.to_string(), column, value, left_out(lang, reject), reason(lang, reject.fault)];
        writer.write_record(cells)?;
    }
    Ok(writer.into_inner().map_err(csv::IntoInnerError::into_error)?)
}

/// The messages that head the columns.
const HEADS: [&str; 5] = ["bring-in-line", "bring-in-column", "bring-in-value", "bring-in-left-out", "bring-in-why"];

#[cfg(test)]
mod tests {
    use usra_sync_protocol::sync::Reason;

    use super::*;

    #[test]
    fn every_fault_is_told_in_both_languages() {
        let faults = [
            Fault::KeyMissing,
            Fault::KeyTooLong,
            Fault::KeyRepeated,
            Fault::KeyIsNationalId,
            Fault::Needed,
            Fault::CentreElsewhere,
            Fault::AreaUnknown,
            Fault::OutOfScope,
            Fault::Value(ValueFault::NotMobile),
            Fault::Refused(Reason::Erased),
        ];
        for lang in Lang::ALL {
            for fault in faults {
                let said = reason(lang, fault);
                assert!(said.contains(' ') && !said.starts_with("bring-in") && !said.starts_with("reason"), "{said}");
            }
        }
    }

    #[test]
    fn what_was_left_out_is_told_by_row_and_column_and_nothing_of_it_is_a_formula() {
        let reject = Reject {
            line: 7,
            column: "الجوال".to_owned(),
            value: "=1+1".to_owned(),
            whole: false,
            fault: Fault::Value(ValueFault::NotMobile),
        };
        let text = String::from_utf8(write(Lang::En, &[reject]).unwrap()).unwrap();
        assert!(text.lines().nth(1).unwrap().starts_with("7,الجوال,'=1+1,"), "{text}");
    }
}
