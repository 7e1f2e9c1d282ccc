//! A list beside the keys, a line for each thing that a restored database must not forget. It is replaced whole and only grows.

use std::io::ErrorKind;
use std::path::Path;

use super::fault::{KeysError, unusable};
use super::{file, lock};

/// Every line, read by `read`.
pub(super) fn lines<T>(folder: &Path, name: &str, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, KeysError> {
    let path = folder.join(name);
    let text = match std::fs::read_to_string(&path) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        text => text.map_err(unusable(&path))?,
    };
    text.lines().map(|line| read(line).ok_or_else(|| KeysError::Damaged(path.clone()))).collect()
}

/// Adds what `more` finds missing among the lines that are there; durable when it returns.
pub(super) fn add<T>(
    folder: &Path,
    name: &str,
    read: impl Fn(&str) -> Option<T>,
    more: impl FnOnce(&[T]) -> Vec<T>,
    write: impl Fn(&T) -> String,
) -> Result<(), KeysError> {
    let _turn = lock::take(folder)?;
    let mut all = lines(folder, name, read)?;
    let missing = more(&all);
    if missing.is_empty() {
        return Ok(());
    }
    all.extend(missing);
    let text: String = all.iter().flat_map(|one| [write(one), "\n".to_owned()]).collect();
    file::replace(folder, name, text.as_bytes()).map_err(unusable(&folder.join(name)))
}
