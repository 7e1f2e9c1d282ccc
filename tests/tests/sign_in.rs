//! A family's own phone, from the text with the code to the price that the surveyor sees.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::future_not_send,
    reason = "what cannot be set up fails the test"
)]

use tempfile::TempDir;
use usra_client_sdk::sign_in::SignIn;
use usra_client_sdk::transport::http::HttpTransport;
use usra_sync_protocol::id::{AreaId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;
use usra_tests::harness::{Centre, Handset, someone};

const OWN: &str = "+966500001001";
const SHARED: &str = "+966500001002";

/// A server, a surveyor's phone, and three families with a household and two products each: one with a number of its own, two
/// that share one.
struct Street {
    centre: Centre,
    surveyor: Handset,
    /// Each family's records, the family itself first.
    families: Vec<Vec<RecordId>>,
    folder: TempDir,
}

impl Street {
    async fn set(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let centre = Centre::start_with_console(&folder.path().join("data")).unwrap();
        let invitation = centre.invite("surveyor", "JED,TIF", "Surveyor").unwrap();
        let file = folder.path().join("surveyor.sqlite");
        let mut surveyor = Handset::enrol(&file, centre.address().unwrap(), &invitation, (seed, 1)).await.unwrap();
        let families = [OWN, SHARED, SHARED].map(|mobile| register(&mut surveyor, seed, mobile)).to_vec();
        surveyor.sync_through().await.unwrap();
        Self { centre, surveyor, families, folder }
    }

    async fn sign_in(&self, mobile: &str) -> Handset {
        let file = self.folder.path().join(format!("phone-{mobile}.sqlite"));
        Handset::sign_in(&file, &self.centre, mobile, (7, 7)).await.unwrap()
    }

    /// Asks for a code as if the one before had been long ago.
    async fn ask(&self, mobile: &str) -> String {
        let database = self.centre.database().await.unwrap();
        sqlx::query("delete from sign_in_code").execute(&database.pool).await.unwrap();
        database.close().await;
        HttpTransport::new().unwrap().ask_code(&self.centre.url, mobile).await.unwrap();
        self.centre.sign_in_code().unwrap()
    }

    fn own(&self) -> &[RecordId] {
        &self.families[0]
    }
}

fn register(surveyor: &mut Handset, seed: u64, mobile: &str) -> Vec<RecordId> {
    let met = someone(seed);
    let mut fields = met.family;
    fields.retain(|(key, _)| key != "mobile");
    fields.push(("mobile".to_owned(), mobile.into()));
    let family = surveyor.create(Kind::Family, None, fields).unwrap();
    let household = surveyor.create(Kind::Household, Some(family), met.household).unwrap();
    let mut records = vec![family, household];
    for product in met.products.into_iter().take(2) {
        records.push(surveyor.create(Kind::Product, Some(family), product).unwrap());
    }
    records
}

fn sorted(records: &[RecordId]) -> Vec<RecordId> {
    let mut records = records.to_vec();
    records.sort();
    records
}

#[tokio::test(flavor = "multi_thread")]
async fn a_family_signs_in_sees_exactly_its_own_records_and_its_new_price_reaches_the_surveyor() {
    let mut street = Street::set(61).await;
    let mut phone = street.sign_in(OWN).await;
    phone.sync_through().await.unwrap();
    assert_eq!(phone.records().unwrap(), sorted(street.own()));
    let product = street.own()[2];
    phone.put(product, "price_halalas", 4_250).unwrap();
    assert!(phone.put(product, "official/publication", "published").is_err());
    assert_eq!(phone.sync_through().await.unwrap().total.accepted, 1);
    street.surveyor.sync_through().await.unwrap();
    assert_eq!(street.surveyor.shown(product, "price_halalas").unwrap(), Some(Scalar::Int(4_250)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_whose_family_moves_keeps_what_it_had_not_sent_and_ends_with_exactly_its_records() {
    let mut street = Street::set(62).await;
    let mut phone = street.sign_in(OWN).await;
    phone.sync_through().await.unwrap();
    let family = street.own()[0];
    phone.put(street.own()[2], "price_halalas", 1_100).unwrap();
    let before = phone.create(Kind::Product, None, someone(63).products.remove(0)).unwrap();
    let id = family.to_string();
    for (area, round) in [("TIF-02", 1), ("JED", 2), ("TIF", 3)] {
        street.centre.run(&["record", "move", &id, "--area", area, "--json"]).unwrap();
        phone.put(street.own()[3], "lead_days", round).unwrap();
        phone.sync_through().await.unwrap();
        assert_eq!(phone.records().unwrap(), sorted(&[street.own(), &[before]].concat()), "{area}");
        assert_eq!(phone.shown(street.own()[3], "lead_days").unwrap(), Some(Scalar::Int(round)));
        assert_eq!(phone.phone.status(0).unwrap().pending_changes, 0);
    }
    let after = phone.create(Kind::Product, None, someone(64).products.remove(0)).unwrap();
    phone.sync_through().await.unwrap();
    street.surveyor.sync_through().await.unwrap();
    assert_eq!(street.surveyor.shown(street.own()[2], "price_halalas").unwrap(), Some(Scalar::Int(1_100)));
    let held = street.surveyor.phone.record(after).unwrap().unwrap();
    assert_eq!((held.area, held.family), (AreaId(300), family));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_shares_a_number_chooses_a_family_and_who_signs_in_for_the_other_keeps_none_of_the_first() {
    let street = Street::set(65).await;
    let file = street.folder.path().join("phone.sqlite");
    let refused = Handset::sign_in(&file, &street.centre, SHARED, (7, 8)).await;
    assert!(refused.is_err(), "nobody was chosen");
    let [one, two] = [&street.families[1], &street.families[2]];
    let mut phone = street.sign_in(OWN).await;
    phone.sync_through().await.unwrap();
    let unsent = street.own()[2];
    phone.put(unsent, "price_halalas", 900).unwrap();
    for (n, family) in [one, two].into_iter().enumerate() {
        let code = street.ask(SHARED).await;
        let shown = SignIn { mobile: SHARED.to_owned(), code, family: None };
        let mut choices: Vec<RecordId> =
            phone.show(&shown).await.unwrap().into_iter().map(|choice| choice.family).collect();
        choices.sort();
        assert_eq!(choices, sorted(&[one[0], two[0]]));
        let chosen = SignIn { family: Some(family[0]), ..shown };
        assert!(phone.show(&chosen).await.unwrap().is_empty());
        phone.sync_through().await.unwrap();
        assert_eq!(phone.records().unwrap(), sorted(family), "{n}");
    }
    let tray = phone.phone.held().unwrap();
    assert_eq!(tray.iter().map(|item| item.record).collect::<Vec<_>>(), [unsent]);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_again_keeps_unsent_work_and_sends_it() {
    let mut street = Street::set(66).await;
    let mut phone = street.sign_in(OWN).await;
    phone.sync_through().await.unwrap();
    let product = street.own()[2];
    phone.put(product, "price_halalas", 3_300).unwrap();
    let first = phone.phone.identity().unwrap().install_id;
    let shown = SignIn { mobile: OWN.to_owned(), code: street.ask(OWN).await, family: None };
    assert!(phone.show(&shown).await.unwrap().is_empty());
    assert_ne!(phone.phone.identity().unwrap().install_id, first);
    phone.sync_through().await.unwrap();
    assert_eq!(phone.records().unwrap(), sorted(street.own()));
    street.surveyor.sync_through().await.unwrap();
    assert_eq!(street.surveyor.shown(product, "price_halalas").unwrap(), Some(Scalar::Int(3_300)));
}
