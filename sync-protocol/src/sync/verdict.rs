//! What became of one pushed change, and why. Every pushed change gets exactly one verdict, and the same one when asked again.

/// What became of one pushed change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Committed and durable.
    Accepted,
    /// Was committed before; nothing changed now.
    Duplicate,
    /// Kept apart until something it needs arrives.
    Waiting(Reason),
    /// Kept apart until a person decides. `fields` are the keys at fault; empty when the whole change is.
    Held {
        /// Why.
        reason: Reason,
        /// The keys at fault; empty when the change as a whole is.
        fields: Vec<String>,
    },
    /// Can never become part of the record; its bytes are kept with the reason.
    Refused(Reason),
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $number:literal $code:literal),* $(,)?) => {
        /// Why a change was not simply accepted. The number is on the wire, the word in tables, logs and screens; neither ever changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Reason {
            $($(#[$doc])* $name,)*
            /// A reason of a newer server.
            Unknown,
        }

        impl Reason {
            /// Every reason that this version knows.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The number on the wire.
            #[must_use]
            pub fn number(self) -> u8 {
                match self { $(Self::$name => $number,)* Self::Unknown => 0 }
            }

            /// The stable code.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* Self::Unknown => "unknown" }
            }
        }
    };
}

// A macro so that name, number and code of a reason stand in one line and cannot drift apart.
reasons! {
    /// A change it follows has not arrived.
    DepsMissing = 1 "deps_missing",
    /// The family it belongs to has not arrived.
    FamilyMissing = 2 "family_missing",
    /// The record of a sealed value has not arrived.
    RecordMissing = 3 "record_missing",
    /// The record's area is not one of this install's.
    OutOfScope = 10 "out_of_scope",
    /// This role may not write this field.
    FieldNotAllowed = 11 "field_not_allowed",
    /// The schema has no such field.
    FieldUnknown = 12 "field_unknown",
    /// The value is of another type than the field's.
    ValueWrongType = 13 "value_wrong_type",
    /// The value is not in its canonical form, outside its range, or not in its code list.
    ValueInvalid = 14 "value_invalid",
    /// The record has more keys or changes than a record may.
    RecordTooLarge = 15 "record_too_large",
    /// A change it follows is held or was refused.
    AfterHeld = 16 "after_held",
    /// Another install's change, offered after a restore; it counts once its author offers it or a person releases it.
    Relayed = 17 "relayed",
    /// The schema has no such kind of record.
    KindUnknown = 18 "kind_unknown",
    /// The record exists as another kind or under another family.
    RecordMismatch = 19 "record_mismatch",
    /// The field is written once; a correction is a new row.
    FieldWrittenOnce = 20 "field_written_once",
    /// The database cannot hold what the change makes of the record.
    NotStorable = 21 "not_storable",
    /// The install was revoked; what it had not sent is kept for a person.
    InstallRevoked = 22 "install_revoked",
    /// A sealed value is for a key that this server does not have (any more): its keys may come back.
    SealingKeyUnknown = 28 "sealing_key_unknown",
    /// The bytes are not a change that we read.
    ChangeMalformed = 30 "change_malformed",
    /// The change is larger than a change may be.
    ChangeTooLarge = 31 "change_too_large",
    /// Its actor is not this install's.
    ForeignActor = 32 "foreign_actor",
    /// Another change has the same actor and sequence number: this phone was copied or restored.
    Forked = 33 "forked",
    /// Its sequence number is not the actor's next.
    SeqOutOfOrder = 34 "seq_out_of_order",
    /// Its first counter is not the next one after what it follows.
    CounterOutOfOrder = 35 "counter_out_of_order",
    /// It replaces a value that what it follows does not contain.
    PredecessorUnknown = 36 "predecessor_unknown",
    /// A sealed value does not open for its record, field and install.
    SealBroken = 38 "seal_broken",
    /// A person looked at it and said no.
    Rejected = 40 "rejected",
    /// A person took its values over: the centre wrote them itself.
    Adopted = 41 "adopted",
    /// The family was erased; nothing of it is taken any more.
    Erased = 48 "erased",
}

impl Reason {
    /// The reason of a number; a number of a newer server is [`Reason::Unknown`].
    #[must_use]
    pub fn from_number(number: u8) -> Self {
        Self::ALL.iter().copied().find(|reason| reason.number() == number).unwrap_or(Self::Unknown)
    }

    /// The reason of a stored code.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        Self::ALL.iter().copied().find(|reason| reason.code() == code).unwrap_or(Self::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_own_number_and_code() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from_number(reason.number()), *reason);
            assert_eq!(Reason::from_code(reason.code()), *reason);
        }
    }
}
