//! Why bytes are not a change that we read, each cause with its own code.

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = $code:literal $sentence:literal),* $(,)?) => {
        /// Why bytes are not a change that we read, or a draft not one that we write.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
        pub enum ChangeFault {
            $($(#[$doc])* #[error($sentence)] $name,)*
        }

        impl ChangeFault {
            /// Every fault.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The stable code of this fault.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }
        }
    };
}

// A macro so that name, code and sentence of a fault stand in one place and cannot drift apart.
faults! {
    /// Larger than [`crate::limits::CHANGE_BYTES`].
    TooLarge = "too_large" "the change is larger than a change may be",
    /// The bytes end before the change does.
    Truncated = "truncated" "the bytes end before the change does",
    /// The first four bytes are not those of Automerge.
    MagicWrong = "magic_wrong" "the bytes do not begin as an Automerge chunk does",
    /// The chunk is a whole document.
    ChunkDocument = "chunk_document" "the chunk is a document, not a change",
    /// The chunk is a deflated change; it is never inflated.
    ChunkCompressed = "chunk_compressed" "the chunk is compressed; changes are sent plain",
    /// The chunk is a bundle of changes.
    ChunkBundle = "chunk_bundle" "the chunk is a bundle, not a change",
    /// The chunk is of a type that Automerge does not define.
    ChunkUnknown = "chunk_unknown" "the chunk's type is not known",
    /// The checksum is not that of the contents.
    ChecksumWrong = "checksum_wrong" "the checksum does not fit the contents",
    /// Something follows the one chunk.
    TrailingBytes = "trailing_bytes" "bytes follow the change",
    /// A variable-length number has more than 64 bits.
    NumberTooLarge = "number_too_large" "a number has more than 64 bits",
    /// An actor is not [`crate::id::Actor::LEN`] bytes.
    ActorLength = "actor_length" "an actor has the wrong length",
    /// An operation names an actor that the change does not list.
    ActorNotListed = "actor_not_listed" "an operation names an actor that the change does not list",
    /// More than [`crate::limits::CHANGE_DEPS`] deps.
    DepsTooMany = "deps_too_many" "the change follows too many others directly",
    /// The deps are not in ascending order, or one is there twice.
    DepsOutOfOrder = "deps_out_of_order" "the changes it follows are not in ascending order, each once",
    /// The sequence number is 0 or beyond the first counter, though each earlier change took at least one.
    SeqOutOfRange = "seq_out_of_range" "the sequence number is outside its range",
    /// An own counter is 0 or beyond [`crate::limits::MAX_COUNTER`].
    CounterOutOfRange = "counter_out_of_range" "an operation counter is outside its range",
    /// The author's clock is beyond [`crate::limits::MAX_TIME`] on either side.
    TimeOutOfRange = "time_out_of_range" "the author's clock is outside its range",
    /// It carries a commit message.
    MessagePresent = "message_present" "the change carries a message",
    /// Bytes follow the columns inside the chunk.
    ExtraBytes = "extra_bytes" "the change carries extra bytes",
    /// More columns than Automerge defines.
    ColumnsTooMany = "columns_too_many" "the change has too many columns",
    /// The columns are not in ascending order, each once.
    ColumnsOutOfOrder = "columns_out_of_order" "the columns are not in ascending order, each once",
    /// A column that this format does not know.
    ColumnUnknown = "column_unknown" "the change has an unknown column",
    /// A deflated column; it is never inflated.
    ColumnCompressed = "column_compressed" "the change has a compressed column",
    /// A column has fewer or more values than the others call for.
    ColumnLength = "column_length" "a column does not have as many values as the others call for",
    /// A run of nothing where each operation needs a value.
    RunOfNothing = "run_of_nothing" "a column has a run of missing values",
    /// An operation is on another object than the root.
    NotAtRoot = "not_at_root" "an operation is not at the root of the record",
    /// An operation is on an element of a list.
    KeyNotText = "key_not_text" "an operation is on a list element, not on a field",
    /// An operation inserts into a list.
    InsertPresent = "insert_present" "an operation inserts into a list",
    /// An operation marks a span of text.
    MarkPresent = "mark_present" "an operation marks text",
    /// An operation makes, deletes, increments or marks.
    ActionNotPut = "action_not_put" "an operation is not a put of a value",
    /// The change puts nothing.
    PutsNone = "puts_none" "the change puts nothing",
    /// More than [`crate::limits::CHANGE_PUTS`] puts.
    PutsTooMany = "puts_too_many" "the change has too many puts",
    /// A key is empty.
    KeyEmpty = "key_empty" "a key is empty",
    /// A key has more than [`crate::limits::KEY_BYTES`] bytes.
    KeyTooLong = "key_too_long" "a key is too long",
    /// A key is not UTF-8.
    KeyNotUtf8 = "key_not_utf8" "a key is not UTF-8",
    /// A key has a control character; no field's has, and a database may not hold it.
    KeyControl = "key_control" "a key has a control character",
    /// A key is put twice.
    KeyTwice = "key_twice" "a key is put twice",
    /// A value of a type that no field has: float, bytes, counter, timestamp, unsigned or unknown.
    ValueTypeNotAllowed = "value_type_not_allowed" "a value is of a type that no field has",
    /// A value's length does not fit its type.
    ValueMalformed = "value_malformed" "a value's length does not fit its type",
    /// A text has more than [`crate::limits::TEXT_BYTES`] bytes.
    TextTooLong = "text_too_long" "a text is too long",
    /// A text is not UTF-8.
    TextNotUtf8 = "text_not_utf8" "a text is not UTF-8",
    /// A put replaces more than [`crate::limits::PUT_PREDECESSORS`] earlier ones.
    PredecessorsTooMany = "predecessors_too_many" "a put replaces too many earlier values",
    /// The operations a put replaces are not in ascending order, or one is there twice.
    PredecessorsOutOfOrder = "predecessors_out_of_order" "the values a put replaces are not in ascending order, each once",
    /// A put replaces an operation with counter 0 or one that is not before it.
    PredecessorOutOfRange = "predecessor_out_of_range" "a put replaces an operation that is not before it",
    /// Everything reads well, and yet Automerge would have written it in other bytes.
    NotCanonical = "not_canonical" "the change is not in its canonical encoding",
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_fault_has_its_own_code_and_sentence() {
        let codes: BTreeSet<&str> = ChangeFault::ALL.iter().map(|fault| fault.code()).collect();
        let sentences: BTreeSet<String> = ChangeFault::ALL.iter().map(ToString::to_string).collect();
        assert_eq!(codes.len(), ChangeFault::ALL.len());
        assert_eq!(sentences.len(), ChangeFault::ALL.len());
    }
}
