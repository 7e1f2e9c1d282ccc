//! A list as typed columns (Parquet) for who reckons with it: codes beside their words, days and moments as what they are.

use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;

use super::columns::{Cell, Column, Of, Sheet};
use super::figures;

/// A column as it is stored; what is `None` is absent.
enum Stored {
    Text(Vec<Option<String>>),
    Days(Vec<Option<i32>>),
    Moments(Vec<Option<i64>>),
    Whole(Vec<Option<i64>>),
}

/// The list as one group of rows.
pub(super) fn write(sheet: &Sheet) -> anyhow::Result<Vec<u8>> {
    let columns: Vec<(String, Stored)> = sheet.columns.iter().flat_map(|column| stored(sheet, column)).collect();
    let fields: Result<Vec<_>, _> = columns.iter().map(|(name, column)| field(name, column).map(Arc::new)).collect();
    let schema = Type::group_type_builder("families").with_fields(fields?).build()?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties))?;
    let mut group = writer.next_row_group()?;
    for (_, column) in &columns {
        match column {
            Stored::Text(values) => {
                let bytes = values.iter().map(|value| value.as_deref().map(ByteArray::from)).collect();
                put::<ByteArrayType>(&mut group, bytes)?;
            }
            Stored::Days(values) => put::<Int32Type>(&mut group, values.clone())?,
            Stored::Moments(values) | Stored::Whole(values) => put::<Int64Type>(&mut group, values.clone())?,
        }
    }
    group.close()?;
    Ok(writer.into_inner()?)
}

fn put<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    values: Vec<Option<T::T>>,
) -> Result<(), ParquetError> {
    let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    let there: Vec<T::T> = values.into_iter().flatten().collect();
    let mut column =
        group.next_column()?.ok_or_else(|| ParquetError::General("more columns than the schema has".to_owned()))?;
    column.typed::<T>().write_batch(&there, Some(&levels), None)?;
    column.close()
}

fn field(name: &str, column: &Stored) -> Result<Type, ParquetError> {
    let (physical, logical) = match column {
        Stored::Text(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Stored::Days(_) => (Physical::INT32, Some(LogicalType::Date)),
        Stored::Moments(_) => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MICROS))),
        Stored::Whole(_) => (Physical::INT64, None),
    };
    let builder = Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL);
    builder.with_logical_type(logical).build()
}

/// A column of the list as what is stored: a code takes two, since it has a word.
fn stored(sheet: &Sheet, column: &Column) -> Vec<(String, Stored)> {
    let name = column.name().to_owned();
    let rows = || sheet.rows.iter();
    let one = match column.of {
        Of::Text(of) => Stored::Text(rows().map(|row| of(row).cloned()).collect()),
        Of::Day(of) => Stored::Days(rows().map(|row| of(row).map(figures::days)).collect()),
        Of::Moment(of) => Stored::Moments(rows().map(|row| Some(figures::micros(of(row)))).collect()),
        Of::Whole(of) => Stored::Whole(rows().map(of).collect()),
        Of::Code(..) | Of::Standing => return coded(sheet, column),
    };
    vec![(name, one)]
}

fn coded(sheet: &Sheet, column: &Column) -> Vec<(String, Stored)> {
    let both = sheet.rows.iter().map(|row| match column.cell(sheet.lang, row) {
        Cell::Code(code) => code.unzip(),
        Cell::Text(_) | Cell::Day(_) | Cell::Moment(_) | Cell::Whole(_) => (None, None),
    });
    let (codes, words) = both.unzip();
    let name = column.name();
    vec![(name.to_owned(), Stored::Text(codes)), (format!("{name}_name"), Stored::Text(words))]
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::{Field, Row};

    use super::*;
    use crate::http::console::take_out::columns::tests::sheet;

    fn read(bytes: Vec<u8>) -> Vec<Row> {
        let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
        reader.get_row_iter(None).unwrap().map(Result::unwrap).collect()
    }

    fn value<'r>(row: &'r Row, name: &str) -> &'r Field {
        row.get_column_iter().find(|(known, _)| *known == name).unwrap().1
    }

    #[test]
    fn what_was_written_is_read_again_with_its_types() {
        let rows = read(write(&sheet(&["كعك", "تمر"])).unwrap());
        assert_eq!(rows.len(), 2);
        assert_eq!(value(&rows[1], "name_ar"), &Field::Str("تمر".to_owned()));
        assert_eq!(value(&rows[0], "governorate"), &Field::Str("JED".to_owned()));
        assert_eq!(value(&rows[0], "governorate_name"), &Field::Str("جدة".to_owned()));
        assert_eq!(value(&rows[0], "verified_on"), &Field::Date(20_786));
        assert_eq!(value(&rows[0], "changed_at"), &Field::TimestampMicros(1_795_942_800_000_000));
        assert_eq!(value(&rows[0], "started_year"), &Field::Long(2_019));
        assert_eq!(value(&rows[0], "file_no"), &Field::Null);
    }

    #[test]
    fn a_list_without_families_still_has_its_columns() {
        let bytes = write(&sheet(&[])).unwrap();
        let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
        let schema = reader.metadata().file_metadata().schema_descr();
        // Seven codes have a word beside them.
        assert_eq!((schema.num_columns(), reader.metadata().file_metadata().num_rows()), (30, 0));
    }
}
