//! The import: parts between separators, first the mapping, then each file's name and its bytes. What is imported twice changes
//! nothing.

use usra_client_sdk::Phone;
use usra_client_sdk::import::{Export, Importer, Ledger, Mapping, Plan, Summary};
use usra_client_sdk::store::MemoryStore;
use usra_sync_protocol::enrol::EnrolAnswer;
use usra_sync_protocol::id::{AreaId, InstallId};
use usra_sync_protocol::place;
use usra_sync_protocol::role::Role;

use crate::meter::within_limits;

/// More tables than any export has are more of the same.
const TABLES: usize = 6;
/// Stands between the parts.
pub(crate) const SEPARATOR: u8 = 0x1e;

/// The check of the target `import`.
pub(crate) fn check(bytes: &[u8]) {
    let mut parts = bytes.split(|byte| *byte == SEPARATOR);
    let Some(Ok(mapping)) = parts.next().map(std::str::from_utf8) else { return };
    let rest: Vec<&[u8]> = parts.collect();
    let files =
        rest.chunks_exact(2).take(TABLES).map(|file| (String::from_utf8_lossy(file[0]).into_owned(), file[1].to_vec()));
    let files: Vec<(String, Vec<u8>)> = files.collect();
    let Ok(mapping) = within_limits(|| Mapping::parse(mapping)) else { return };
    let Ok(export) = within_limits(|| Export::read(files.clone())) else { return };
    if let Ok(plan) = within_limits(|| Plan::new(&mapping, &export)) {
        imports_once(&plan);
    }
}

fn imports_once(plan: &Plan<'_>) {
    let mut phone = Phone::open(MemoryStore::default()).unwrap();
    phone.enrolled(answer(), "http://server", 1).unwrap();
    let mut ledger = Ledger::open("no such folder".as_ref(), plan.source(), [5; 32]).unwrap();
    let mut import = |dry_run| {
        let mut importer = Importer { phone: &mut phone, ledger: &mut ledger, dry_run };
        importer.run(plan, 1_000, |_reject| (), || ()).unwrap()
    };
    let (dry, first, second) = (import(true), import(false), import(false));
    let created = |summary: &Summary| summary.kinds.values().map(|kind| kind.created).sum::<usize>();
    assert!(created(&first) <= created(&dry));
    assert_eq!(created(&second), 0, "what is there is not made again");
    assert_eq!(second.kinds.values().map(|kind| kind.updated).sum::<usize>(), 0, "nor written again");
}

fn answer() -> EnrolAnswer {
    EnrolAnswer {
        install_id: InstallId::new([7; 16]),
        token: "t".to_owned(),
        token_expires_at: i64::MAX,
        token_life_s: 900,
        hold_life_s: 0,
        refresh_token: String::new(),
        role: Role::Surveyor,
        assigned: vec![AreaId(1)],
        family: None,
        areas: place::areas(),
        server: None,
    }
}
