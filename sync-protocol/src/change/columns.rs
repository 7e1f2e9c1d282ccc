//! The columns of a change: which there are, in which order, and which of Automerge's others tell of things we refuse.

use super::ChangeFault;
use super::leb::{Bytes, put_unsigned};

/// More than Automerge defines for a change; a bound on the list before any of it is read.
const COLUMNS_MAX: u64 = 16;
/// Set in the number of a column that is deflated.
const DEFLATED: u64 = 0b1000;

// A column's number is its id times 16 plus its type.
const OBJECT_ACTOR: u64 = 0x01;
const OBJECT_COUNTER: u64 = 0x02;
const KEY_ACTOR: u64 = 0x11;
const KEY_COUNTER: u64 = 0x13;
const KEY_TEXT: u64 = 0x15;
const INSERT: u64 = 0x34;
const ACTION: u64 = 0x42;
const VALUE_META: u64 = 0x56;
const VALUE_RAW: u64 = 0x57;
const REPLACES_COUNT: u64 = 0x70;
const REPLACES_ACTOR: u64 = 0x71;
const REPLACES_COUNTER: u64 = 0x73;
const MARK_EXPAND: u64 = 0x94;
const MARK_NAME: u64 = 0xa5;

/// The columns of flat puts, as bytes; one that is not there is empty.
#[derive(Debug, Default)]
pub(super) struct Columns<B> {
    /// Run-length texts: the key of each put.
    pub(super) key: B,
    /// One number, as many as there are puts: no put inserts into a list.
    pub(super) insert: B,
    /// Run-length numbers: what each operation does.
    pub(super) action: B,
    /// Run-length numbers: type and length of each value.
    pub(super) value_meta: B,
    /// The values one after the other.
    pub(super) value: B,
    /// Run-length numbers: how many operations each put replaces.
    pub(super) replaces_count: B,
    /// Run-length numbers: their actors, by place in the change's list.
    pub(super) replaces_actor: B,
    /// Run-length differences: their counters.
    pub(super) replaces_counter: B,
}

/// Reads the list of columns and takes their bytes.
pub(super) fn read<'a>(bytes: &mut Bytes<'a>) -> Result<Columns<&'a [u8]>, ChangeFault> {
    let mut columns = Columns::default();
    for (number, length) in read_list(bytes)? {
        let data = bytes.take(usize::try_from(length).unwrap_or(usize::MAX))?;
        *columns.of(number)? = data;
    }
    Ok(columns)
}

fn read_list(bytes: &mut Bytes<'_>) -> Result<Vec<(u64, u64)>, ChangeFault> {
    let count = bytes.unsigned()?;
    if count > COLUMNS_MAX {
        return Err(ChangeFault::ColumnsTooMany);
    }
    let list = (0..count).map(|_| Ok((bytes.unsigned()?, bytes.unsigned()?))).collect::<Result<Vec<_>, _>>()?;
    let ascending = list.is_sorted_by(|(one, _), (next, _)| one < next);
    ascending.then_some(list).ok_or(ChangeFault::ColumnsOutOfOrder)
}

impl<B> Columns<B> {
    fn of(&mut self, number: u64) -> Result<&mut B, ChangeFault> {
        match number {
            KEY_TEXT => Ok(&mut self.key),
            INSERT => Ok(&mut self.insert),
            ACTION => Ok(&mut self.action),
            VALUE_META => Ok(&mut self.value_meta),
            VALUE_RAW => Ok(&mut self.value),
            REPLACES_COUNT => Ok(&mut self.replaces_count),
            REPLACES_ACTOR => Ok(&mut self.replaces_actor),
            REPLACES_COUNTER => Ok(&mut self.replaces_counter),
            OBJECT_ACTOR | OBJECT_COUNTER => Err(ChangeFault::NotAtRoot),
            KEY_ACTOR | KEY_COUNTER => Err(ChangeFault::KeyNotText),
            MARK_EXPAND | MARK_NAME => Err(ChangeFault::MarkPresent),
            other if other & DEFLATED != 0 => Err(ChangeFault::ColumnCompressed),
            _ => Err(ChangeFault::ColumnUnknown),
        }
    }
}

/// Writes the list of columns and their bytes, without the empty ones.
pub(super) fn write(out: &mut Vec<u8>, columns: &Columns<Vec<u8>>) {
    let mut list = vec![
        (KEY_TEXT, &columns.key),
        (INSERT, &columns.insert),
        (ACTION, &columns.action),
        (VALUE_META, &columns.value_meta),
        (VALUE_RAW, &columns.value),
        (REPLACES_COUNT, &columns.replaces_count),
        (REPLACES_ACTOR, &columns.replaces_actor),
        (REPLACES_COUNTER, &columns.replaces_counter),
    ];
    list.retain(|(_, data)| !data.is_empty());
    put_unsigned(out, list.len() as u64);
    for (number, data) in &list {
        put_unsigned(out, *number);
        put_unsigned(out, data.len() as u64);
    }
    for (_, data) in &list {
        out.extend_from_slice(data);
    }
}
