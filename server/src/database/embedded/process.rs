//! What /proc says about processes. A pid in a file proves nothing: it may be a zombie nobody reaped, or belong to another
//! program by now. A process of the cluster is one called `postgres` that stands in the cluster's folder.

use std::fs;
use std::path::Path;

/// Whether `pid` is a living process of the cluster.
pub(super) fn is_of(pid: u32, cluster: &Path) -> bool {
    let proc = Path::new("/proc").join(pid.to_string());
    let stat = fs::read_to_string(proc.join("stat")).unwrap_or_default();
    // `pid (name) state …`; a name may hold anything, so the last parenthesis counts.
    let Some((head, tail)) = stat.rsplit_once(')') else { return false };
    let dead = matches!(tail.trim_start().chars().next(), None | Some('Z' | 'X'));
    !dead && head.contains("postgres") && fs::read_link(proc.join("cwd")).is_ok_and(|cwd| cwd == cluster)
}

/// Every living process of the cluster.
pub(super) fn all_of(cluster: &Path) -> Vec<u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| is_of(*pid, cluster)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_living_process_that_is_not_postgres_is_foreign() {
        let cwd = std::env::current_dir().unwrap();
        assert!(!is_of(std::process::id(), &cwd));
        assert!(!is_of(u32::MAX, &cwd));
    }
}
