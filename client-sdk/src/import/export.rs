//! An export on disk: one CSV file, a folder of them, or a zip. Everything is read into memory once, within a limit.

use std::fs::{self, File};
use std::io::{Cursor, Read, Seek};
use std::path::Path;

use super::fault::ImportFault;
use super::table::Table;

/// Bytes of all tables once unpacked: twenty times the largest survey we know of, far below what hurts a laptop.
const EXPORT_BYTES: u64 = 256 * 1024 * 1024;
/// Tables in one export; a form with more repeats than this is not a form.
const TABLES: usize = 200;

/// The tables of an export, in the order of their names.
#[derive(Clone, Debug)]
pub struct Export {
    pub(super) tables: Vec<Table>,
}

impl Export {
    /// Opens a CSV file, a folder of CSV files or a zip of them.
    ///
    /// # Errors
    /// When it cannot be read, holds no table, or a table is not text.
    pub fn open(path: &Path) -> Result<Self, ImportFault> {
        let (named, mut room) = (name_of(path), Room(EXPORT_BYTES));
        if path.is_dir() {
            return Self::of(folder(path, &mut room)?);
        }
        let file = File::open(path).map_err(|cause| ImportFault::unreadable(&named, &cause))?;
        Self::of(file_tables(&named, file, &mut room)?)
    }

    /// An export that is in memory already: tables and zips of tables, each with its file's name.
    ///
    /// # Errors
    /// As [`Export::open`].
    pub fn read(files: Vec<(String, Vec<u8>)>) -> Result<Self, ImportFault> {
        let (mut tables, mut room) = (Vec::new(), Room(EXPORT_BYTES));
        for (name, bytes) in files {
            tables.extend(file_tables(&name, Cursor::new(bytes), &mut room)?);
        }
        Self::of(tables)
    }

    fn of(mut tables: Vec<Table>) -> Result<Self, ImportFault> {
        tables.sort_by(|one, other| one.name.cmp(&other.name));
        if tables.is_empty() { Err(ImportFault::Empty) } else { Ok(Self { tables }) }
    }

    /// How many rows there are in all tables.
    #[must_use]
    pub fn row_count(&self) -> usize {
        self.tables.iter().map(|table| table.rows.len()).sum()
    }
}

/// The tables of one file: of a zip those inside, of anything else the file itself.
fn file_tables(name: &str, file: impl Read + Seek, room: &mut Room) -> Result<Vec<Table>, ImportFault> {
    if ends_with(name, "zip") { zipped(name, file, room) } else { Ok(vec![Table::read(name, room.take(name, file)?)?]) }
}

fn folder(path: &Path, room: &mut Room) -> Result<Vec<Table>, ImportFault> {
    let unreadable = |cause| ImportFault::unreadable(&name_of(path), &cause);
    let mut tables = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let inside = entry.map_err(unreadable)?.path();
        let name = name_of(&inside);
        if inside.is_file() && is_table(&name) {
            let file = File::open(&inside).map_err(|cause| ImportFault::unreadable(&name, &cause))?;
            tables.push(Table::read(&name, room.take(&name, file)?)?);
        }
    }
    Ok(tables)
}

/// Tables of a zip at any depth; attachments and whatever macOS adds are passed over unread.
fn zipped(name: &str, file: impl Read + Seek, room: &mut Room) -> Result<Vec<Table>, ImportFault> {
    let mut archive = zip::ZipArchive::new(file).map_err(|cause| ImportFault::unreadable(name, &cause))?;
    let mut tables = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|cause| ImportFault::unreadable(name, &cause))?;
        let inside = entry.enclosed_name().unwrap_or_default();
        let hidden = inside.components().any(|part| part.as_os_str() == "__MACOSX");
        let file = name_of(&inside);
        if entry.is_file() && !hidden && is_table(&file) && tables.len() < TABLES {
            tables.push(Table::read(&file, room.take(&file, entry)?)?);
        }
    }
    Ok(tables)
}

/// How many bytes of an export may still be read.
struct Room(u64);

impl Room {
    /// Reads to the end or to the limit: what a zip says about its sizes is not believed.
    fn take(&mut self, file: &str, from: impl Read) -> Result<Vec<u8>, ImportFault> {
        let mut bytes = Vec::new();
        from.take(self.0 + 1).read_to_end(&mut bytes).map_err(|cause| ImportFault::unreadable(file, &cause))?;
        let limit_mb = EXPORT_BYTES / 1024 / 1024;
        let too_large = || ImportFault::TooLarge { file: file.to_owned(), limit_mb };
        self.0 = self.0.checked_sub(bytes.len() as u64).ok_or_else(too_large)?;
        Ok(bytes)
    }
}

fn is_table(file: &str) -> bool {
    !file.starts_with('.') && (ends_with(file, "csv") || ends_with(file, "tsv"))
}

fn ends_with(file: &str, ending: &str) -> bool {
    file.rsplit_once('.').is_some_and(|(_, last)| last.eq_ignore_ascii_case(ending))
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn names(export: &Export) -> Vec<&str> {
        export.tables.iter().map(|table| table.name.as_str()).collect()
    }

    #[test]
    fn a_folder_and_a_zip_of_it_hold_the_same_tables() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("export");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("b.csv"), "KEY\nk").unwrap();
        fs::write(folder.join("a.CSV"), "KEY\nk").unwrap();
        fs::write(folder.join("photo.jpg"), [255, 216]).unwrap();
        let zipped = place.path().join("export.zip");
        let mut zip = zip::ZipWriter::new(File::create(&zipped).unwrap());
        for name in ["media/photo.jpg", "__MACOSX/b.csv", "b.csv", "a.CSV"] {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(b"KEY\nk").unwrap();
        }
        zip.finish().unwrap();
        assert_eq!(names(&Export::open(&folder).unwrap()), ["a", "b"]);
        assert_eq!(names(&Export::open(&zipped).unwrap()), ["a", "b"]);
    }

    #[test]
    fn what_is_not_there_or_holds_no_table_is_said_plainly() {
        let place = tempfile::tempdir().unwrap();
        assert_eq!(Export::open(place.path()).unwrap_err(), ImportFault::Empty);
        assert_eq!(Export::open(&place.path().join("gone.zip")).unwrap_err().code(), "file_unreadable");
        let fake = place.path().join("fake.zip");
        fs::write(&fake, "not a zip").unwrap();
        assert_eq!(Export::open(&fake).unwrap_err().code(), "file_unreadable");
    }

    #[test]
    fn tables_that_are_small_one_by_one_and_too_large_together_are_refused() {
        let mut room = Room(10);
        assert_eq!(room.take("a.csv", &b"KEY\nk1"[..]).unwrap().len(), 6);
        assert_eq!(room.take("b.csv", &b"KEY\nk"[..]).unwrap_err().code(), "table_too_large");
        assert_eq!(room.take("c.csv", &b"KEY\n"[..]).unwrap().len(), 4);
    }
}
