//! The key of the store in a file: 64 hexadecimal digits, readable by its owner alone. It protects a store or a backup of it
//! that was taken without the key. An app keeps the key in the platform's keystore instead.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write as _};
use std::path::Path;

use usra_client_sdk::store::StoreKey;

use crate::dice;
use crate::failure::Failed;

/// What a file begins with that holds a store of a version that did not encrypt: it has no key yet.
const UNENCRYPTED: &[u8] = b"SQLite format 3\0";

/// The key in `path`. It is made when it is not there and the store at `store` has none yet: another key would not open it.
pub(crate) fn open(path: &Path, store: &Path) -> Result<StoreKey, Failed> {
    let unusable = |cause: io::Error| Failed::system(&path.display().to_string(), &cause);
    if !path.exists() {
        if has_key(store).map_err(|cause| Failed::system(&store.display().to_string(), &cause))? {
            return Err(missing(path));
        }
        make(path, &dice::for_key()?).map_err(unusable)?;
    }
    let text = fs::read_to_string(path).map_err(unusable)?;
    read(text.trim()).map(StoreKey::new).ok_or_else(|| malformed(path))
}

fn has_key(store: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    match File::open(store) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(false),
        file => file?.take(UNENCRYPTED.len() as u64).read_to_end(&mut head)?,
    };
    Ok(!head.is_empty() && head != UNENCRYPTED)
}

/// Appears whole or not at all, and never in place of another.
fn make(path: &Path, key: &[u8; 32]) -> io::Result<()> {
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(format!(".{}", std::process::id()));
    let mut file = private(Path::new(&fresh))?;
    file.write_all(hex(key).as_bytes()).and_then(|()| file.write_all(b"\n")).and_then(|()| file.sync_all())?;
    let made = fs::hard_link(&fresh, path);
    fs::remove_file(&fresh)?;
    match made {
        Err(cause) if cause.kind() != ErrorKind::AlreadyExists => Err(cause),
        _there => sync_folder(path),
    }
}

fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// A store without its key is lost, so the key's name is on the disk before the store is.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

fn hex(key: &[u8; 32]) -> String {
    key.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string cannot fail.
        let _written = write!(text, "{byte:02x}");
        text
    })
}

fn read(text: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> = text.chars().map(|digit| digit.to_digit(16)?.try_into().ok()).collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    let bytes: Vec<u8> = pairs.iter().map(|[high, low]| high << 4 | low).collect();
    if rest.is_empty() { bytes.try_into().ok() } else { None }
}

fn missing(path: &Path) -> Failed {
    let file = path.display();
    Failed::work(
        "key_file_missing",
        format!(
            "ملف مفتاح المخزن غير موجود: \u{2068}{file}\u{2069}. أعده إلى مكانه أو حدّده بالخيار \u{2068}--key-file\u{2069}."
        ),
        format!("the store's key file is not there: {file}. Put it back, or name it with --key-file"),
    )
}

fn malformed(path: &Path) -> Failed {
    let file = path.display();
    Failed::work(
        "key_file_malformed",
        format!("لا مفتاح في الملف \u{2068}{file}\u{2069}: المطلوب 64 رقمًا ست عشريًا."),
        format!("{file} holds no key: 64 hexadecimal digits are wanted"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_read_as_it_was_made_and_nothing_else_is_a_key() {
        let text = hex(&std::array::from_fn(|at| u8::try_from(at).unwrap()));
        assert_eq!(read(&text).map(|key| (key[0], key[31])), Some((0, 31)));
        for wrong in ["", "00", text.trim_end_matches('f'), &text.replace('0', "x"), &format!("{text}00")] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
